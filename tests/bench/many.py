"""Fills a database with cases: one is walked to every stage by the stages themselves, then copied
row by row, each copy another provider's and some days later.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import MAXYEAR, date, timedelta
from functools import partial
from itertools import cycle, islice
from typing import Any

from sqlalchemy import Table, insert, select
from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId, case_id
from sandbox.domain.outcome import Objective
from sandbox.domain.plan import Resources
from sandbox.domain.readers import audience
from sandbox.domain.seal import FIRST, Entry, seal
from sandbox.stages import apply, decide, learning, place
from sandbox.store import applicants, cases, lessons
from sandbox.store.database import Sessions
from sandbox.store.derived_tables import AudienceRow
from sandbox.store.tables import Base, MarkRow
from tests.factories import ADA, APPLICATION, AUTHORITY, PLAN, SUE
from tests.office import Office

LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
CASE_LETTERS = 10
MIXER = 0x9E3779B97F4A7 | 1  # odd, so that no two numbers meet
COPIED_AT_ONCE = 500
DAYS_APART = 180  # copies are spread over half a year
COUNTRIES = ("NL", "DE", "FR", "PL", "IT", "ES", "SE", "AT")
# Cases stay in the books when they are over: more than half of them are.
COMMON = {Stage.CLOSED: 7, Stage.REJECTED: 3, Stage.WITHDRAWN: 2}
SMALL_PLAN = replace(PLAN, resources=Resources(gpus=1, gpu_product="H100"))
MARKS = Base.metadata.tables[MarkRow.__tablename__]
AUDIENCE = Base.metadata.tables[AudienceRow.__tablename__]
WRITTEN_ANEW = (MARKS, AUDIENCE)
Row = dict[str, Any]
Rows = list[tuple[Table, list[Row]]]


def fill(sessions: Sessions, count: int) -> dict[CaseId, Stage]:
    """Make so many cases, in all stages."""
    first = walked(Office(sessions))
    with sessions.begin() as session:
        models = {stage: _rows(session, found) for stage, found in first.items()}
    order = [stage for stage in first for _ in range(COMMON.get(stage, 1))]
    turns = list(islice(cycle(order), count - len(first)))
    for begin in range(0, len(turns), COPIED_AT_ONCE):
        with sessions.begin() as session:
            _copy(session, models, begin, turns[begin : begin + COPIED_AT_ONCE])
    with sessions.begin() as session:
        lessons.publish(session)
    copies = {_id(number): stage for number, stage in enumerate(turns)}
    return {found: stage for stage, found in first.items()} | copies


def walked(office: Office) -> dict[Stage, CaseId]:
    """A case in every stage, its notices sent and its clocks looked at."""

    def negotiated(case: CaseId) -> None:
        office.decide(case)
        office.associate(case)
        office.propose(case)

    def over(case: CaseId) -> None:
        learning.propose(
            case,
            topic="bias",
            text="Groups differ.",
            article="Art. 10",
            objective=Objective.EVIDENCE_BASED_LEARNING,
            wording_is_public=True,
            by=SUE,
            version=None,
            sessions=office.sessions,
            clock=office.clock,
        )
        office.report(case)
        office.end(case)
        office.issue_exit_report(case)

    walks: dict[Stage, Callable[[CaseId], object]] = {
        Stage.SCREENING: lambda c: c,
        Stage.INFORMATION_REQUESTED: lambda c: decide.ask(
            c,
            "Which data?",
            by=SUE,
            version=None,
            sessions=office.sessions,
            authority=AUTHORITY,
            clock=office.clock,
        ),
        Stage.ADMITTED: office.decide,
        Stage.REJECTED: lambda c: office.decide(c, admitted=False),
        Stage.WITHDRAWN: lambda c: place.withdraw(
            c,
            by=ADA,
            version=None,
            sessions=office.sessions,
            authority=AUTHORITY,
            clock=office.clock,
            nudge=office.nudge,
        ),
        Stage.PLAN_NEGOTIATION: negotiated,
    }
    tested: dict[Stage, Callable[[CaseId], object]] = {
        Stage.ACTIVE: office.report,
        Stage.SUSPENDED: office.suspend,
        Stage.COMPLETED: office.end,
        Stage.TERMINATED: partial(office.end, action=Action.TERMINATE),
        Stage.CLOSED: over,
    }
    found: dict[Stage, CaseId] = {}
    for stage, walk in walks.items():
        found[stage] = office.apply(stage)
        walk(found[stage])
    for stage, walk in tested.items():
        found[stage] = office.agreed(stage, SMALL_PLAN)
        office.work()
        office.clock.forward(minutes=5)
        walk(found[stage])
        office.work()
    office.cluster.open_wall = True  # what was built is not safe: it is tried again later
    found[Stage.PLAN_AGREED] = office.agreed(Stage.PLAN_AGREED, SMALL_PLAN)
    for _ in range(3):  # the removal, the certificate and the closure follow each other
        office.sweep()
        office.sweep_clocks()
        office.sweep_notices()
        office.work()
    found[Stage.SUBMITTED] = apply.apply(
        APPLICATION,
        key=Stage.SUBMITTED,
        by=ADA,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=lambda *_: None,
    ).id
    for stage, case in found.items():
        if office.case(case).stage is not stage:
            raise SystemExit(f"{case} should be {stage}: {office.look(case)}")
    return found


def _rows(session: Session, case: CaseId) -> Rows:
    """What the tables hold of a case, in the order in which it may be written again."""
    found: Rows = []
    for table in Base.metadata.sorted_tables:
        column = table.c.id if table.name == "cases" else table.c.get("case_id")
        if column is not None and table not in WRITTEN_ANEW:
            rows = session.execute(select(table).where(column == case)).mappings()
            found.append((table, [dict(row) for row in rows]))
    return found


def _copy(session: Session, models: dict[Stage, Rows], begin: int, turns: list[Stage]) -> None:
    made: dict[Table, list[Row]] = {}
    for number, stage in enumerate(turns, begin):
        for table, rows in models[stage]:
            copies = [_copied(row, number) for row in rows]
            made.setdefault(table, []).extend(_sealed(copies) if table.name == "ledger" else copies)
            if table.name == "cases":
                made.setdefault(MARKS, []).extend(_marks(copies[0]))
                made.setdefault(AUDIENCE, []).extend(_audience(copies[0]))
    for table, rows in made.items():
        if rows:
            session.execute(insert(table), rows)


def _copied(row: Row, number: int) -> Row:
    """A row of another provider's case; numbers that the database gives are left to it."""
    later = timedelta(days=number % DAYS_APART)
    new = {
        name: value + later if isinstance(value, date) and value.year < MAXYEAR else value
        for name, value in row.items()
    }
    if "case_id" not in row:
        application = row["facts"]["application"] | _applicant(number)
        provider = f"Provider {number // 3}"  # most come with more than one system
        facts = row["facts"] | {"id": _id(number), "provider": provider, "application": application}
        return new | {"id": _id(number), "provider": provider, "facts": facts}
    if isinstance(row.get("id"), int):
        del new["id"]
    return new | {"case_id": _id(number)}


