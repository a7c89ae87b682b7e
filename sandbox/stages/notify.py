"""Brings posted notices to whom they are for, and sends one again when somebody asks for it."""

from datetime import timedelta

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.notice import Notice, sentence_of
from sandbox.domain.readers import is_lead
from sandbox.errors import NotFound, NoticeUndelivered
from sandbox.ports import Clock, Notifier, Nudge
from sandbox.store import cases, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.outbox import Posted, State

AT_ONCE = 50
CLAIM = timedelta(minutes=2)  # outlives the time limits of mail and webhook together
FIRST_RETRY = timedelta(seconds=30)
LAST_RETRY = timedelta(hours=6)
LOOK_AGAIN = timedelta(hours=1)  # whether somebody has been told where an addressee is reached
PLACES = {"demand_exceeds_capacity": "/capacity"}  # where a notice of the installation leads
READERS = frozenset({Role.AUTHORITY, Role.AUDITOR, Role.OPERATOR})
REPLAYERS = frozenset({Role.AUTHORITY, Role.OPERATOR})


def deliver(
    case_id: CaseId, *, sessions: Sessions, notifier: Notifier, clock: Clock, public_url: str
) -> None:
    """Send what a case has to send; each notice is claimed, sent with no session open, settled.

    Whoever dies between sending and settling sends twice: a notice keeps its id.
    """
    with sessions.begin() as session:
        waiting = outbox.due_of_case(session, case_id, clock(), limit=AT_ONCE)
    for notice_id in waiting:
        at = clock()
        with sessions.begin() as session:
            posted = outbox.claim(session, notice_id, at, until=at + CLAIM)
        if posted is not None:
            _try(posted, sessions, notifier, clock, public_url)


def replay(notice_id: int, *, by: Person, sessions: Sessions, clock: Clock, nudge: Nudge) -> Posted:
    """Send a notice once more, whatever became of it."""
    if not _may(by, REPLAYERS):
        raise NotFound("notices are sent again by authorities and operators")
    with sessions.begin() as session:
        posted = outbox.replay(session, notice_id)
        if cases.exists(session, posted.case_id):
            cases.load(session, posted.case_id, lock=True)  # orders writers of this ledger
            ledger.append(session, posted.case_id, "notice_replayed", by, clock(), notice=notice_id)
    nudge("notify", posted.case_id)
    return posted


def listed(
    *, by: Person, state: State | None, after: int | None, limit: int, sessions: Sessions
) -> list[Posted]:
    """Posted notices and how far they have come, the newest first."""
    if not _may(by, READERS):
        raise NotFound("notices are listed for authorities, auditors and operators")
    with sessions.begin() as session:
        return outbox.page(session, state=state, after=after, limit=limit)


def _may(by: Person, roles: frozenset[Role]) -> bool:
    """The outbox is that of the installation: another authority, or an inspector, has no part in it."""
    leads = by.role is not Role.AUTHORITY or is_lead(by)
    return by.role in roles and by.unit is not Unit.ENFORCEMENT and leads


def _try(
    posted: Posted, sessions: Sessions, notifier: Notifier, clock: Clock, public_url: str
) -> None:
    if not notifier.reaches(posted.addressee):
        with sessions.begin() as session:
            outbox.not_reachable(session, posted.id, retry_at=clock() + LOOK_AGAIN)
        return
    try:
        notifier.send(_notice(posted, public_url))
    except NoticeUndelivered as error:
        pause = min(FIRST_RETRY * 2 ** (posted.attempts - 1), LAST_RETRY)
        with sessions.begin() as session:
            outbox.failed(session, posted.id, str(error), retry_at=clock() + pause)
        return
    with sessions.begin() as session:
        outbox.sent(session, posted.id, clock())


def _notice(posted: Posted, public_url: str) -> Notice:
    return Notice(
        id=posted.id,
        case_id=posted.case_id,
        kind=posted.kind,
        addressee=posted.addressee,
        sentence=sentence_of(posted.kind, posted.facts),
        clock=str(posted.facts.get("clock", "")),
        due=str(posted.facts.get("due", "")),
        link=f"{public_url.rstrip('/')}{_where(posted)}",
        posted_at=posted.posted_at,
    )


def _where(posted: Posted) -> str:
    if posted.case_id != INSTALLATION:
        return f"/cases/{posted.case_id}"
    ticket = posted.facts.get("ticket")
    return f"/helpdesk/{ticket}" if ticket else PLACES.get(posted.kind, "/public/register")
