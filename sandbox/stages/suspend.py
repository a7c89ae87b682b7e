"""A supervisor stops a test, the provider mitigates, a second person lets it go on (Art. 57(11))."""

from sandbox import stopping
from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.stop_papers import addressees
from sandbox.domain.suspension import Mitigation, StopRequest, Suspension, SuspensionGround
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, environments, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def suspend(
    case_id: CaseId,
    *,
    ground: SuspensionGround,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Stop a running test; nothing is deleted (Art. 57(11)). D14 is issued, DL-08 starts.

    When the cluster does not answer the decision stands, and the worker freezes as soon as it
    does.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "a suspension states its reasons (Art. 76(4))")
    at = clock()
    stop = Suspension(ground, reasons, str(by), at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        unasked = stopping.unasked(case, ground)
        after = stopping.suspend(session, case, stop, by, authority, also=unasked)
    frozen = stopping.freeze(case_id, sessions=sessions, cluster=cluster, clock=clock)
    for stage in ("provision", "report"):
        nudge(stage, case_id)
    return frozen or after


def ask(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider asks, with reasons, that its participation stops; its authority decides (R58-D21)."""
    if not reasons.strip():
        raise FieldRefused("reasons", "whoever asks that its participation stops says why")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        asked = StopRequest(reasons, str(by), at)
        after = take(case, Action.ASK_TO_STOP, by, stop_requests=(*case.stop_requests, asked))
        record(session, after, Action.ASK_TO_STOP, by, at, reasons=reasons)
        outbox.post(session, case_id, "stop_requested", "authority", at)
    nudge("notify", case_id)
    return after


def record_mitigation(
    case_id: CaseId,
    measures: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider records what was changed so that the risk is gone; its authority, which decides
    whether the test goes on, is told.
    """
    if not measures.strip():
        raise FieldRefused("measures", "a mitigation says what was changed")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        mitigation = Mitigation(measures, str(by), at)
        after = take(case, Action.RECORD_MITIGATION, by, mitigation=mitigation)
        record(session, after, Action.RECORD_MITIGATION, by, at, measures=measures)
        outbox.post(session, case_id, "mitigation_recorded", Role.AUTHORITY, at)
    nudge("notify", case_id)
    return after


def resume(
    case_id: CaseId,
    *,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """A second person lets the test go on after recorded mitigation (R57-11b); the provider is told, and
    after a stop for cause whoever was told of that.

    Its next run begins when the environment is back and its walls are proven again. A test does not go
    on after the last day of its plan.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.RESUME, by, day=authority.day(at))
        environments.want_next(session, after, Wanted.RUNNING)
        record(session, after, Action.RESUME, by, at, reasons=reasons)
        is_for_cause = case.suspension is not None and case.suspension.is_for_cause
        told = addressees(case) if is_for_cause else (f"provider:{case.provider}",)
        for addressee in told:
            outbox.post(session, case_id, "participation_resumed", addressee, at)
    for stage in ("provision", "notify"):
        nudge(stage, case_id)
    return after


def notify_ai_office(
    case_id: CaseId,
    reference: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Record that the AI Office was informed of a suspension or termination; DL-08 is met."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        met = deadlines.meet(case.deadlines, Name.DL_08, at)
        after = take(case, Action.NOTIFY_AI_OFFICE, by, deadlines=met)
        record(session, after, Action.NOTIFY_AI_OFFICE, by, at, reference=reference)
    return after
