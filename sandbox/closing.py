"""Personal data that were created in the sandbox have no way out (Art. 59(1)(e)).

Where the plan had opened one before there were such data, the blueprint of the next generation closes
it, and the cluster is told at once. Only an amendment opens a way again.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId, namespace
from sandbox.errors import ClusterUnavailable
from sandbox.ports import Clock, Cluster
from sandbox.store import cases, environments, ledger, outbox
from sandbox.store.database import Sessions


def close(
    session: Session, case: Case, action: Action, at: datetime
) -> tuple[Case, tuple[str, ...]]:
    """The case after the ways that are no longer allowed are closed, and those ways; both parties are
    told. A run is judged behind one wall: it ends here, and the next begins behind the other.
    """
    there = environments.find(session, case.id)
    if there is None or there.wanted is Wanted.ABSENT or not case.processing.was_created_inside:
        return case, ()
    ways = environments.blueprint(session, case.id, there.wanted_generation).egress
    if not ways:
        return case, ()
    environments.want_next(session, case, there.wanted, closed=True)
    for addressee in (Role.AUTHORITY, f"provider:{case.provider}"):
        outbox.post(session, case.id, "ways_out_closed", addressee, at)
    return replace(case, stretches=case.stretches_ended(at, action)), ways


def cut(case_id: CaseId, *, sessions: Sessions, cluster: Cluster, clock: Clock) -> None:
    """Take the ways away at once; when the cluster is away the worker does as soon as it answers."""
    try:
        cluster.close_ways(namespace(case_id))
    except ClusterUnavailable:
        return
    at = clock()
    with sessions.begin() as session:
        cases.load(session, case_id, lock=True)  # orders writers of this ledger
        ledger.append(session, case_id, "ways_out_cut", SYSTEM, at)
