"""The log of the processing of personal data is written, read, and settled after exit (Art. 59(1)(h))."""

from collections.abc import Sequence
from dataclasses import dataclass

from sandbox import refusing
from sandbox.domain.access_log import BATCH_MAX, Access, LoggedAccess
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Person
from sandbox.domain.errands import needs_its_log
from sandbox.domain.lifecycle import ENDED, Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.processing import changed
from sandbox.domain.regime import LogRetention, Regime
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import access_log, cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


@dataclass(frozen=True, slots=True)
class Logged:
    """What became of a batch; `known` lines were there before."""

    added: int
    known: int
    unauthorised: int
    seal: str


def append(
    case_id: CaseId,
    accesses: Sequence[Access],
    *,
    by: Person,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Logged:
    """Add a batch; the same lines again change nothing.

    An access by somebody who was not named for the dataset, or after its last day, is written down like
    every other, and the authorities are told: what is not in the log cannot be found. A report of a
    deletion that it contradicts is refused, also one that was verified.
    """
    at = clock()
    if len(accesses) > BATCH_MAX:
        raise FieldRefused("accesses", f"a batch has at most {BATCH_MAX} lines")
    if any(access.at > at for access in accesses):
        raise FieldRefused("accesses", "an access is logged after it happened")
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        take(case, Action.LOG_ACCESS, by)
        datasets = {d.number: d for d in case.processing.datasets}
        unknown = sorted({access.dataset for access in accesses} - datasets.keys())
        if unknown:
            raise FieldRefused("accesses", f"case {case_id} has no dataset {unknown[0]}")
        judged = [
            (
                access,
                case.processing.authorises(
                    datasets[access.dataset],
                    access.who,
                    access.at,
                    authority.day(access.at),
                    case.ended_at,
                ),
            )
            for access in accesses
        ]
        added = access_log.append(session, case_id, judged)
        strangers = sum(not line.authorised for line in added)
        head = access_log.head(session, case_id)
        if added:
            ledger.append(
                session,
                case_id,
                Action.LOG_ACCESS,
                by,
                at,
                first=added[0].number,
                last=added[-1].number,
                unauthorised=strangers,
                log_sha256=head,
            )
        for addressee in (Role.AUTHORITY, *case.data_protection) if strangers else ():
            outbox.post(session, case_id, "unauthorised_access", addressee, at, count=strangers)
        refusing.refuse_contradicted(session, case, at)
    if strangers:
        nudge("notify", case_id)
    return Logged(len(added), len(accesses) - len(added), strangers, head)


def page(
    case_id: CaseId,
    *,
    after: int,
    limit: int,
    dataset: int | None,
    by: Person,
    sessions: Sessions,
) -> list[LoggedAccess]:
    """A page of the log, for those who may know the case."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing="accesses", reading=True)
        return access_log.page(session, case_id, after=after, limit=limit, dataset=dataset)


def settle(case_id: CaseId, *, sessions: Sessions, regime: Regime, clock: Clock) -> None:
    """Delete the log, or keep it where the installation must, once the participation is over: the
    exit report is handed over, and nothing needs it any more (DL-20).
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        processing = case.processing
        if case.stage not in {*ENDED, Stage.CLOSED} or processing.log_settled_at is not None:
            return
        if needs_its_log(case):
            return
        handed_over = any(
            d.kind is Paper.EXIT_REPORT and d.sealed_at for d in documents.of_case(session, case_id)
        )
        if not handed_over:
            return
        after = take(
            case, Action.SETTLE_LOG, SYSTEM, processing=changed(processing, log_settled_at=at)
        )
        lines, head = access_log.count(session, case_id), access_log.head(session, case_id)
        if regime.log_retention_after_exit is LogRetention.DELETE:
            access_log.forget(session, case_id)
        record(
            session,
            after,
            Action.SETTLE_LOG,
            SYSTEM,
            at,
            outcome=regime.log_retention_after_exit.value,
            lines=lines,
            log_sha256=head,
        )
