"""What ran when evidence of an incident was held is kept by its digests (rulebook 5.1)."""

from dataclasses import replace

from sandbox.domain.case import SYSTEM
from sandbox.domain.naming import CaseId, namespace
from sandbox.errors import ClusterUnavailable
from sandbox.ports import Clock, Cluster
from sandbox.store import cases, ledger
from sandbox.store.database import Sessions


def pin(case_id: CaseId, *, sessions: Sessions, cluster: Cluster, clock: Clock) -> None:
    """Record which images run, for each incident of which that is not known yet.

    When the cluster is away it is tried again after the held environment was built.
    """
    with sessions.begin() as session:
        if not any(i.images_at is None for i in cases.load(session, case_id).incidents):
            return
    try:
        images = cluster.running_images(namespace(case_id))
    except ClusterUnavailable:
        return
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        lacking = tuple(i.number for i in case.incidents if i.images_at is None)
        if not lacking:
            return
        incidents = tuple(
            replace(i, images=images, images_at=at) if i.number in lacking else i
            for i in case.incidents
        )
        cases.save(session, replace(case, incidents=incidents, version=case.version + 1))
        ledger.append(
            session,
            case_id,
            "images_pinned",
            SYSTEM,
            at,
            incidents=[f"incident {number}" for number in lacking],
            images=[str(image) for image in images],
        )
