"""Who may work with a dataset changes while it is used, and each access counts by its moment."""

from datetime import timedelta
from typing import Any

import pytest

from sandbox.domain.access_log import Access
from sandbox.domain.action import Action
from sandbox.domain.dataset import Naming
from sandbox.domain.naming import CaseId
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import access_log, named_persons
from sandbox.store import ledger
from tests.factories import ADA, AUTHORITY, SUE
from tests.fakes import NOON
from tests.office import Office
from tests.personal_data import released
from tests.stages.personal_data import active, common, delete, let_in, log, name, verify

HOUR = timedelta(hours=1)


def entry(office: Office, case_id: CaseId) -> dict[str, Any]:
    with office.sessions.begin() as session:
        last = [e.entry for e in ledger.of_case(session, case_id)][-1]
    return {"action": last.action, **last.facts}


@pytest.mark.rule("R59-d")
@pytest.mark.rule("R59-h")
def test_somebody_who_joins_is_named_after_a_dataset_was_let_in_and_who_leaves_is_taken_off(
    office: Office,
) -> None:
    case_id = active(office)
    let_in(office, case_id)
    assert log(office, case_id, "a", who="Bert").unauthorised == 1
    office.clock.forward(hours=1)

    name(office, case_id, "Bert", off=("Ada",))

    assert log(office, case_id, "b", who="Bert").unauthorised == 0
    assert log(office, case_id, "c", who="Ada").unauthorised == 1
    (dataset,) = office.case(case_id).processing.datasets
    assert dataset.named_persons == ("Bert",)
    assert [(n.added, n.taken_off) for n in dataset.namings] == [(("Bert",), ("Ada",))]


@pytest.mark.rule("R59-d")
@pytest.mark.rule("R59-h")
def test_an_access_counts_by_who_was_named_at_its_moment(office: Office) -> None:
    case_id = active(office)
    let_in(office, case_id)
    before = office.clock()
    office.clock.forward(hours=1)
    name(office, case_id, "Bert", off=("Ada",))
    lines = [Access(who, before, who, 1, "training", "") for who in ("Ada", "Bert")]

    parts: dict[str, Any] = {
        "sessions": office.sessions,
        "clock": office.clock,
        "nudge": office.nudge,
    }
    logged = access_log.append(case_id, lines, by=ADA, authority=AUTHORITY, **parts)

    assert logged.unauthorised == 1
    page = access_log.page(case_id, after=0, limit=9, dataset=1, by=SUE, sessions=office.sessions)
    assert {line.access.who: line.authorised for line in page} == {"Ada": True, "Bert": False}


@pytest.mark.rule("R59-d")
def test_who_was_named_at_a_moment_is_found_through_every_change() -> None:
    back = released(
        named_persons=("Ada", "Cleo"),
        namings=(
            Naming(("Bert",), ("Ada",), "Ada", NOON),
            Naming(("Ada", "Cleo"), ("Bert",), "Ada", NOON + HOUR),
        ),
    )

    found = [back.named_at(NOON + hours * HOUR) for hours in (-1, 0, 1)]

    assert found == [{"Ada"}, {"Bert"}, {"Ada", "Cleo"}]


@pytest.mark.rule("R59-d")
def test_a_naming_stands_in_the_ledger_and_the_provider_alone_makes_it(office: Office) -> None:
    case_id = active(office)
    let_in(office, case_id)

    name(office, case_id, "Bert")

    said = {"action": Action.NAME_PERSONS, "dataset": 1, "added": ["Bert"], "taken_off": []}
    assert entry(office, case_id).items() >= said.items()
    with pytest.raises(NotAllowedError):
        named_persons.change(case_id, 1, added=("Eve",), taken_off=(), **common(office, SUE))


@pytest.mark.rule("R59-d")
def test_somebody_stays_named_and_a_naming_changes_something(office: Office) -> None:
    case_id = active(office)
    let_in(office, case_id)

    with pytest.raises(RuleBroken, match="dataset 1: nobody would be named"):
        name(office, case_id, off=("Ada",))
    with pytest.raises(FieldRefused, match="Eve is not named"):
        name(office, case_id, off=("Eve",))
    with pytest.raises(FieldRefused, match="Ada is named for dataset 1 already"):
        name(office, case_id, "Ada")
    with pytest.raises(FieldRefused, match="nobody is added or taken off"):
        name(office, case_id)
    with pytest.raises(FieldRefused, match="at most 200 persons"):
        name(office, case_id, *(f"P{n}" for n in range(200)))
    with pytest.raises(NotFound):
        name(office, case_id, "Bert", number=2)
    delete(office, case_id, 1)
    verify(office, case_id, 1)
    with pytest.raises(FieldRefused, match="dataset 1 is gone"):
        name(office, case_id, "Bert")


@pytest.mark.rule("R59-d")
def test_persons_are_not_named_anew_without_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(named_persons, "NAMINGS_MAX", 1)
    case_id = active(office)
    let_in(office, case_id)
    name(office, case_id, "Bert")

    with pytest.raises(FieldRefused, match="1 times anew"):
        name(office, case_id, "Cleo")
