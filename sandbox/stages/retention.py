"""Records that nobody needs any more are deleted, unless a legal hold stands (Art. 78)."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from sandbox.domain import retention
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person, Unit
from sandbox.domain.erasure import Erasure, Keeping
from sandbox.domain.evidence_hold import series_kept
from sandbox.domain.lifecycle import OVER, Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.readers import is_lead
from sandbox.domain.regime import Regime
from sandbox.domain.seal import LedgerLine
from sandbox.errors import EvidenceLocked, FieldRefused, NotFound, Unavailable
from sandbox.ports import Clock, Evidence, Nudge
from sandbox.store import cases, documents, erasure, ledger, outbox
from sandbox.store import retention as rows
from sandbox.store.database import Sessions
from sandbox.store.record import record

GROUND = "no longer needed (Art. 78)"


@dataclass(frozen=True, slots=True)
class Kept:
    """A case that is over, until when its records are kept, and what stands against deleting them."""

    case: Case
    until: date
    against: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contents:
    """What an erasure would take: rows by table, and sealed files."""

    kept: Kept
    rows: dict[str, int]
    files: tuple[str, ...]


def listed(
    *,
    by: Person,
    after: CaseId | None,
    limit: int,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
) -> list[Kept]:
    """The cases that are over, each with the day its retention ends, for the authority."""
    _refuse_unless_lead(by)
    with sessions.begin() as session:
        found = cases.by_id(session, OVER, after=after, limit=limit)
        return [_kept(case, _keeping(session, case, authority, regime, clock())) for case in found]


def contents(
    case_id: CaseId,
    *,
    by: Person,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
) -> Contents:
    """What would go if the records of a case were erased; nothing is changed."""
    _refuse_unless_lead(by)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        return Contents(
            _kept(case, _keeping(session, case, authority, regime, clock())),
            erasure.contents(session, case_id),
            documents.keys(session, case_id),
        )


def propose(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
) -> Case:
    """One person of the authority wants the records erased; nothing is, before a second does."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        if case.erasure is not None and case.erasure.confirmed_at is not None:
            raise FieldRefused("case_id", f"the erasure of case {case_id} is confirmed already")
        proposed = Erasure(_keeping(session, case, authority, regime, at), str(by), at)
        after = take(case, Action.PROPOSE_ERASURE, by, erasure=proposed)
        record(session, after, Action.PROPOSE_ERASURE, by, at)
    return after


