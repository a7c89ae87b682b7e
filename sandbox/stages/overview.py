"""What people look at: a case with what may be done and why it waits, queues and capacity."""

from dataclasses import dataclass
from datetime import date

from sandbox.domain.authority import Authority
from sandbox.domain.capacity import Inventory, Reservation
from sandbox.domain.case import Case, Person
from sandbox.domain.environment import Environment, Operation, Progress
from sandbox.domain.lifecycle import Action, Role, Stage, allowed
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against
from sandbox.domain.readers import may_read
from sandbox.domain.seal import SealedEntry
from sandbox.domain.selection import as_seen_by
from sandbox.domain.visibility import (
    entries_known_to,
    without_secret_inspections,
    without_unopened_outcomes,
)
from sandbox.errors import NotFound, Reason
from sandbox.ports import Clock
from sandbox.store import calendar, cases, documents, engine_log, environments, ledger
from sandbox.store.database import Sessions
from sandbox.store.documents import Document


@dataclass(frozen=True, slots=True)
class CaseOverview:
    """A case as one person may see it now.

    `possible` says for each action of the person's role why it is refused now; no reasons means
    that it would be accepted.
    """

    case: Case
    environment: Environment | None
    preview: tuple[Operation, ...] | None
    alarms: tuple[tuple[str, str], ...]
    documents: tuple[Document, ...]
    possible: dict[Action, tuple[Reason, ...]]
    today: date


def of_case(
    case_id: CaseId, *, by: Person, sessions: Sessions, authority: Authority, clock: Clock
) -> CaseOverview:
    """Everything about one case that a person may know."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        return CaseOverview(
            case=without_unopened_outcomes(
                without_secret_inspections(as_seen_by(case, by), by), by
            ),
            environment=environments.find(session, case_id),
            preview=engine_log.preview(session, case_id, (case.amendment or case).plan_sha256),
            alarms=tuple((at.isoformat(), text) for at, text in cases.alarms(session, case_id)),
            documents=tuple(documents.of_case(session, case_id)),
            possible={action: against(case, action, by) for action in allowed(case.stage, by.role)},
            today=authority.day(clock()),
        )


def queue(
    *, by: Person, stage: Stage | None, after: CaseId | None, limit: int, sessions: Sessions
) -> list[Case]:
    """The cases a person may know about, the nearest deadline first."""
    with sessions.begin() as session:
        page = cases.page(session, by, stage=stage, after=after, limit=limit)
    return [without_secret_inspections(as_seen_by(case, by), by) for case in page]


def account(
    case_id: CaseId, *, by: Person, after: int, limit: int | None, sessions: Sessions
) -> list[SealedEntry]:
    """The ledger of a case."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        entries = ledger.of_case(session, case_id, after=after, limit=limit)
    return entries_known_to(entries, case, by)


def progress(
    case_id: CaseId, *, by: Person, after: int, limit: int, sessions: Sessions
) -> list[tuple[int, int, Progress]]:
    """What the engine did and does for a case, line by line."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by)
        return engine_log.progress(session, case_id, after=after, limit=limit)


def document(
    case_id: CaseId, kind: Paper, number: int, *, by: Person, sessions: Sessions
) -> Document:
    """One document of a case and how far it has come."""
    with sessions.begin() as session:
        if not may_read(cases.load(session, case_id), by, kind):
            raise NotFound(f"there is no case {case_id}")
        return documents.load(session, case_id, kind, number)


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the cluster has, what is held when, and what stands; nothing of any content."""

    inventory: Inventory | None
    seen_at: str
    reservations: tuple[Reservation, ...]
    environments: tuple[Environment, ...]


def capacity(*, by: Person, sessions: Sessions, authority: Authority, clock: Clock) -> Capacity:
    """Capacity for the operator and the authority; a provider is not told about others."""
    if by.role not in {Role.OPERATOR, Role.AUTHORITY, Role.AUDITOR}:
        raise NotFound("capacity is shown to operators and authorities")
    with sessions.begin() as session:
        seen = calendar.last_seen(session)
        return Capacity(
            inventory=seen[0] if seen else None,
            seen_at=seen[1].isoformat() if seen else "",
            reservations=calendar.held(session, on_or_after=authority.day(clock())),
            environments=tuple(environments.standing(session)),
        )
