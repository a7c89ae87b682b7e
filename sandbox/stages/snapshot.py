"""The evidence of an inspection as it was opened: what ran, lay on volumes and was measured is kept.

Nothing of it stands in the case before the inspection is closed: neither its version nor its ledger
tells of an unannounced one (Art. 60(6)). Its volumes are left to its closing: a participant sees in its
cluster that they are being snapshotted.
"""

from dataclasses import replace
from datetime import timedelta

from sandbox import keeping
from sandbox.domain.case import Case
from sandbox.domain.evidence_hold import KEEPING, up_to
from sandbox.domain.naming import CaseId, namespace
from sandbox.domain.snapshot import Snapshot
from sandbox.domain.supervision import Inspection
from sandbox.errors import ClusterUnavailable, EvidenceUnavailable, MetricsUnavailable
from sandbox.ports import Catalogue, Clock, Cluster, Evidence, Metrics
from sandbox.store import cases, inspections
from sandbox.store.database import Sessions


def take(
    case_id: CaseId,
    *,
    sessions: Sessions,
    cluster: Cluster,
    metrics: Metrics,
    catalogue: Catalogue,
    evidence: Evidence,
    retention: timedelta,
    clock: Clock,
) -> None:
    """Take what is lacking of the snapshots of open inspections; an outage postpones its part."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        begun = inspections.begin(session, case_id, at, at + KEEPING)
    opened = {inspection.number: inspection for inspection in case.inspections}
    for number, lacking in begun:
        taken = _stood(case, opened[number], lacking, cluster, clock)
        taken = _measured(
            case,
            opened[number],
            taken,
            metrics=metrics,
            catalogue=catalogue,
            evidence=evidence,
            retention=retention,
            clock=clock,
        )
        with sessions.begin() as session:
            whole = taken.is_whole(with_volumes=opened[number].announced)
            inspections.save(session, case_id, number, taken, whole=whole)


def _stood(
    case: Case, inspection: Inspection, taken: Snapshot, cluster: Cluster, clock: Clock
) -> Snapshot:
    where = namespace(case.id)
    try:
        if taken.images_at is None:
            images = cluster.running_images(where)
            taken = replace(taken, images=images, images_at=clock())
        if taken.volumes_at is None and inspection.announced:
            volumes = cluster.snapshot_volumes(where, inspection.mark)
            taken = replace(taken, volumes=volumes, volumes_at=clock())
    except ClusterUnavailable:
        pass  # the sweep comes back to it
    return taken


def _measured(
    case: Case,
    inspection: Inspection,
    taken: Snapshot,
    *,
    metrics: Metrics,
    catalogue: Catalogue,
    evidence: Evidence,
    retention: timedelta,
    clock: Clock,
) -> Snapshot:
    if taken.kept_at is not None:
        return taken
    window = up_to(case.stretches, inspection.opened_at)
    if window is None:
        return replace(taken, kept_at=clock())
    try:
        kept, _ = keeping.keep(
            case.id,
            inspection.subject,
            window,
            metrics=metrics,
            catalogue=catalogue,
            evidence=evidence,
            retention=retention,
            clock=clock,
        )
    except (MetricsUnavailable, EvidenceUnavailable):
        return taken
    return replace(taken, kept=kept, kept_at=kept.at)