def confirm(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A second person of the authority confirms; the records are erased from then on."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        if case.erasure is None or case.erasure.confirmed_at is not None:
            raise NotFound(f"no erasure of case {case_id} waits to be confirmed")
        keeping = _keeping(session, case, authority, regime, at)
        confirmed = replace(case.erasure, keeping=keeping, confirmed_by=str(by), confirmed_at=at)
        after = take(case, Action.CONFIRM_ERASURE, by, erasure=confirmed)
        record(session, after, Action.CONFIRM_ERASURE, by, at)
    nudge("erase", case_id)
    return after


def tell(
    case_id: CaseId,
    *,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> None:
    """Tell the authority once that the records of a case are no longer needed."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        if case.stage not in OVER or case.told_of_retention is not None:
            return
        keeping = _keeping(session, case, authority, regime, at)
        if retention.against(case, keeping):
            return
        after = take(case, Action.TELL_OF_RETENTION, SYSTEM, told_of_retention=keeping.today)
        until = keeping.until.isoformat()
        record(session, after, Action.TELL_OF_RETENTION, SYSTEM, at, kept_until=until)
        outbox.post(session, case_id, "retention_over", Role.AUTHORITY, at, kept_until=until)
    nudge("notify", case_id)


def account(case_id: CaseId, *, by: Person, sessions: Sessions) -> list[LedgerLine]:
    """What is left of the ledger of an erased case, so that everybody can see its chain unbroken."""
    if by.role is not Role.AUDITOR:
        _refuse_unless_lead(by)
    with sessions.begin() as session:
        if not cases.is_erased(session, case_id) or by.unit is Unit.ENFORCEMENT:
            raise NotFound(f"no case {case_id} was erased")
        return ledger.lines(session, case_id)


def erase(
    case_id: CaseId,
    *,
    sessions: Sessions,
    evidence: Evidence,
    authority: Authority,
    regime: Regime,
    clock: Clock,
) -> None:
    """Erase what two people want erased, its sealed files before its rows; each step may be repeated.

    The file that was locked last is asked for first: a lock that stands keeps all of them. What is
    kept, or does not answer, postpones; nothing is told as deleted before everything is.
    """
    keys = _begin(case_id, sessions, authority, regime, clock)
    if keys is None:
        return
    gone = 0
    try:
        for key in keys:
            evidence.delete(key)
            gone += 1
    except Unavailable as error:
        _postpone(case_id, str(error), gone, isinstance(error, EvidenceLocked), sessions)
        return
    at = clock()
    with sessions.begin() as session:
        if cases.is_erased(session, case_id):
            return
        case = cases.load(session, case_id, lock=True)
        after = take(case, Action.ERASE, SYSTEM)
        wanted = _wanted(after)
        counts = erasure.erase(session, after, at)
        ledger.append(
            session,
            case_id,
            Action.ERASE,
            SYSTEM,
            at,
            ground=GROUND,
            kept_until=wanted.keeping.until.isoformat(),
            proposed_by=wanted.proposed_by,
            confirmed_by=wanted.confirmed_by,
            files=gone,
            rows=[f"{table}: {count}" for table, count in counts.items()],
        )


def _begin(
    case_id: CaseId, sessions: Sessions, authority: Authority, regime: Regime, clock: Clock
) -> tuple[str, ...] | None:
    """The files to delete, once nothing stands against it any more; from then on nothing can."""
    at = clock()
    with sessions.begin() as session:
        if cases.is_erased(session, case_id):
            return None
        case = cases.load(session, case_id, lock=True)
        wanted = case.erasure
        if wanted is None or wanted.confirmed_at is None:
            return None
        if wanted.begun_at is None:
            reasons = retention.against(case, _keeping(session, case, authority, regime, at))
            _note(session, case, "; ".join(reasons), None if reasons else at)
            if reasons:
                return None
        kept = (series.key for _, _, series in series_kept(case))
        return (*documents.keys(session, case_id), *kept)


def _postpone(
    case_id: CaseId, waiting_for: str, gone: int, locked: bool, sessions: Sessions
) -> None:
    """Say why the erasure is not done; while nothing is gone yet, a hold may still come before it."""
    with sessions.begin() as session:
        if cases.is_erased(session, case_id):
            return
        case = cases.load(session, case_id, lock=True)
        begun_at = None if locked and not gone else _wanted(case).begun_at
        _note(session, case, waiting_for, begun_at)


def _note(session: Session, case: Case, waiting_for: str, begun_at: datetime | None) -> None:
    wanted = _wanted(case)
    noted = replace(wanted, waiting_for=waiting_for, begun_at=begun_at)
    if noted != wanted:
        cases.save(session, replace(case, erasure=noted, version=case.version + 1))


def _wanted(case: Case) -> Erasure:
    if case.erasure is None:
        raise ValueError(f"nobody wants case {case.id} erased")
    return case.erasure


def _keeping(
    session: Session, case: Case, authority: Authority, regime: Regime, at: datetime
) -> Keeping:
    """Until when the records of a case are kept, and what waits that the case itself does not say."""
    last, locked_until = rows.traces(session, case.id)
    until = retention.kept_until(
        case,
        last_event_on=authority.day(last or case.received_at),
        locked_until=authority.day(locked_until) if locked_until else None,
        years=regime.record_retention_years,
    )
    return Keeping(authority.day(at), until, tuple(rows.unfinished(session, case.id)))


def _kept(case: Case, keeping: Keeping) -> Kept:
    return Kept(case, keeping.until, retention.against(case, keeping))


def _refuse_unless_lead(by: Person) -> None:
    if not is_lead(by) or by.unit is Unit.ENFORCEMENT:
        raise NotFound("the keeping of records is shown to the authority that runs the sandbox")
