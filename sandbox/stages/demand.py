"""Whether the cluster keeps up with what is asked of it (Art. 58(2)(b)); nobody is refused for it."""

from sandbox.domain import capacity
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import INSTALLATION
from sandbox.ports import Clock, Nudge
from sandbox.store import calendar, ledger, outbox
from sandbox.store.database import Sessions

ENTRY = "demand_exceeds_capacity"
TOLD = (Role.OPERATOR, Role.AUTHORITY)


def watch(*, sessions: Sessions, authority: Authority, clock: Clock, nudge: Nudge) -> None:
    """Tell once of each GPU product of which more is asked than is free, and again only after it fell.

    Which products those are stands in the account of the installation, so that it can be read later
    how long others had to wait.
    """
    at = clock()
    with sessions.begin() as session:
        asked = capacity.exceeding(calendar.demand(session, authority.day(at)))
        last = ledger.latest(session, INSTALLATION, ENTRY)
        said = last.entry.facts["products"] if last else []
        before = said if isinstance(said, list) else []
        now = [one.gpu_product for one in asked]
        if now == before:
            return
        new = [one for one in asked if one.gpu_product not in before]
        for one in new:
            for addressee in TOLD:
                outbox.post(
                    session,
                    INSTALLATION,
                    ENTRY,
                    addressee,
                    at,
                    gpu_product=one.gpu_product,
                    waiting=one.cases,
                    asked=one.gpus,
                    free=one.free,
                )
        ledger.append(session, INSTALLATION, ENTRY, SYSTEM, at, products=now)
    if new:
        nudge("notify", INSTALLATION)
