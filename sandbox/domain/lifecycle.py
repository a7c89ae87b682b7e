"""The legal life of a case: which step may follow which, and who may take it.

EDGES is the only place where this is written. The API derives the actions it offers from it, the
database its CHECK constraint, the handbook its diagram, and the tests their cases (rulebook 11).
"""

from enum import StrEnum
from typing import NamedTuple

from sandbox.domain.action import Action
from sandbox.errors import NotAllowedError


class Stage(StrEnum):
    """Where a case stands in law."""

    SUBMITTED = "submitted"
    SCREENING = "screening"
    INFORMATION_REQUESTED = "information_requested"
    ADMITTED = "admitted"
    REJECTED = "rejected"
    PLAN_NEGOTIATION = "plan_negotiation"
    PLAN_AGREED = "plan_agreed"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    COMPLETED = "completed"
    TERMINATED = "terminated"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"


class Role(StrEnum):
    """Who acts (rulebook 0.3). The operator runs the cluster and has no legal power; the auditor
    reads. `authority` runs the sandbox: a national one, the EDPS or the AI Office.
    """

    PROVIDER = "provider"
    DEPLOYER = "deployer"
    AUTHORITY = "authority"
    MARKET_SURVEILLANCE = "market_surveillance"
    DATA_PROTECTION = "data_protection"
    RIGHTS_BODY = "rights_body"  # Art. 77
    AI_OFFICE = "ai_office"
    BOARD = "board"
    COMMISSION = "commission"
    OBSERVER = "observer"  # invited from outside (Art. 58(2)(f))
    OPERATOR = "operator"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Edge(NamedTuple):
    """One lawful step."""

    source: Stage
    action: Action
    target: Stage
    role: Role


S, A, R = Stage, Action, Role

UNDECIDED = (S.SUBMITTED, S.SCREENING, S.INFORMATION_REQUESTED)
BEFORE_START = (*UNDECIDED, S.ADMITTED, S.PLAN_NEGOTIATION, S.PLAN_AGREED)
UNDER_REVIEW = (S.SCREENING, S.INFORMATION_REQUESTED)
DECIDED = (S.REJECTED, S.ADMITTED, S.PLAN_NEGOTIATION)
RUNNING = (S.ACTIVE, S.SUSPENDED)
ENDED = (S.COMPLETED, S.TERMINATED)
TESTED = (*RUNNING, *ENDED)
ADMITTED_ONCE = (S.ADMITTED, S.PLAN_NEGOTIATION, S.PLAN_AGREED, *RUNNING, *ENDED, S.CLOSED)
BEFORE_TEST = (S.ADMITTED, S.PLAN_NEGOTIATION, S.PLAN_AGREED)
OVER = (S.REJECTED, S.CLOSED, S.WITHDRAWN)  # nothing follows but the end of keeping
HELPED = (*UNDECIDED, *BEFORE_TEST, *TESTED)  # advice comes before admission too (Art. 62(1))


def _edges(
    sources: tuple[Stage, ...], action: Action, target: Stage, role: Role
) -> tuple[Edge, ...]:
    return tuple(Edge(source, action, target, role) for source in sources)


def _staying(sources: tuple[Stage, ...], action: Action, role: Role) -> tuple[Edge, ...]:
    return tuple(Edge(source, action, source, role) for source in sources)


def _for_each(
    roles: tuple[Role, ...], sources: tuple[Stage, ...], action: Action
) -> tuple[Edge, ...]:
    return tuple(edge for role in roles for edge in _staying(sources, action, role))


