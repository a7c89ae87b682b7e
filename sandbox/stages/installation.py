"""The sandbox as a whole: the Union is told of it, and its annual reports have clocks (57(15)-(16))."""

from sandbox.domain.annual import clocks as clocks_of
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM
from sandbox.domain.clock_ledger import changes
from sandbox.domain.deadline_rules import Name
from sandbox.domain.member_state import UNION_BODIES
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.regime import Regime
from sandbox.ports import Clock, Nudge
from sandbox.store import clocks, ledger, outbox
from sandbox.store.database import Sessions

TOLD = ("ai_office", "board")  # Art. 57(15)


def keep(
    *, sessions: Sessions, regime: Regime, authority: Authority, clock: Clock, nudge: Nudge
) -> None:
    """Tell once of each status of the sandbox, and run the clock of every year that has begun.

    An installation whose regime names no day of establishment is nobody's sandbox yet.
    """
    if regime.sandbox.established_on is None:
        return
    at = clock()
    today = authority.day(at)
    status = f"sandbox_{regime.sandbox.status(today)}"
    with sessions.begin() as session:
        before = clocks.of_case(session, INSTALLATION)
        known = {running.key for running in before}
        due = clocks_of(regime.sandbox, today, authority.calendar_of(UNION_BODIES))
        owed = {wanted.key for wanted in due}
        kept = (c for c in before if c.name is not Name.DL_09 or c.met_at or c.key in owed)
        after = (*kept, *(wanted for wanted in due if wanted.key not in known))
        told = any(e.entry.action == status for e in ledger.of_case(session, INSTALLATION))
        if told and after == before:
            return
        clocks.save(session, INSTALLATION, after)
        if not told:
            for addressee in TOLD:
                outbox.post(session, INSTALLATION, status, addressee, at)
        ledger.append(
            session,
            INSTALLATION,
            "year_begun" if told else status,
            SYSTEM,
            at,
            kind=regime.sandbox.kind.value,
            member_states=list(regime.sandbox.territories(authority.calendar.country)),
            established_on=regime.sandbox.established_on.isoformat(),
            **changes(before, after),
        )
    nudge("notify", INSTALLATION)