def _marks(row: Row) -> list[Row]:
    application = applicants.application(row["facts"]["application"])
    return [{"mark": mark, "case_id": row["id"]} for mark in applicants.marks_of(application)]


def _audience(row: Row) -> list[Row]:
    case = cases.CASE.validate_python(row["facts"], strict=False)
    return [{"case_id": row["id"], "reader": reader} for reader in audience(case)]


def _applicant(number: int) -> Row:
    name = _word(number // 3)
    return {
        "applicant": f"{name} B.V.",
        "registration_number": f"{10_000_000 + number // 3}",
        "country": COUNTRIES[number // 3 % len(COUNTRIES)],
        "contact_email": f"office@{name}.example",
        "system_name": f"System {_word(number)}",
    }


def _sealed(rows: list[Row]) -> list[Row]:
    """A copied account is whole: sealed anew, entry by entry."""
    previous = FIRST
    for row in sorted(rows, key=lambda row: row["seq"]):
        entry = Entry(**{name: row[name] for name in Entry.__slots__})
        row["previous"], row["seal"] = previous, seal(entry, previous)
        previous = row["seal"]
    return rows


def _id(number: int) -> CaseId:
    return case_id("c" + _word(number))


def _word(number: int) -> str:
    """A number as ten letters, mixed so that neighbours look apart."""
    mixed = number * MIXER % len(LETTERS) ** CASE_LETTERS
    return "".join(LETTERS[mixed >> 5 * place & 31] for place in range(CASE_LETTERS))
