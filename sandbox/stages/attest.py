"""A standing environment is compared with its blueprint from time to time (Art. 59(1)(d), R59-d)."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.attestation import AFTER_AN_OUTAGE, EVERY, attested, merged, open_walls
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.environment import Environment, Probe
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.errors import EngineFailed, FieldRefused, Unavailable
from sandbox.ports import ENGINE_LEASE, Clock, Cluster, Engine, Nudge
from sandbox.store import alarms, attestations, cases, environments, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def attest(
    case_id: CaseId,
    *,
    sessions: Sessions,
    engine: Engine,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
    owner: str,
    token: Callable[[], str],
) -> None:
    """Look whether what stands is what was declared, and whether the participant may do no more.

    Nothing is started, changed or repaired. When nobody can look, that is what the environment says. What
    is wanted anew meanwhile is looked at when it stands.
    """
    began_at = clock()
    with sessions.begin() as session:
        if not attestations.is_due(session, case_id, began_at):
            return
        lease = environments.claim(
            session, case_id, began_at, lasting=ENGINE_LEASE, owner=owner, token=token()
        )
        if lease is None:
            return
        environment, blueprint = environments.load(session, case_id)
    probes: tuple[Probe, ...] = ()
    deviation = ""
    try:
        probes = attested(cluster.check_rights(blueprint), engine.drift(blueprint))
        deviation = "; ".join(open_walls(probes))
    except (EngineFailed, Unavailable) as error:
        deviation = f"not attested: {error}"
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        stands = attestations.settle(
            session,
            lease,
            environment,
            at=at if probes else None,
            again_at=at + (EVERY if probes else AFTER_AN_OUTAGE),
            deviation=deviation,
        )
        opened = _keep(session, case, environment, probes, at, authority) if stands else ()
    if opened:
        nudge("notify", case_id)


def _keep(
    session: Session,
    case: Case,
    environment: Environment,
    probes: tuple[Probe, ...],
    at: datetime,
    authority: Authority,
) -> tuple[str, ...]:
    """Keep what an attestation found, and tell of the walls that it found open; these are returned.

    The ledger has the first of each day, and each that found something else than the one before.
    """
    if not probes:
        return ()
    isolation = merged(case.isolation, probes)
    before, now = open_walls(case.isolation), open_walls(isolation)
    last = environment.attested_at
    if now == before and last is not None and authority.day(last) == authority.day(at):
        return ()
    if now != before:
        cases.save(session, replace(case, isolation=isolation, version=case.version + 1))
    ledger.append(
        session,
        case.id,
        "walls_attested",
        SYSTEM,
        at,
        generation=environment.wanted_generation,
        probes=len(probes),
        open=list(now),
    )
    opened = tuple(wall for wall in now if wall not in before)
    if opened:
        for wall in opened:
            alarms.add_open_wall(session, case.id, len(case.stretches), at, wall)
        for addressee in (Role.AUTHORITY, Role.OPERATOR, f"provider:{case.provider}"):
            outbox.post(session, case.id, "walls_open", addressee, at)
    return opened


def restore(
    case_id: CaseId,
    *,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The authority has walls that were found open built again; a run is judged behind one wall, so it
    ends here and the next begins when they are proven.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "whoever restores the walls says why they were open")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        stretches = case.stretches_ended(at, Action.RESTORE_WALLS)
        after = take(case, Action.RESTORE_WALLS, by, stretches=stretches)
        environment, _ = environments.load(session, case_id)
        environments.want_next(session, after, environment.wanted)
        record(session, after, Action.RESTORE_WALLS, by, at, reasons=reasons)
    nudge("provision", case_id)
    return after
