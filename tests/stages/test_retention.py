"""Records go when nobody needs them any more: told once, erased by two people, the chain unbroken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Date, DateTime, Integer, Table, insert, select

from sandbox.domain.case import Person, Unit
from sandbox.domain.incident import Incident
from sandbox.domain.kept import KeptSeries
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.publication import Permission
from sandbox.domain.regime import Publication
from sandbox.domain.seal import LedgerLine, SealedEntry, WithheldEntry, first_break
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.monitoring.verification import verify
from sandbox.stages import forget, place, retention
from sandbox.store import cases, documents, drafts, erasure, ledger, lessons, register
from sandbox.store.learning_tables import LessonRow
from sandbox.store.tables import Base, CaseRow, Moment
from tests.factories import ADA, APPLICATION, AUTHORITY, EVE, EXIT_WORDS, PLAN, SUE, TOM
from tests.fakes import NOON
from tests.office import Office
from tests.stages.personal_data import hold, lift
from tests.stages.supervising import simple
from tests.stages.test_after import closed, give, told

MARK = "zebra"
ANN = Person("Ann", Role.AUDITOR, "Court of Audit")
TEN_YEARS = 3654 + 42  # the period to appeal included
MARKED: dict[str, Any] = dict.fromkeys(
    (
        *("system_name", "intended_purpose", "novelty", "regulatory_questions", "users"),
        *("affected_persons", "viability", "contact_name", "learning_potential"),
    ),
    MARK,
)


def common(office: Office, by: Person = SUE) -> dict[str, Any]:
    return {
        **simple(office, by),
        "authority": AUTHORITY,
        "regime": office.regime,
    }


def propose(office: Office, case_id: CaseId, by: Person = SUE) -> None:
    retention.propose(case_id, **common(office, by))


def confirm(office: Office, case_id: CaseId, by: Person = TOM) -> None:
    retention.confirm(case_id, **common(office, by), nudge=office.nudge)


def erase(office: Office, case_id: CaseId) -> None:
    propose(office, case_id)
    confirm(office, case_id)
    office.work()


def over(office: Office, key: str = "k") -> CaseId:
    """A closed case whose time is over."""
    case_id = closed(office, key)
    office.work()
    office.clock.forward(days=TEN_YEARS)
    return case_id


def rejected(office: Office) -> CaseId:
    case_id = office.apply()
    office.decide(case_id, admitted=False)
    office.work()
    return case_id


def withdrawn(office: Office) -> CaseId:
    case_id = office.apply()
    place.withdraw(case_id, **simple(office, ADA), authority=AUTHORITY, nudge=office.nudge)
    office.work()
    return case_id


def dump(office: Office) -> str:
    """Every row of every table."""
    with office.sessions.begin() as session:
        return "\n".join(
            f"{table.name}: {tuple(row)}"
            for table in Base.metadata.sorted_tables
            for row in session.execute(select(table))
        )


def marked_row(table: Table, case_id: CaseId) -> dict[str, Any]:
    """A row of a table in which every text is the marker."""
    row: dict[str, Any] = {}
    for column in table.columns:
        match column.type:
            case JSON():
                row[column.name] = {"text": MARK}
            case Moment() | DateTime():
                row[column.name] = NOON
            case Date():
                row[column.name] = NOON.date()
            case Integer():
                row[column.name] = 7
            case _ if column.type.python_type is bool:
                row[column.name] = True
            case _:
                row[column.name] = MARK[: getattr(column.type, "length", None)]
    return row | {"case_id": case_id}


def fill(office: Office, case_id: CaseId) -> None:
    """Give a case rows in every table that may have some, and two lessons."""
    with office.sessions.begin() as session:
        known = erasure.contents(session, case_id)
        for table in reversed(erasure.DELETED):
            if table.name not in known:
                session.execute(insert(table).values(marked_row(table, case_id)))
        row = marked_row(Base.metadata.tables[LessonRow.__tablename__], case_id)
        cell = {"article": "Art. 10", "sector": "other", "size": "small"}
        for number, confirmed_at in ((1, NOON), (2, None)):
            lesson = {
                "number": number,
                "objective": "legal_certainty",
                "confirmed_at": confirmed_at,
            }
            session.execute(insert(LessonRow).values(row | cell | lesson))


def marked(office: Office) -> CaseId:
    """A closed case whose every free text is the marker, in every table, and whose time is over."""
    plan = replace(PLAN, objectives=MARK, conditions=MARK, methodology=MARK, safeguards=MARK)
    case_id = office.active(plan=plan, **MARKED)
    office.clock.forward(minutes=1)
    office.end(case_id)
    office.work()
    words = replace(EXIT_WORDS, learning_outcomes=MARK, key_issues=MARK, recommendations=MARK)
    office.issue_exit_report(case_id, words)
    office.work()
    give(office, case_id, Permission.PROVIDER_PUBLICATION, ADA)
    give(office, case_id, Permission.AUTHORITY_PUBLICATION, SUE)
    fill(office, case_id)
    office.clock.forward(days=TEN_YEARS)
    return case_id


def lines(office: Office, case_id: CaseId, by: Person = SUE) -> list[LedgerLine]:
    return retention.account(case_id, by=by, sessions=office.sessions)


def is_erased(office: Office, case_id: CaseId) -> bool:
    with office.sessions.begin() as session:
        return cases.is_erased(session, case_id)


def waiting_for(office: Office, case_id: CaseId) -> str:
    wanted = office.case(case_id).erasure
    assert wanted is not None
    return wanted.waiting_for


@pytest.mark.rule("R78")
def test_nothing_of_an_erased_case_is_left_in_any_table_or_file(office: Office) -> None:
    case_id = marked(office)
    with office.sessions.begin() as session:
        had = erasure.contents(session, case_id).keys()
        assert register.find(session, case_id, Publication.BOTH) is not None
    assert had == {t.name for t in Base.metadata.sorted_tables if "case_id" in t.columns}
    assert MARK in dump(office)
    assert office.evidence.kept

    erase(office, case_id)

    left = dump(office)
    for mark in (MARK, "CreditCo", "Ada", "Show that", "H100-2"):
        assert mark not in left
    assert office.evidence.kept == {}
    with pytest.raises(NotFound):
        office.look(case_id)
    with office.sessions.begin() as session:
        assert cases.page(session, SUE, stage=None, after=None, limit=10).cases == ()
        assert list(cases.every(session)) == []
        assert case_id in cases.ids(session)
        assert register.find(session, case_id, Publication.BOTH) is None
        assert register.page(session, Publication.BOTH, after=None, limit=10) == []


@pytest.mark.rule("R78")
def test_a_case_that_was_linked_forgets_the_erased_one_and_says_so(office: Office) -> None:
    case_id = over(office)
    other = office.apply("other", EVE, registration_number=APPLICATION.registration_number)
    (link,) = office.case(other).linked_cases
    assert (link.case_id, link.provider) == (case_id, "CreditCo")

    erase(office, case_id)

    assert office.case(other).linked_cases == ()
    with office.sessions.begin() as session:
        entries = ledger.of_case(session, other)
    assert first_break(entries) is None
    assert entries[-1].entry.facts == {"linked_case": case_id}


@pytest.mark.rule("R78")
def test_the_stub_says_where_the_case_ended_and_when(office: Office) -> None:
    case_id = over(office)
    received_at, version = office.case(case_id).received_at, office.case(case_id).version
    erase(office, case_id)

    with office.sessions.begin() as session:
        row = session.get_one(CaseRow, case_id)
        assert (row.stage, row.provider, row.facts) == (Stage.CLOSED, "", {})
        assert (row.received_at, row.erased_at) == (received_at, office.clock())
        assert row.version > version
        assert cases.by_id(session, (Stage.CLOSED,), after=None, limit=10) == []


@pytest.mark.rule("R78")
def test_the_chain_is_unbroken_and_its_last_entry_says_who_erased_it(
    office: Office, tmp_path: Path
) -> None:
    case_id = over(office)
    with office.sessions.begin() as session:
        before = [sealed.seal for sealed in ledger.of_case(session, case_id)]
    erase(office, case_id)

    *gone, last = lines(office, case_id, ANN)
    assert first_break([*gone, last]) is None
    assert [line.seal for line in gone][: len(before)] == before
    assert all(isinstance(line, WithheldEntry) for line in gone)
    assert isinstance(last, SealedEntry)
    assert (last.entry.action, last.entry.role) == ("erase", "system")
    said = last.entry.facts
    assert (said["proposed_by"], said["confirmed_by"]) == ("Sue", "Tom")
    assert said["ground"] == "no longer needed (Art. 78)"
    assert said["files"] == 16
    assert f"ledger: {len(gone)}" in str(said["rows"])

    path = tmp_path / "ledger.jsonl"
    path.write_text("".join(ledger.as_lines([*gone, last])))
    assert [check.passed for check in verify([path])] == [True]
    path.write_text("".join(ledger.as_lines([*gone[1:], last])))
    assert not all(check.passed for check in verify([path]))


@pytest.mark.rule("R78")
def test_a_confirmed_lesson_counts_on_without_a_word_of_it(office: Office) -> None:
    case_id = marked(office)
    erase(office, case_id)

    with office.sessions.begin() as session:
        (found,) = lessons.learned(session)
        assert (
            lessons.page(session, article=None, sector=None, objective=None, offset=0, limit=10)
            == []
        )
    assert (found.provider, found.lesson.text, found.lesson.topic) == ("", "", "")
    assert (found.cell.article, found.cell.size) == ("Art. 10", "small")
    assert (found.lesson.proposed_by, found.lesson.wording_is_public) == ("", False)


@pytest.mark.rule("R78")
@pytest.mark.parametrize("ended", [rejected, withdrawn])
def test_what_was_rejected_or_withdrawn_is_kept_as_long(
    office: Office, ended: Callable[[Office], CaseId]
) -> None:
    case_id = ended(office)
    with pytest.raises(RuleBroken, match="kept until"):
        propose(office, case_id)
    office.clock.forward(days=TEN_YEARS + 60)

    erase(office, case_id)

    assert is_erased(office, case_id)
    assert office.evidence.kept == {}


@pytest.mark.rule("R78")
def test_the_authority_is_told_once_that_the_time_is_over(office: Office) -> None:
    case_id = closed(office)
    office.work()
    until = _kept(office, case_id).until
    office.sweep()
    office.work()
    assert told(office, "retention_over") == []

    office.clock.forward(days=TEN_YEARS)
    for _ in range(3):
        office.sweep()
        office.work()

    assert told(office, "retention_over") == [Role.AUTHORITY]
    assert office.case(case_id).told_of_retention is not None
    assert _kept(office, case_id).until == until  # to be told is no event


def _kept(office: Office, case_id: CaseId) -> retention.Kept:
    found = retention.listed(
        by=SUE,
        after=None,
        limit=10,
        sessions=office.sessions,
        authority=AUTHORITY,
        regime=office.regime,
        clock=office.clock,
    )
    return {kept.case.id: kept for kept in found}[case_id]


@pytest.mark.rule("R78")
def test_a_hold_keeps_everything_and_does_not_make_the_time_longer(office: Office) -> None:
    case_id = over(office)
    until = _kept(office, case_id).until
    hold(office, case_id)
    office.sweep()
    office.work()

    assert told(office, "retention_over") == []
    assert _kept(office, case_id).until == until
    with pytest.raises(RuleBroken, match="legal hold 1"):
        propose(office, case_id)
    lift(office, case_id)
    erase(office, case_id)
    assert is_erased(office, case_id)


@pytest.mark.rule("R78")
def test_a_hold_after_the_second_person_confirmed_still_stops_the_erasure(office: Office) -> None:
    case_id = over(office)
    propose(office, case_id)
    confirm(office, case_id)
    office.nudge.given.clear()
    hold(office, case_id)
    before = dict(office.evidence.kept)
    office.sweep()
    office.work()

    assert office.evidence.kept == before
    assert waiting_for(office, case_id).startswith("legal hold 1")
    lift(office, case_id)
    office.sweep()
    office.work()
    assert is_erased(office, case_id)


@pytest.mark.rule("R78")
def test_a_lock_of_the_store_keeps_every_file_and_every_row(office: Office) -> None:
    case_id = over(office)
    newest = _files(office, case_id)[0]
    office.evidence.locks[newest] = office.clock() + timedelta(days=1)
    before = dict(office.evidence.kept)

    erase(office, case_id)

    assert office.evidence.kept == before
    assert not is_erased(office, case_id)
    assert "is locked until" in waiting_for(office, case_id)
    hold(office, case_id)  # nothing is gone, so that it can be held
    lift(office, case_id)
    office.clock.forward(days=1)
    office.sweep()
    office.work()
    assert is_erased(office, case_id)


def _files(office: Office, case_id: CaseId) -> tuple[str, ...]:
    with office.sessions.begin() as session:
        return documents.keys(session, case_id)


@pytest.mark.rule("R78")
def test_what_is_half_deleted_is_not_told_as_deleted(office: Office) -> None:
    case_id = over(office)
    *_, oldest = _files(office, case_id)
    office.evidence.locks[oldest] = office.clock() + timedelta(days=1)  # somebody made it longer

    erase(office, case_id)

    assert list(office.evidence.kept) == [oldest]
    assert oldest in waiting_for(office, case_id)
    with office.sessions.begin() as session:
        assert ledger.of_case(session, case_id)[-1].entry.action == "confirm_erasure"
    with pytest.raises(RuleBroken, match="erasure has begun"):
        hold(office, case_id)
    office.clock.forward(days=1)
    office.sweep()
    office.work()
    assert is_erased(office, case_id)


@pytest.mark.rule("R78")
def test_a_store_that_is_away_postpones(office: Office) -> None:
    case_id = over(office)
    office.evidence.away = True
    erase(office, case_id)
    assert waiting_for(office, case_id) == "the evidence store does not answer"
    assert not is_erased(office, case_id)
    with pytest.raises(RuleBroken, match="erasure has begun"):
        hold(office, case_id)
    with pytest.raises(FieldRefused, match="confirmed already"):
        propose(office, case_id)  # would forget that it has begun

    office.evidence.away = False
    office.sweep()
    office.work()
    assert is_erased(office, case_id)


class Killed(BaseException):
    """The process is gone."""


@pytest.mark.rule("R78")
@pytest.mark.parametrize("files_deleted", [0, 1, 4])
def test_an_erasure_that_was_killed_is_finished_by_the_next(
    office: Office, monkeypatch: pytest.MonkeyPatch, files_deleted: int
) -> None:
    case_id = over(office)
    propose(office, case_id)
    confirm(office, case_id)
    left = [files_deleted]
    delete = office.evidence.delete

    def dying(key: str) -> None:
        if not left[0]:
            raise Killed
        left[0] -= 1
        delete(key)

    def never(*_: object) -> dict[str, int]:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(office.evidence, "delete", dying)
        patched.setattr(erasure, "erase", never)
        with pytest.raises(Killed):
            office.work()
    assert not is_erased(office, case_id)
    assert MARK not in waiting_for(office, case_id)

    office.sweep()
    office.work()
    assert is_erased(office, case_id)
    retention_entries = lines(office, case_id)
    assert first_break(retention_entries) is None

    office.nudge("erase", case_id)  # once more changes nothing
    office.work()
    assert lines(office, case_id) == retention_entries


@pytest.mark.rule("R78")
def test_one_person_does_not_confirm_what_she_proposed(office: Office) -> None:
    case_id = over(office)
    propose(office, case_id)

    with pytest.raises(RuleBroken, match="a second person must"):
        confirm(office, case_id, SUE)
    office.sweep()
    office.work()
    assert not is_erased(office, case_id)


def test_what_would_go_is_listed_and_nothing_is_changed(office: Office) -> None:
    case_id = over(office)
    before = dump(office)

    found = retention.contents(
        case_id,
        by=SUE,
        sessions=office.sessions,
        authority=AUTHORITY,
        regime=office.regime,
        clock=office.clock,
    )

    assert set(found.files) == set(office.evidence.kept)
    assert (found.rows["documents"], found.rows["plans"]) == (8, 1)
    assert found.kept.against == ()
    assert dump(office) == before


@pytest.mark.parametrize(
    "by", [ADA, replace(SUE, country="DE"), replace(SUE, unit=Unit.ENFORCEMENT)]
)
def test_nobody_but_the_lead_authority_learns_what_is_kept(office: Office, by: Person) -> None:
    case_id = over(office)
    with pytest.raises(NotFound):
        retention.listed(
            by=by,
            after=None,
            limit=10,
            sessions=office.sessions,
            authority=AUTHORITY,
            regime=office.regime,
            clock=office.clock,
        )
    erase(office, case_id)
    with pytest.raises(NotFound):
        lines(office, case_id, by)


def test_an_id_that_was_erased_is_never_used_again(office: Office) -> None:
    case_id = over(office)
    erase(office, case_id)

    with pytest.raises(NotFound):
        office.apply()
    assert is_erased(office, case_id)


@pytest.mark.rule("R78")
def test_a_draft_that_nobody_touched_for_a_year_is_deleted(office: Office) -> None:
    with office.sessions.begin() as session:
        for name in ("old", "new"):
            drafts.save(session, "CreditCo", name, {"a": MARK}, "Ada", office.clock(), version=None)
    office.clock.forward(days=200)
    with office.sessions.begin() as session:
        drafts.save(session, "CreditCo", "new", {"a": "b"}, "Ada", office.clock(), version=1)
    office.clock.forward(days=166)

    assert (forgotten(office), forgotten(office)) == (1, 0)
    with office.sessions.begin() as session:
        assert [draft.id for draft in drafts.of_provider(session, "CreditCo", 10)] == ["new"]
    assert told(office, "draft_deleted") == ["provider:CreditCo"]
    assert MARK not in dump(office)


def forgotten(office: Office) -> int:
    return forget.forget(
        sessions=office.sessions,
        authority=AUTHORITY,
        regime=office.regime,
        clock=office.clock,
        nudge=office.nudge,
    )


@pytest.mark.rule("R78")
def test_what_was_kept_of_an_incident_goes_with_the_other_files(office: Office) -> None:
    case_id = over(office)
    stored = office.evidence.put(
        "series.zip", b"series", media_type="application/zip", retain_until=NOON
    )
    series = KeptSeries(NOON, NOON, NOON, stored.key, stored.version, stored.sha256, ())
    incident = Incident(1, NOON, "Ada", NOON, ("NL",), "x", "one", "Ada", NOON)
    with office.sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        closed_one = replace(incident, kept=(series,), closed_at=NOON)
        cases.save(session, replace(case, incidents=(closed_one,), version=case.version + 1))

    erase(office, case_id)

    assert is_erased(office, case_id)
    assert office.evidence.kept == {}
