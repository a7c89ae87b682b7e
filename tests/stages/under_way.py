"""What tests of real-world tests look at and do, besides the walk to their start."""

from dataclasses import replace
from datetime import date
from typing import Any

from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Answer, Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.periods import WorkingCalendar
from sandbox.domain.real_world import STOP, RealWorldTest
from sandbox.domain.seats import Capacity
from sandbox.stages import (
    consent,
    good_faith,
    real_world,
    seats,
)
from sandbox.store import documents
from tests.factories import ADA, AUTHORITY, SUE, UNION
from tests.office import Office
from tests.real_world import LONGER
from tests.stages.testing import (
    more,
    parts,
)

TODAY = date(2026, 12, 26)


def germany(answer: Answer, *holidays: date) -> Union:
    changed = replace(
        UNION.of("DE"),
        time_zone="Europe/Berlin",
        calendar=WorkingCalendar("DE", frozenset(holidays)),
        tacit_approval=answer,
    )
    return Union(dict(UNION.states) | {"DE": changed})


def the_test(office: Office, case_id: CaseId) -> RealWorldTest:
    found = office.case(case_id).test
    assert found is not None
    return found


def clock(case: Case, name: Name, subject: str) -> date:
    (found,) = [c for c in case.deadlines if c.name is name and c.subject == subject]
    return found.due


def the_paper(office: Office, case_id: CaseId, paper: Paper) -> dict[str, Any]:
    with office.sessions.begin() as session:
        found = documents.load(session, case_id, paper, 1).assembled
    assert found is not None
    return found


def issued(office: Office, case_id: CaseId, paper: Paper) -> int:
    with office.sessions.begin() as session:
        return sum(d.kind == paper for d in documents.of_case(session, case_id))


def told_of_more(office: Office, case_id: CaseId) -> None:
    """A form that tells of a later end."""
    consent.release(case_id, LONGER, **parts(office, ADA))


def open_caps(case: Case) -> set[tuple[Name, str]]:
    caps = (c for c in case.deadlines if c.name in {Name.DL_03, Name.DL_04} and c.met_at is None)
    return {(cap.name, cap.subject) for cap in caps if cap.subject.startswith(STOP)}


def extend(office: Office, case_id: CaseId, until: date) -> Case:
    return real_world.extend(case_id, until, "more data", **more(office))


IDA = Person("Ida", Role.AI_OFFICE, "AI Office")


def deviations(office: Office, case_id: CaseId, authority: Authority = AUTHORITY) -> list[str]:
    facts = good_faith.read(
        case_id,
        by=SUE,
        sessions=office.sessions,
        authority=authority,
        regime=office.regime,
        clock=office.clock,
    )
    return [found["deviation"] for found in facts["deviations"]]


def watch(office: Office) -> None:
    office.sweep()
    office.work()


def resume(office: Office, case_id: CaseId) -> Case:
    return real_world.resume(case_id, **more(office))


def seat(office: Office, case_id: CaseId) -> Case:
    return seats.give(
        case_id,
        role=Role.MARKET_SURVEILLANCE,
        country="FR",
        organisation="DGCCRF",
        capacity=Capacity.CONCERNED,
        legal_basis="Art. 57(13)",
        union=office.union,
        **parts(office, SUE),
    )


def finland(*holidays: date) -> Union:
    """Another country for DE's seat, with days and holidays of its own."""
    calendar = WorkingCalendar("FI", frozenset(holidays))
    changed = replace(UNION.of("DE"), time_zone="Europe/Helsinki", calendar=calendar)
    return Union(dict(UNION.states) | {"DE": changed})