# Whoever may prepare a real-world test may do so from admission on; it starts in an ACTIVE case.
PREPARING = (*BEFORE_TEST, *RUNNING)
SUPERVISORS = (R.AUTHORITY, R.MARKET_SURVEILLANCE)
STOPPERS = (R.AUTHORITY, R.PROVIDER, R.DATA_PROTECTION, R.SYSTEM)  # Art. 59(1)(c)
ADVISERS = (*SUPERVISORS, R.DATA_PROTECTION, R.AI_OFFICE)
# A plan that was agreed changes by both parties only; when the participation is over it stands.
UNDER_A_PLAN = (S.PLAN_AGREED, *RUNNING)
PARTIES = (R.PROVIDER, R.AUTHORITY)
COMPETENT = (*SUPERVISORS, R.AI_OFFICE)  # the last in their place under Art. 75(1): by guards
INSPECTING = frozenset({A.OPEN_INSPECTION, A.CLOSE_INSPECTION})
# All that inspectors may do: they read no sandbox file (rulebook 5.3; Art. 60(6), 76).
ENFORCING = INSPECTING | {
    *(A.GIVE_ORDER, A.LIFT_ORDER, A.TELL_AUTHORITIES, A.REQUIRE_INFORMATION),
}
SHAREABLE = (*UNDER_REVIEW, *ADMITTED_ONCE, S.REJECTED, S.WITHDRAWN)

