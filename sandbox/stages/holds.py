"""What ran, lay on volumes and was measured when evidence was held is kept (Art. 73(6), rulebook 5.1)."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from sandbox import keeping
from sandbox.domain import incident
from sandbox.domain.case import SYSTEM, Case
from sandbox.domain.evidence_hold import Window, to_keep
from sandbox.domain.incident import Incident
from sandbox.domain.naming import CaseId, namespace
from sandbox.errors import ClusterUnavailable, EvidenceUnavailable, MetricsUnavailable
from sandbox.ports import Catalogue, Clock, Cluster, Evidence, Metrics
from sandbox.store import cases, ledger
from sandbox.store.database import Sessions


def pin(case_id: CaseId, *, sessions: Sessions, cluster: Cluster, clock: Clock) -> None:
    """Record which images run, and what became of the volumes, where that is not known yet.

    When the cluster is away it is tried again after the held environment was built, and by the sweep.
    """
    _pin_images(case_id, sessions, cluster, clock)
    _snapshot_volumes(case_id, sessions, cluster, clock)


def _pin_images(case_id: CaseId, sessions: Sessions, cluster: Cluster, clock: Clock) -> None:
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
        lacking = [i for i in case.incidents if i.images_at is None]
        if not lacking:
            return
        _save(session, case, *(replace(i, images=images, images_at=at) for i in lacking))
        ledger.append(
            session,
            case_id,
            "images_pinned",
            SYSTEM,
            at,
            incidents=[known.subject for known in lacking],
            images=[str(image) for image in images],
        )


def _snapshot_volumes(case_id: CaseId, sessions: Sessions, cluster: Cluster, clock: Clock) -> None:
    with sessions.begin() as session:
        incidents = cases.load(session, case_id).incidents
    for known in incidents:
        if not known.holds_evidence or known.snapshots_at is not None:
            continue
        mark = known.subject.replace(" ", "-")
        try:
            snapshots = cluster.snapshot_volumes(namespace(case_id), mark)
        except ClusterUnavailable:
            return
        at = clock()
        with sessions.begin() as session:
            case = cases.load(session, case_id, lock=True)
            now = incident.found(case.incidents, known.number)
            if now.snapshots_at is not None:
                continue
            noted = replace(now, snapshots=snapshots, snapshots_at=at)
            _save(session, case, noted)
            ledger.append(
                session,
                case_id,
                "volumes_snapshotted",
                SYSTEM,
                at,
                incident=known.number,
                volumes=list(noted.volumes_said),
            )


def keep(
    case_id: CaseId,
    *,
    sessions: Sessions,
    metrics: Metrics,
    catalogue: Catalogue,
    evidence: Evidence,
    retention: timedelta,
    clock: Clock,
) -> None:
    """Keep the raw series of every metric under object lock, as far as that is due; an outage of
    what measures or of the evidence store postpones.
    """
    for known, window in _begin(case_id, sessions, clock):
        try:
            kept, retain_until = keeping.keep(
                case_id,
                known.subject,
                window,
                metrics=metrics,
                catalogue=catalogue,
                evidence=evidence,
                retention=retention,
                clock=clock,
            )
        except (MetricsUnavailable, EvidenceUnavailable):
            return
        with sessions.begin() as session:
            case = cases.load(session, case_id, lock=True)
            now = incident.found(case.incidents, known.number)
            if now.kept != known.kept:
                continue  # we took too long, and somebody else kept it
            _save(session, case, replace(now, kept=(*now.kept, kept), keeping_since=None))
            ledger.append(
                session,
                case_id,
                "series_kept",
                SYSTEM,
                kept.at,
                incident=known.number,
                start=kept.start.isoformat(),
                until=kept.until.isoformat(),
                sha256=kept.sha256,
                key=kept.key,
                version=kept.version,
                retain_until=retain_until.isoformat(),
                series=[str(series) for series in kept.metrics],
            )


def _begin(
    case_id: CaseId, sessions: Sessions, clock: Clock
) -> tuple[tuple[Incident, Window], ...]:
    """What is due now; nobody else begins with it for a while, also when an outage stops us."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        windows = ((known, to_keep(known, case.stretches, at)) for known in case.incidents)
        due = tuple((known, window) for known, window in windows if window is not None)
        if due:
            _save(session, case, *(replace(known, keeping_since=at) for known, _ in due))
    return due


def _save(session: Session, case: Case, *changed: Incident) -> None:
    incidents = case.incidents
    for known in changed:
        incidents = incident.changed(incidents, known)
    cases.save(session, replace(case, incidents=incidents, version=case.version + 1))
