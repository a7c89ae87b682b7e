"""Rows <-> Case."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import func, select, tuple_, update
from sqlalchemy.orm import Session

from sandbox.domain.application import Application
from sandbox.domain.case import Case, Person
from sandbox.domain.deadlines import Deadline
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.offices import inspecting, may_enforce
from sandbox.domain.plan import SandboxPlan
from sandbox.domain.readers import may_ask, may_know
from sandbox.domain.sight import sees
from sandbox.errors import NotFound, OutOfDate
from sandbox.store import applicants, audience, clocks, errands
from sandbox.store.audience import known_by
from sandbox.store.database import document_sha256
from sandbox.store.tables import CaseRow, PlanRow

CASE = TypeAdapter(Case)
PLAN = TypeAdapter(SandboxPlan)
APPLICATION = TypeAdapter(Application)
ROWS_MAX = 200
KEPT = CaseRow.erased_at.is_(None)  # of an erased case there is a stub alone


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases, and the last of them when the next page begins after it; None at the end."""

    cases: tuple[Case, ...]
    next: CaseId | None


def add(session: Session, case: Case) -> None:
    """Write a new case with its deadlines."""
    session.add(
        CaseRow(
            id=case.id,
            provider=case.provider,
            stage=case.stage,
            version=case.version,
            received_at=case.received_at,
            facts=_facts(case),
        )
    )
    session.flush()
    _derive(session, case)


def save(session: Session, case: Case) -> None:
    """Write what `passage.take` made of a case; OutOfDate when somebody was faster."""
    changed = session.execute(
        update(CaseRow)
        .where(CaseRow.id == case.id, CaseRow.version == case.version - 1)
        .values(stage=case.stage, version=case.version, facts=_facts(case))
        .returning(CaseRow.id)
    ).all()
    if not changed:
        raise OutOfDate("the case was changed by somebody else in the meantime; load it again")
    _derive(session, case)


def _derive(session: Session, case: Case) -> None:
    """Write what follows from a case, so that an index answers for many."""
    clocks.save(session, case.id, case.deadlines)
    applicants.remember(session, case)
    audience.save(session, case)
    errands.save(session, case)


