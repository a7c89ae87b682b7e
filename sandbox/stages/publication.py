"""Who may read the exit report: given and taken back by named people; what is told in public."""

from dataclasses import replace

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.publication import PUBLISHING, KeyFinding, Permission, Permit, withdrawn
from sandbox.domain.readers import OF_THE_UNION
from sandbox.errors import NotFound, OutOfDate, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, outbox, register
from sandbox.store.database import Sessions
from sandbox.store.documents import Document
from sandbox.store.record import record

UNION_READERS = ("commission", "board")  # Art. 57(8)


def give(
    case_id: CaseId,
    permission: Permission,
    report_sha256: str = "",
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Allow something to be done with the exit report (Art. 57(8)); it counts at once.

    To publish is agreed to for the newest sealed report, by its hash: OutOfDate for another one.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        permit = Permit(permission, str(by), at)
        if permission in PUBLISHING:
            permit = replace(permit, report_sha256=report_sha256)
        after = take(case, Action.GIVE_PERMISSION, by, permits=(*case.permits, permit))
        if permission in PUBLISHING:
            _refuse_unless_newest(session, case_id, report_sha256)
        record(
            session,
            after,
            Action.GIVE_PERMISSION,
            by,
            at,
            permission=permission.value,
            report_sha256=permit.report_sha256,
        )
        if permission is Permission.UNION_ACCESS:
            for addressee in UNION_READERS:
                outbox.post(session, case_id, "access_to_an_exit_report", addressee, at)
    nudge("notify", case_id)
    return after


def _refuse_unless_newest(session: Session, case_id: CaseId, report_sha256: str) -> None:
    sealed = documents.sealed_of_kind(session, case_id, Paper.EXIT_REPORT)
    if not sealed:
        reason = "no exit report is sealed yet, so there is nothing to agree to"
        raise RuleBroken((Reason("R57-08", reason),))
    if sealed[-1].sha256 != report_sha256:
        raise OutOfDate("this is not the newest exit report; read that, and agree by its hash")


def withdraw(
    case_id: CaseId,
    permission: Permission,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Take a permission back: from now on nobody reads because of it."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        permits = withdrawn(case.permits, permission, str(by), at)
        if permits == case.permits:
            raise NotFound(f"case {case_id} has no permission {permission} to take back")
        after = take(case, Action.WITHDRAW_PERMISSION, by, permits=permits)
        record(session, after, Action.WITHDRAW_PERMISSION, by, at, permission=permission.value)
    return after


def publish_findings(
    case_id: CaseId,
    text: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Publish key findings that hold nothing confidential (draft act Art. 6(6))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        findings = (*case.key_findings, KeyFinding(text, str(by), at))
        after = take(case, Action.PUBLISH_FINDINGS, by, key_findings=findings)
        record(session, after, Action.PUBLISH_FINDINGS, by, at, text=text)
    return after


def open_to_union(
    *, by: Person, after: CaseId | None, limit: int, sessions: Sessions
) -> list[tuple[Case, Document]]:
    """The exit reports that Commission, AI Office and Board may read, in the order of their cases."""
    if by.role not in OF_THE_UNION or by.unit is Unit.ENFORCEMENT:
        raise NotFound("these exit reports are listed for the Commission and the Board")
    with sessions.begin() as session:
        return register.open_to_union(session, by, after=after, limit=limit)
