"""Inspections, announced or not (Art. 60(6), 74(12)-(13))."""

from dataclasses import replace

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Unit
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import ENFORCING, Stage
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.seal import LedgerLine, SealedEntry, first_break, withheld
from sandbox.domain.sight import INSPECTED
from sandbox.errors import NotAllowedError, NotFound, RuleBroken
from sandbox.stages import (
    clocks,
    overview,
)
from sandbox.store import documents, ledger
from tests.factories import ADA, SUE
from tests.office import Office
from tests.stages.supervising import (
    GERD,
    ILSE,
    INA,
    MAX,
    SOURCE_CODE,
    closing,
    inspection,
    opened,
    order,
    taken,
)


@pytest.mark.rule("R60-6")
def test_an_inspection_is_closed_by_the_authority_that_opened_it(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")
    number = inspection(office, case_id, by=GERD).inspections[-1].number

    with pytest.raises(RuleBroken, match="closed by the authority that opened it"):
        closing(office, case_id, number, INA)
    after = closing(office, case_id, number, ILSE)

    assert after.inspections[0].closed_by == str(ILSE)


@pytest.mark.rule("R60-6")
def test_an_unannounced_inspection_leaks_nothing_until_it_is_closed(office: Office) -> None:
    case_id = office.active()
    number = inspection(office, case_id).inspections[-1].number
    opened(office, case_id)

    seen = office.look(case_id, ADA).case
    entries = overview.account(case_id, by=ADA, after=0, limit=None, sessions=office.sessions)
    inspectors = office.look(case_id, INA).case
    kept = clocks.account(case_id, by=ADA, sessions=office.sessions)

    assert seen.inspections == ()
    assert len(inspectors.inspections) == 1
    assert not _inspections(entries)
    assert first_break(entries) is None
    with office.sessions.begin() as session:
        whole = ledger.of_case(session, case_id)
    secret = whole[-2]
    assert entries[-2:] == [withheld(secret), whole[-1]]
    assert len(entries) == len(whole)
    assert {c.clock.name for c in kept} >= {Name.DL_10, Name.DL_16}

    closing(office, case_id, number, INA)
    office.work()
    told = overview.account(case_id, by=ADA, after=0, limit=None, sessions=office.sessions)
    assert len(office.look(case_id, ADA).case.inspections) == 1
    assert _inspections(told)
    with office.sessions.begin() as session:
        assert told[len(whole) - 2] == secret
        whole = ledger.of_case(session, case_id)
        hidden = {w.entry.action for t, w in zip(told, whole, strict=True) if t != w}
        assert hidden == {"declare_interests", "assign_reviewer", "review"}  # deliberations
        assert documents.load(session, case_id, Paper.INSPECTION_RECORD, 1).sealed_at


def _inspections(lines: list[LedgerLine]) -> list[SealedEntry]:
    read = [line for line in lines if isinstance(line, SealedEntry)]
    return [line for line in read if line.entry.action == Action.OPEN_INSPECTION]


@pytest.mark.rule("R60-6")
def test_the_number_of_an_announced_inspection_does_not_tell_of_a_secret_one(
    office: Office,
) -> None:
    """Two cases that differ in the version alone, which tells that something happened (not what)."""
    told = []
    for key, announced in (("a", False), ("b", True)):
        case_id = office.active(key)
        inspection(office, case_id, announced=announced)
        inspection(office, case_id, announced=True)
        told.append(office.look(case_id, ADA).case.inspections)

    secret, (_, open_one) = told
    assert [i.number for i in secret] == [open_one.number]
    assert open_one.number > 2


@pytest.mark.rule("R78")
def test_whoever_supports_does_not_inspect_and_whoever_inspects_does_nothing_else(
    office: Office,
) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken) as refusal:
        inspection(office, case_id, by=SUE)
    with pytest.raises(NotFound):
        overview.account(case_id, by=INA, after=0, limit=None, sessions=office.sessions)
    with pytest.raises(NotFound):
        taken(office, case_id, INA)
    with pytest.raises(NotAllowedError):
        take(office.case(case_id), Action.SUSPEND, INA)
    number = inspection(office, case_id).inspections[-1].number
    seen = office.look(case_id, INA)
    after = order(office, case_id, replace(MAX, unit=Unit.ENFORCEMENT), "NL")

    assert [r.rule for r in refusal.value.reasons] == ["R78"]
    assert set(seen.possible) == ENFORCING
    assert {"plan", "stretches"} <= set(seen.facts)
    assert {"reviews", "decision", "guidance"}.isdisjoint(seen.facts)
    assert [i["number"] for i in seen.facts["inspections"]] == [number]
    assert after.stage is Stage.SUSPENDED
    closing(office, case_id, number, INA)
    seen = office.look(case_id, INA)
    assert set(seen.facts) == {path for path in INSPECTED if "." not in path}
    assert seen.documents == ()


@pytest.mark.rule("R74-13")
@pytest.mark.parametrize("missing", SOURCE_CODE)
def test_source_code_is_seen_with_reasons_when_necessary_and_as_a_last_resort(
    office: Office, missing: str
) -> None:
    case_id = office.active()
    empty: dict[str, object] = {missing: type(SOURCE_CODE[missing])()}

    with pytest.raises(RuleBroken) as refusal:
        inspection(office, case_id, **(SOURCE_CODE | empty))
    inspection(office, case_id, **SOURCE_CODE)

    assert [r.rule for r in refusal.value.reasons] == ["R74-13"]
    assert office.case(case_id).inspections[-1].wants_source_code