def load(session: Session, case_id: CaseId, *, lock: bool = False) -> Case:
    """A case as it stands; NotFound when there is none, or no more than its stub.

    `lock` orders writers on PostgreSQL.
    """
    query = select(CaseRow).where(CaseRow.id == case_id, KEPT)
    row = session.scalars(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise NotFound(f"there is no case {case_id}")
    return _case(row, clocks.of_case(session, case_id))


def order_writers(session: Session, case_id: CaseId) -> None:
    """Let writers of one ledger wait for each other; NotFound when there is no such case.

    The installation has no row: its writers meet at the primary key of the ledger, and one fails
    as a whole.
    """
    if case_id != INSTALLATION:
        load(session, case_id, lock=True)


def load_for(
    session: Session,
    case_id: CaseId,
    person: Person,
    *,
    version: int | None = None,
    seeing: str = "",
    enforcing: bool = False,
    reading: bool = False,
    asking: bool = False,
) -> Case:
    """A case somebody may know about; for everybody else there is none (Art. 78).

    `version` is what the caller saw: OutOfDate when the case has moved on since. `seeing` is the
    line of the table of views that somebody wants to look at: NotFound when it is not theirs.
    `enforcing` is the way in of inspectors, who know no case otherwise; `reading` is theirs while an
    inspection of theirs is open, and what comes of it is to be cut by the table of views. `asking` is
    that of bodies for fundamental rights, to ask for documents.
    """
    case = load(session, case_id, lock=True)
    let_in = (
        (enforcing and may_enforce(case, person))
        or (reading and inspecting(case, person))
        or (asking and may_ask(case, person))
    )
    if not may_know(case, person) and not let_in:
        raise NotFound(f"there is no case {case_id}")
    if seeing and not sees(case, person, seeing):
        raise NotFound(f"case {case_id} shows you no {seeing}")
    if version is not None and version != case.version:
        raise OutOfDate(f"you saw version {version}, the case is at {case.version}; load it again")
    return case


def every(session: Session) -> Iterator[Case]:
    """Every case whose records are kept, without its deadlines, one after the other."""
    for row in session.scalars(select(CaseRow).where(KEPT).order_by(CaseRow.id)).yield_per(
        ROWS_MAX
    ):
        yield _case(row, ())


def exists(session: Session, case_id: CaseId) -> bool:
    return session.get(CaseRow, case_id) is not None


def is_erased(session: Session, case_id: CaseId) -> bool:
    """Whether nothing is left of a case but its stub."""
    erased_at = session.scalar(select(CaseRow.erased_at).where(CaseRow.id == case_id))
    return erased_at is not None


def application_document(application: Application) -> dict[str, Any]:
    """An application as JSON values."""
    document: dict[str, Any] = APPLICATION.dump_python(application, mode="json")
    return document


def plan_sha256(plan: SandboxPlan) -> str:
    """The hash that both parties sign."""
    return document_sha256(PLAN.dump_python(plan, mode="json"))


def known_to(session: Session, ids: Iterable[CaseId], person: Person) -> dict[CaseId, Case]:
    """Those of some cases that somebody may know about, without their clocks."""
    rows = session.scalars(select(CaseRow).where(CaseRow.id.in_(list(ids)), KEPT))
    return {c.id: c for c in (_case(row, ()) for row in rows) if may_know(c, person)}


def page(
    session: Session, person: Person, *, stage: Stage | None, after: CaseId | None, limit: int
) -> Page:
    """Cases somebody may know about, the one with the nearest open deadline first.

    `after` is the `next` of the page before. The index finds them, the domain has the last word.
    """
    query = select(CaseRow).where(KEPT, known_by(person, CaseRow.id))
    query = query.order_by(CaseRow.next_due, CaseRow.id).limit(limit + 1)
    if stage is not None:
        query = query.where(CaseRow.stage == stage)
    if after is not None:
        last = session.scalar(select(CaseRow.next_due).where(CaseRow.id == after))
        if last is None:
            raise NotFound(f"there is no case {after} to continue after")
        query = query.where(tuple_(CaseRow.next_due, CaseRow.id) > (last, after))
    rows = session.scalars(query).all()
    deadlines = clocks.of_cases(session, [row.id for row in rows])
    found = [_case(row, deadlines.get(row.id, ())) for row in rows[:limit]]
    following = found[-1].id if len(rows) > limit else None
    return Page(tuple(case for case in found if may_know(case, person)), following)


def ids(session: Session) -> frozenset[CaseId]:
    """Every case there ever was."""
    return frozenset(CaseId(found) for found in session.scalars(select(CaseRow.id)))


def at_stages(session: Session, stages: Iterable[Stage]) -> list[CaseId]:
    """Every case at one of some stages."""
    rows = session.scalars(select(CaseRow.id).where(CaseRow.stage.in_(list(stages))))
    return [CaseId(row) for row in rows]


def by_id(
    session: Session, stages: Iterable[Stage], *, after: CaseId | None, limit: int
) -> list[Case]:
    """Cases at some stages by their ids, without their clocks; `after` is the last one before."""
    query = select(CaseRow).where(CaseRow.stage.in_(list(stages)), KEPT).order_by(CaseRow.id)
    if after is not None:
        query = query.where(CaseRow.id > after)
    return [_case(row, ()) for row in session.scalars(query.limit(limit))]


def count_by_stage(session: Session) -> dict[str, int]:
    """How many cases stand where."""
    counted = session.execute(select(CaseRow.stage, func.count()).group_by(CaseRow.stage)).all()
    return dict.fromkeys(Stage, 0) | {row[0]: row[1] for row in counted}


def add_plan(session: Session, case_id: CaseId, plan: SandboxPlan, by: str, at: datetime) -> None:
    """Keep a version of the plan for ever."""
    document = PLAN.dump_python(plan, mode="json")
    session.add(
        PlanRow(
            case_id=case_id,
            version=plan.version,
            sha256=document_sha256(document),
            proposed_by=by,
            proposed_at=at,
            document=document,
        )
    )


def as_json(case: Case) -> dict[str, Any]:  # Any: JSON
    """A case as JSON values."""
    document: dict[str, Any] = CASE.dump_python(case, mode="json")
    return document


def _facts(case: Case) -> dict[str, Any]:
    return as_json(replace(case, deadlines=()))


def _case(row: CaseRow, deadlines: tuple[Deadline, ...]) -> Case:
    case = CASE.validate_python(row.facts, strict=False)
    return replace(case, stage=Stage(row.stage), version=row.version, deadlines=deadlines)
