"""What people look at: a case with what may be done and why it waits, queues and capacity."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sandbox.domain import views
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.capacity import Demand, Inventory, Reservation
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.clock_views import shows_alarm
from sandbox.domain.environment import Environment, Operation, Progress
from sandbox.domain.lifecycle import ENFORCING, Role, Stage, allowed
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import inspecting
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against
from sandbox.domain.readers import OF_THE_UNION, acting, is_lead, may_read, reads_only
from sandbox.domain.seal import LedgerLine
from sandbox.domain.sight import Sight, by_table, sees, sight
from sandbox.domain.visibility import known_lines
from sandbox.errors import NotFound, Reason
from sandbox.ports import Clock
from sandbox.store import alarms, calendar, cases, documents, engine_log, environments, ledger
from sandbox.store.database import Sessions
from sandbox.store.documents import Document


@dataclass(frozen=True, slots=True)
class CaseOverview:
    """A case as one person may see it now; `case` is narrowed, `counted` says how much is not shown.

    `possible` says for each action of the person's role why it is refused now; no reasons means
    that it would be accepted. `facts` are the case as JSON, cut by the table of views.
    """

    case: Case
    facts: dict[str, Any]  # Any: JSON
    counted: dict[str, int]
    environment: Environment | None
    preview: tuple[Operation, ...] | None
    alarms: tuple[tuple[str, str], ...]
    documents: tuple[Document, ...]
    possible: dict[Action, tuple[Reason, ...]]
    at: datetime


def of_case(
    case_id: CaseId, *, by: Person, sessions: Sessions, authority: Authority, clock: Clock
) -> CaseOverview:
    """Everything about one case that a person may know."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, enforcing=True)
        narrowed = views.narrowed(case, by)
        shows = partial(sees, case, by)
        plan_sha256 = (case.amendment or case).plan_sha256
        known = alarms.of_case(session, case_id)
        seen = [alarm for alarm in known if shows_alarm(case, by, alarm.metric)]
        counted = views.counts(case, by)
        if sight(case, by, "alarms") is Sight.COUNTED:
            counted["alarms"] = len(seen)
        return CaseOverview(
            case=narrowed,
            facts=views.facts(case, by, cases.as_json(narrowed)),
            counted=counted,
            environment=environments.find(session, case_id) if shows("environment") else None,
            preview=engine_log.preview(session, case_id, plan_sha256) if shows("preview") else None,
            alarms=tuple((a.seen_at.isoformat(), a.sentence) for a in seen)
            if shows("alarms")
            else (),
            documents=tuple(
                document
                for document in documents.of_case(session, case_id)
                if _sight(case, by, document) is not Sight.HIDDEN
            ),
            possible=_possible(case, by, authority.day(at)),
            at=at,
        )


def _possible(case: Case, by: Person, today: date) -> dict[Action, tuple[Reason, ...]]:
    if reads_only(case, by):
        return {}
    actor = acting(by)
    possible = allowed(case.stage, actor.role)
    if by.unit is Unit.ENFORCEMENT:
        possible = tuple(action for action in possible if action in ENFORCING)
    return {action: against(case, action, actor, today, before=case) for action in possible}


def _sight(case: Case, by: Person, document: Document) -> Sight:
    return views.of_document(case, by, document.kind, document.number, document.assembled)


def queue(
    *, by: Person, stage: Stage | None, after: CaseId | None, limit: int, sessions: Sessions
) -> cases.Page:
    """The cases a person may know about, the nearest deadline first."""
    with sessions.begin() as session:
        page = cases.page(session, by, stage=stage, after=after, limit=limit)
    return replace(page, cases=tuple(views.narrowed(case, by) for case in page.cases))


def standing_of(case_id: CaseId, *, by: Person, sessions: Sessions) -> Case:
    """The case as far as its standing in the selection shows; NotFound for who takes no part in it."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing="standing")
    return views.narrowed(case, by)


def account(
    case_id: CaseId, *, by: Person, after: int, limit: int | None, sessions: Sessions
) -> list[LedgerLine]:
    """The ledger of a case; of an entry that somebody may not read they get the seal."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, reading=True)
        entries = ledger.of_case(session, case_id, after=after, limit=limit)
    return known_lines(entries, case, by)


def progress(
    case_id: CaseId, *, by: Person, after: int, limit: int, sessions: Sessions
) -> list[tuple[int, int, Progress]]:
    """What the engine did and does for a case, line by line."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing="progress")
        return engine_log.progress(session, case_id, after=after, limit=limit)


def document(
    case_id: CaseId, kind: Paper, number: int, *, by: Person, sessions: Sessions, opened: bool
) -> Document:
    """One document of a case and how far it has come; `opened` asks to read it too."""
    with sessions.begin() as session:
        case = cases.load(session, case_id)
        if not may_read(case, by, kind) and not inspecting(case, by):
            raise NotFound(f"there is no case {case_id}")
        found = documents.load(session, case_id, kind, number)
    if by.role in OF_THE_UNION and kind is Paper.EXIT_REPORT:
        return found  # opened by the provider's permission, not by the table (Art. 57(8))
    if _sight(case, by, found) < (Sight.SEEN if opened else Sight.COUNTED):
        raise NotFound(f"case {case_id} has no {kind} number {number}")
    return found


@dataclass(frozen=True, slots=True)
class Capacity:
    """What the cluster has, what is held when, and what stands; nothing of any content."""

    inventory: Inventory | None
    seen_at: str
    reservations: tuple[Reservation, ...]
    environments: tuple[Environment, ...]
    demand: tuple[Demand, ...]


def capacity(*, by: Person, sessions: Sessions, authority: Authority, clock: Clock) -> Capacity:
    """Capacity for the operator and the authority; a provider is not told about others.

    Why an environment waits is told in words of its engine, which the operator may not read here.
    """
    is_shown = by_table(by.role, "capacity") is Sight.SEEN
    elsewhere = by.role is Role.AUTHORITY and not is_lead(by)
    if not is_shown or elsewhere or by.unit is Unit.ENFORCEMENT:
        raise NotFound("capacity is shown to operators and authorities")
    with sessions.begin() as session:
        seen = calendar.last_seen(session)
        return Capacity(
            inventory=seen[0] if seen else None,
            seen_at=seen[1].isoformat() if seen else "",
            reservations=calendar.held(session, on_or_after=authority.day(clock())),
            environments=tuple(
                standing if by.role is Role.AUTHORITY else replace(standing, waiting_for="")
                for standing in environments.standing(session)
            ),
            demand=calendar.demand(session, authority.day(clock())),
        )
