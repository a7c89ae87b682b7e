"""What never became a case is not kept for ever: drafts, and questions to the helpdesk."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from sandbox.domain import retention
from sandbox.domain.authority import Authority
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.regime import Regime
from sandbox.ports import Clock, Nudge
from sandbox.store import drafts, helpdesk, outbox
from sandbox.store.database import Sessions


def forget(
    *, sessions: Sessions, authority: Authority, regime: Regime, clock: Clock, nudge: Nudge
) -> int:
    """Delete the drafts, and what was said at the helpdesk, that nobody touched for too long; whose drafts
    they were is told. How many drafts.
    """
    at = clock()
    since = retention.untouched_since(authority.day(at), regime.draft_retention_months)
    midnight = datetime.combine(since, time(), ZoneInfo(authority.time_zone))
    with sessions.begin() as session:
        gone = drafts.forget_untouched(session, midnight)
        helpdesk.forget_untouched(session, midnight)
        for provider in gone:
            outbox.post(session, INSTALLATION, "draft_deleted", f"provider:{provider}", at)
    if gone:
        nudge("notify", INSTALLATION)
    return len(gone)
