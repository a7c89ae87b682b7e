"""How far a real-world test has come, and what moves it on (rulebook 11)."""

from enum import StrEnum


class Progress(StrEnum):
    """How far a test has come."""

    PLANNED = "planned"
    REGISTRATION_BLOCKED_EXTERNAL = "registration_blocked_external"
    REGISTERED = "registered"
    CONSENT_OPEN = "consent_open"
    RUNNING = "running"
    EXTENDED = "extended"
    SUSPENDED = "suspended"
    ENDED = "ended"
    TERMINATED = "terminated"
    OUTCOMES_NOTIFIED = "outcomes_notified"


class Turn(StrEnum):
    """What moves a test on."""

    REGISTER = "register"
    BLOCK = "block"
    OPEN_CONSENT = "open_consent"
    START = "start"
    EXTEND = "extend"
    SUSPEND = "suspend"
    RESUME = "resume"
    END = "end"
    TERMINATE = "terminate"
    NOTIFY_OUTCOMES = "notify_outcomes"


P, T = Progress, Turn
UNDER_WAY = frozenset({P.RUNNING, P.EXTENDED})
STOPPABLE = (P.RUNNING, P.EXTENDED, P.SUSPENDED)
UNSTARTED = (P.PLANNED, P.REGISTRATION_BLOCKED_EXTERNAL, P.REGISTERED, P.CONSENT_OPEN)
OVER = (P.ENDED, P.TERMINATED, P.OUTCOMES_NOTIFIED)
TURNS: dict[tuple[Progress, Turn], Progress] = {
    (P.PLANNED, T.REGISTER): P.REGISTERED,
    (P.PLANNED, T.BLOCK): P.REGISTRATION_BLOCKED_EXTERNAL,
    (P.REGISTRATION_BLOCKED_EXTERNAL, T.BLOCK): P.REGISTRATION_BLOCKED_EXTERNAL,
    (P.REGISTRATION_BLOCKED_EXTERNAL, T.REGISTER): P.REGISTERED,
    **{(state, T.REGISTER): P.REGISTERED for state in (P.REGISTERED, P.CONSENT_OPEN)},  # a slip
    (P.REGISTERED, T.OPEN_CONSENT): P.CONSENT_OPEN,
    (P.PLANNED, T.OPEN_CONSENT): P.CONSENT_OPEN,  # where no registration is required
    (P.CONSENT_OPEN, T.START): P.RUNNING,
    (P.RUNNING, T.EXTEND): P.EXTENDED,
    (P.SUSPENDED, T.EXTEND): P.SUSPENDED,  # the notice comes before the first end, whatever stands
    (P.RUNNING, T.SUSPEND): P.SUSPENDED,
    (P.EXTENDED, T.SUSPEND): P.SUSPENDED,
    (P.SUSPENDED, T.RESUME): P.RUNNING,  # or EXTENDED: see `turned`
    **{(state, T.END): P.ENDED for state in STOPPABLE},
    **{(state, T.TERMINATE): P.TERMINATED for state in (*STOPPABLE, *UNSTARTED)},
    (P.ENDED, T.NOTIFY_OUTCOMES): P.OUTCOMES_NOTIFIED,
    (P.TERMINATED, T.NOTIFY_OUTCOMES): P.OUTCOMES_NOTIFIED,
}