EDGES: tuple[Edge, ...] = (
    *_edges((S.SUBMITTED,), A.SCREEN, S.SCREENING, R.SYSTEM),
    *_edges((S.SCREENING,), A.ASK, S.INFORMATION_REQUESTED, R.AUTHORITY),
    *_edges((S.INFORMATION_REQUESTED,), A.ANSWER, S.SCREENING, R.PROVIDER),
    *_staying((S.SCREENING, S.ADMITTED, S.PLAN_NEGOTIATION), A.ASSOCIATE_DPA, R.AUTHORITY),
    # DL-01 runs on while a question is open (rulebook 12): a silent provider stops no decision.
    *_edges(UNDER_REVIEW, A.ADMIT, S.ADMITTED, R.AUTHORITY),
    *_edges(UNDER_REVIEW, A.REJECT, S.REJECTED, R.AUTHORITY),
    *_staying(UNDER_REVIEW, A.DECLARE_INTERESTS, R.AUTHORITY),
    *_staying(UNDER_REVIEW, A.ASSIGN_REVIEWER, R.AUTHORITY),
    *_staying(UNDER_REVIEW, A.REVIEW, R.AUTHORITY),
    *_staying(UNDER_REVIEW, A.REVIEW_PRACTICE, R.AUTHORITY),
    *_staying(UNDER_REVIEW, A.PROPOSE_DECISION, R.AUTHORITY),
    *_staying((S.REJECTED, *ADMITTED_ONCE), A.LODGE_APPEAL, R.PROVIDER),
    *_edges((S.REJECTED,), A.UPHOLD_APPEAL, S.SCREENING, R.AUTHORITY),
    *_staying(ADMITTED_ONCE, A.UPHOLD_APPEAL, R.AUTHORITY),  # its conditions change
    *_staying((S.REJECTED, *ADMITTED_ONCE), A.DISMISS_APPEAL, R.AUTHORITY),
    *_staying((S.REJECTED, *ADMITTED_ONCE), A.WITHDRAW_APPEAL, R.PROVIDER),
    *_staying((S.ADMITTED,), A.ACCEPT_OFFER, R.PROVIDER),
    *_staying(BEFORE_TEST, A.WARN_OF_COST, R.AUTHORITY),
    *_staying(BEFORE_TEST, A.ACKNOWLEDGE_COST, R.PROVIDER),
    *_edges((S.ADMITTED, S.PLAN_NEGOTIATION), A.PROPOSE_PLAN, S.PLAN_NEGOTIATION, R.PROVIDER),
    *_edges((S.PLAN_NEGOTIATION,), A.PROPOSE_PLAN, S.PLAN_NEGOTIATION, R.AUTHORITY),
    *_staying((S.PLAN_NEGOTIATION,), A.SIGN_PLAN, R.PROVIDER),
    *_edges((S.PLAN_NEGOTIATION,), A.AGREE_PLAN, S.PLAN_AGREED, R.AUTHORITY),
    *_edges((S.PLAN_AGREED,), A.ACTIVATE, S.ACTIVE, R.SYSTEM),
    *_edges((S.ACTIVE,), A.SUSPEND, S.SUSPENDED, R.AUTHORITY),
    *_edges((S.ACTIVE,), A.SUSPEND, S.SUSPENDED, R.SYSTEM),  # a clock ran out, or an order says so
    *_staying((S.SUSPENDED,), A.SUSPEND, R.SYSTEM),  # a test that came to its end has an incident
    *_staying((*TESTED, S.CLOSED), A.NOTIFY_AI_OFFICE, R.AUTHORITY),  # a clock outlives the case
    *_staying((S.SUSPENDED,), A.RECORD_MITIGATION, R.PROVIDER),
    *_staying(RUNNING, A.ASK_TO_STOP, R.PROVIDER),
    *_edges((S.SUSPENDED,), A.RESUME, S.ACTIVE, R.AUTHORITY),
    *_staying((*RUNNING, *ENDED), A.REQUEST_REPORT, R.AUTHORITY),
    *_edges(RUNNING, A.COMPLETE, S.COMPLETED, R.AUTHORITY),
    *_edges(RUNNING, A.TERMINATE, S.TERMINATED, R.AUTHORITY),
    *_staying(ENDED, A.ISSUE_EXIT_REPORT, R.AUTHORITY),
    *_staying(ENDED, A.RECORD_OMISSION, R.AUTHORITY),
    *_edges(ENDED, A.CLOSE, S.CLOSED, R.SYSTEM),
    *_for_each((R.PROVIDER, R.DEPLOYER), TESTED, A.OPEN_INCIDENT),
    *_for_each((R.PROVIDER, *COMPETENT), TESTED, A.CLASSIFY_INCIDENT),
    *_for_each((R.PROVIDER, R.SYSTEM), TESTED, A.RESPOND_TO_INCIDENT),
    *_for_each((R.PROVIDER,), TESTED, A.REPORT_INCIDENT),
    *_for_each((R.PROVIDER,), TESTED, A.INFORM_OF_CHANGE),
    *_for_each(COMPETENT, TESTED, A.TAKE_MEASURES),
    *_for_each(COMPETENT, TESTED, A.CLOSE_INCIDENT),
    *_for_each((R.AI_OFFICE, R.AUTHORITY), TESTED, A.FORWARD_INCIDENT),  # who leads for it
    *_for_each((R.PROVIDER,), (S.PLAN_AGREED, *RUNNING), A.RELEASE_CONSENT_FORM),
    *_for_each((R.PROVIDER,), RUNNING, A.RECORD_CONSENT),
    # By the subject's token, or a letter that the provider records.
    *_for_each((R.SYSTEM, R.PROVIDER), (*TESTED, S.CLOSED), A.WITHDRAW_CONSENT),
    *_for_each((R.SYSTEM,), (*TESTED, S.CLOSED), A.ASK_REVERSAL),  # by the token
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.PROVE_SUBJECT_DELETION),
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.ANSWER_REVERSAL),
    *_for_each((R.PROVIDER,), PREPARING, A.PLAN_TEST),
    *_for_each((R.PROVIDER,), PREPARING, A.SUBMIT_TESTING_PLAN),
    *_for_each(SUPERVISORS, PREPARING, A.ANSWER_TESTING_PLAN),
    *_for_each((R.SYSTEM,), PREPARING, A.LAPSE_TESTING_PLAN),
    *_for_each((R.MARKET_SURVEILLANCE,), PREPARING, A.WAIVE_CONDITION),
    *_for_each((R.AUTHORITY, R.PROVIDER), PREPARING, A.AGREE_TEST_TERMS),
    *_for_each((R.PROVIDER,), PREPARING, A.SHOW_EVIDENCE),
    *_for_each((R.PROVIDER, R.DEPLOYER), PREPARING, A.SIGN_DEPLOYER_AGREEMENT),
    *_for_each((R.PROVIDER, R.DEPLOYER), RUNNING, A.REPORT_FOR_DUTY),
    *_for_each((R.PROVIDER,), PREPARING, A.REGISTER_TEST),
    *_for_each((R.PROVIDER,), (*PREPARING, *ENDED), A.UPDATE_REGISTRATION),
    *_for_each((R.PROVIDER,), (S.PLAN_AGREED, *RUNNING), A.OPEN_CONSENT),
    *_for_each((R.PROVIDER,), (S.ACTIVE,), A.START_TEST),
    *_for_each((R.PROVIDER,), RUNNING, A.EXTEND_TEST),
    *_for_each((R.PROVIDER,), (S.ACTIVE,), A.SUSPEND_TEST),
    *_for_each((R.PROVIDER,), (S.ACTIVE,), A.RESUME_TEST),
    *_for_each((R.PROVIDER, R.SYSTEM), RUNNING, A.END_TEST),
    *_for_each((R.PROVIDER,), PREPARING, A.TERMINATE_TEST),  # also one that has not started
    *_for_each((R.PROVIDER,), (*PREPARING, *ENDED, S.CLOSED), A.TELL_OF_STOP),
    *_for_each((R.PROVIDER,), TESTED, A.NOTIFY_OUTCOMES),
    *_for_each(COMPETENT, RUNNING, A.GIVE_ORDER),
    *_for_each((R.PROVIDER, R.DEPLOYER), TESTED, A.CONFIRM_ORDER),
    *_for_each((R.PROVIDER,), RUNNING, A.MITIGATE_ORDER),
    *_for_each(COMPETENT, RUNNING, A.LIFT_ORDER),
    *_for_each(COMPETENT, (*TESTED, S.CLOSED), A.TELL_AUTHORITIES),
    *_for_each(COMPETENT, TESTED, A.OPEN_INSPECTION),
    *_for_each(COMPETENT, (*TESTED, S.CLOSED), A.CLOSE_INSPECTION),
    *_for_each(COMPETENT, (*TESTED, S.CLOSED), A.REQUIRE_INFORMATION),
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.SUPPLY_INFORMATION),
    *_for_each((*SUPERVISORS, R.RIGHTS_BODY), (*TESTED, S.CLOSED), A.ASK_AUTHORITY),
    *_for_each((*SUPERVISORS, R.AI_OFFICE), (*TESTED, S.CLOSED), A.ANSWER_AUTHORITY),
    *_for_each((R.PROVIDER,), PREPARING, A.STATE_SAFEGUARDS),
    *_for_each((R.AUTHORITY,), PREPARING, A.CONFIRM_INTEREST),
    *_for_each((R.PROVIDER,), PREPARING, A.WRITE_SUMMARY),
    *_for_each((R.AUTHORITY,), PREPARING, A.PUBLISH_SUMMARY),
    *_for_each((R.AUTHORITY,), PREPARING, A.EXEMPT_SUMMARY),
    *_for_each((R.PROVIDER,), PREPARING, A.DECLARE_DATASET),
    *_for_each((R.PROVIDER,), PREPARING, A.NAME_PERSONS),
    *_for_each((R.DATA_PROTECTION,), PREPARING, A.COMMENT_DATASET),
    *_for_each((R.AUTHORITY,), PREPARING, A.CONFIRM_BASIS),
    *_for_each((R.AUTHORITY,), (S.ACTIVE,), A.RELEASE_DATASET),
    *_for_each((R.AUTHORITY,), TESTED, A.ASSESS_WEIGHTS),
    *_for_each((R.PROVIDER,), TESTED, A.CORRECT_BIAS),
    *_for_each((R.SYSTEM,), TESTED, A.CALL_FOR_DELETION),
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.DELETE_DATASET),  # closed: after a hold
    *_for_each((R.AUTHORITY, R.DATA_PROTECTION), (*TESTED, S.CLOSED), A.VERIFY_DELETION),
    *_for_each((R.AUTHORITY, R.DATA_PROTECTION), (*TESTED, S.CLOSED), A.REFUSE_DELETION),
    *_for_each((R.SYSTEM,), TESTED, A.REFUSE_DELETION),  # what the log contradicts
    *_for_each((R.PROVIDER,), TESTED, A.REQUEST_EXPORT),
    *_for_each((R.AUTHORITY,), TESTED, A.DECIDE_EXPORT),
    *_for_each(STOPPERS, RUNNING, A.STOP_PROCESSING),
    *_for_each((R.AUTHORITY, R.DATA_PROTECTION), RUNNING, A.RESUME_PROCESSING),
    *_for_each((R.AUTHORITY,), (*PREPARING, *ENDED), A.PLACE_HOLD),
    *_for_each((R.AUTHORITY,), ADMITTED_ONCE, A.LIFT_HOLD),
    *_for_each((R.PROVIDER,), TESTED, A.LOG_ACCESS),
    *_for_each((R.SYSTEM,), (*ENDED, S.CLOSED), A.SETTLE_LOG),
    *_for_each((R.PROVIDER,), TESTED, A.RECORD_EXPERIMENT),
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.RECORD_RIGHTS_REQUEST),
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.ANSWER_RIGHTS_REQUEST),
    *_for_each((R.PROVIDER,), (*TESTED, S.CLOSED), A.REQUEST_PROOF),
    *_for_each((R.AUTHORITY,), (*TESTED, S.CLOSED), A.ISSUE_PROOF),
    *_for_each((R.AUTHORITY,), (*TESTED, S.CLOSED), A.DECLINE_PROOF),
    *_for_each((R.PROVIDER, R.AUTHORITY), (*TESTED, S.CLOSED), A.GIVE_PERMISSION),
    *_for_each((R.PROVIDER, R.AUTHORITY), (*TESTED, S.CLOSED), A.WITHDRAW_PERMISSION),
    *_for_each((R.AUTHORITY,), (*ENDED, S.CLOSED), A.PUBLISH_FINDINGS),
    *_for_each((R.AUTHORITY,), (*ENDED, S.CLOSED), A.SEND_QUESTIONNAIRE),
    *_for_each((R.PROVIDER,), (*ENDED, S.CLOSED), A.ANSWER_QUESTIONNAIRE),
    *_staying((*UNDER_REVIEW, *BEFORE_TEST, *TESTED), A.SEAT_AUTHORITY, R.AUTHORITY),
    *_staying((*UNDER_REVIEW, *BEFORE_TEST, *TESTED), A.END_SEAT, R.AUTHORITY),
    *_staying(UNDER_REVIEW, A.CONFIRM_SIZE, R.AUTHORITY),
    *_for_each((R.PROVIDER, *SUPERVISORS), PREPARING, A.ADD_RISK),
    *_for_each(SUPERVISORS, PREPARING, A.GRADE_RISK),
    *_for_each((R.PROVIDER,), PREPARING, A.MITIGATE_RISK),
    *_for_each(SUPERVISORS, PREPARING, A.JUDGE_RISK),
    *_for_each((R.PROVIDER,), HELPED, A.ASK_GUIDANCE),
    *_for_each(ADVISERS, HELPED, A.GIVE_GUIDANCE),
    *_for_each((R.PROVIDER,), HELPED, A.ACKNOWLEDGE_GUIDANCE),
    *_for_each((R.PROVIDER,), HELPED, A.FOLLOW_GUIDANCE),
    *_for_each((R.AUTHORITY, R.PROVIDER), ADMITTED_ONCE, A.ISSUE_GOOD_FAITH_FILE),
    *_for_each((R.AUTHORITY, R.PROVIDER), ADMITTED_ONCE, A.PROPOSE_LESSON),
    *_for_each((R.AUTHORITY,), ADMITTED_ONCE, A.CONFIRM_LESSON),
    *_for_each((R.AUTHORITY, R.PROVIDER), ADMITTED_ONCE, A.OFFER_TOOL),
    *_for_each((R.AUTHORITY,), ADMITTED_ONCE, A.LIST_TOOL),
    *_for_each((R.AUTHORITY,), HELPED, A.REFER),
    *_for_each((R.AUTHORITY,), (*BEFORE_TEST, *TESTED), A.INVITE_OBSERVER),
    *_for_each((R.PROVIDER,), (*BEFORE_TEST, *TESTED), A.CONSENT_TO_OBSERVER),
    *_for_each((R.AUTHORITY, R.PROVIDER), (*BEFORE_TEST, *TESTED), A.END_OBSERVER),
    *_for_each((R.AUTHORITY,), (*UNDER_REVIEW, *ADMITTED_ONCE), A.SHARE_CASE),
    *_for_each((R.PROVIDER,), SHAREABLE, A.CONSENT_TO_SHARE),
    *_for_each((R.AUTHORITY, R.PROVIDER), SHAREABLE, A.REVOKE_SHARE),
    *_for_each((R.SYSTEM,), SHAREABLE, A.END_SHARE),  # its last day is over
    *_edges(BEFORE_START, A.WITHDRAW, S.WITHDRAWN, R.PROVIDER),
    *_edges(BEFORE_TEST, A.REVOKE_ADMISSION, S.WITHDRAWN, R.AUTHORITY),  # no case waits for ever
    *_for_each((R.PROVIDER, R.AUTHORITY), ADMITTED_ONCE, A.START_CLOCK),
    *_for_each((R.PROVIDER, R.AUTHORITY), ADMITTED_ONCE, A.MEET_CLOCK),
    *_for_each((R.PROVIDER,), PREPARING, A.ACCEPT_TERMS),
    *_for_each((R.AUTHORITY,), UNDER_A_PLAN, A.ASSOCIATE_DPA),  # an amendment may bring data
    *_for_each(PARTIES, UNDER_A_PLAN, A.PROPOSE_AMENDMENT),
    *_for_each(PARTIES, UNDER_A_PLAN, A.AGREE_AMENDMENT),
    *_for_each(PARTIES, UNDER_A_PLAN, A.DECLINE_AMENDMENT),
    *_for_each(PARTIES, UNDER_A_PLAN, A.TAKE_BACK_AMENDMENT),
    *_for_each((R.AUTHORITY,), UNDER_A_PLAN, A.RESTORE_WALLS),
    *_for_each((R.SYSTEM,), UNDER_A_PLAN, A.TELL_OF_END),
    *_for_each((R.AUTHORITY,), OVER, A.PLACE_HOLD),  # records are held, too
    *_for_each((R.AUTHORITY,), (S.REJECTED, S.WITHDRAWN), A.LIFT_HOLD),
    *_for_each((R.SYSTEM,), OVER, A.TELL_OF_RETENTION),
    *_for_each((R.AUTHORITY,), OVER, A.PROPOSE_ERASURE),
    *_for_each((R.AUTHORITY,), OVER, A.CONFIRM_ERASURE),
    *_for_each((R.SYSTEM,), OVER, A.ERASE),  # a stub stays where the case was
)


def advance(stage: Stage, action: Action, role: Role) -> Stage:
    """The stage after an action; NotAllowedError when the lifecycle has no such step."""
    for edge in EDGES:
        if (edge.source, edge.action, edge.role) == (stage, action, role):
            return edge.target
    raise NotAllowedError(stage, action, role, allowed(stage, role))


def allowed(stage: Stage, role: Role) -> tuple[Action, ...]:
    """What a role may do at a stage, guards aside, in the order of EDGES."""
    return tuple(edge.action for edge in EDGES if edge.source == stage and edge.role == role)
