"""Inspections, announced or not (Art. 60(6), 74)."""

from dataclasses import replace
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.inspection_papers import inspection_record
from sandbox.domain.naming import CaseId, namespace
from sandbox.domain.offices import office_of
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.reading_log import last_seal
from sandbox.domain.supervision import (
    Inspection,
)
from sandbox.errors import ClusterUnavailable, NotFound
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, documents, inspections, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def open_inspection(
    case_id: CaseId,
    *,
    announced: bool,
    scope: str,
    purpose: str,
    powers: str,
    source_code_reasons: str,
    necessary_for_conformity: bool = False,
    other_means_exhausted: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Begin to inspect; the provider learns of an unannounced inspection when it is closed. What runs,
    lies on volumes and was measured until now is secured in the background; the volumes of an
    unannounced one when it is closed, since the participant could see that.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        inspection = Inspection(
            number=case.version + 1,  # counting on would tell of a secret one by a gap
            announced=announced,
            scope=scope,
            purpose=purpose,
            powers=powers,
            by=str(by),
            opened_at=at,
            source_code_reasons=source_code_reasons,
            necessary_for_conformity=necessary_for_conformity,
            other_means_exhausted=other_means_exhausted,
            office=office_of(by, authority.calendar.country),
        )
        after = take(case, Action.OPEN_INSPECTION, by, inspections=(*case.inspections, inspection))
        record(
            session,
            after,
            Action.OPEN_INSPECTION,
            by,
            at,
            inspection=inspection.number,
            announced=announced,
            source_code=inspection.wants_source_code,
        )
        inspections.want_snapshot(session, case_id, inspection.number, at)
        if announced:
            outbox.post(session, case_id, "inspection", f"provider:{case.provider}", at)
    nudge("snapshot", case_id)
    return after


def close_inspection(
    case_id: CaseId,
    number: int,
    *,
    findings: str,
    evidence_sha256: tuple[str, ...],
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Record what was found; document D18 is made and the provider is told. From now on the case tells
    what the inspectors read and what was secured when they began.
    """
    at = clock()
    found = {
        "findings": findings,
        "evidence_sha256": evidence_sha256,
        "closed_at": at,
        "closed_by": str(by),
        "closed_for": office_of(by, authority.calendar.country),
    }
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        closed, _ = _closed(case, number, by, **found)
    volumes = None if closed.announced else _volumes(case_id, closed, cluster, clock)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        log = inspections.readings(session, case_id, number)
        taken = inspections.settle(session, case_id, number)
        closed, after = _closed(
            case,
            number,
            by,
            readings=len(log),
            readings_seal=last_seal(log),
            snapshot=replace(taken, **volumes) if volumes else taken,
            **found,
        )
        facts = inspection_record(closed, log) | {
            "case": case.id,
            "authority": authority.name,
            "made_at": at.isoformat(),
            "ledger_seal": ledger.head(session, case_id),
        }
        documents.issue(session, case_id, Paper.INSPECTION_RECORD, str(by), at, facts)
        record(
            session,
            after,
            Action.CLOSE_INSPECTION,
            by,
            at,
            inspection=number,
            readings=closed.readings,
            readings_seal=closed.readings_seal,
            series_sha256=closed.series_sha256,
        )
        outbox.post(session, case_id, "inspection", f"provider:{case.provider}", at)
    nudge("report", case_id)
    return after


def _closed(
    case: Case, number: int, by: Person, **found: Any
) -> tuple[Inspection, Case]:  # Any: fields
    """An inspection closed, and its case; refused when there is no open one, or by a guard."""
    known = next((i for i in case.inspections if i.number == number), None)
    if known is None or known.closed_at is not None:
        raise NotFound(f"case {case.id} has no open inspection {number}")
    closed = replace(known, **found)
    inspected = tuple(closed if i.number == number else i for i in case.inspections)
    return closed, take(case, Action.CLOSE_INSPECTION, by, inspections=inspected)


def _volumes(
    case_id: CaseId, inspection: Inspection, cluster: Cluster, clock: Clock
) -> dict[str, Any] | None:  # Any: fields
    """Snapshots of the volumes now that the participant may notice: its cluster shows them in events."""
    try:
        volumes = cluster.snapshot_volumes(namespace(case_id), inspection.mark)
    except ClusterUnavailable:
        return None
    return {"volumes": volumes, "volumes_at": clock()}
