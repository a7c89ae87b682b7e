"""Datasets are deleted in time, or held; the certificate says which (Art. 59(1)(g), 4a; D12)."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from sandbox import refusing
from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.dataset import Dataset, Deletion, Trigger, trigger
from sandbox.domain.dataset_papers import deletion_certificate
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import TESTED, Role
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.processing import LegalHold, changed, with_dataset
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import access_log, cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

HOLDS_MAX = 100


def call(
    case_id: CaseId, *, sessions: Sessions, authority: Authority, clock: Clock, nudge: Nudge
) -> None:
    """Call for the deletion of every dataset whose time has come; DL-19 runs since its day.

    What is under a hold is certified as held: its clock runs all the same, and is not met by it.
    """
    at = clock()
    today = authority.day(at)
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        if case.stage not in TESTED:
            return
        ended_on = _ended_on(case, authority)
        called = [
            replace(d, due_by=why[0], due_on=why[1])
            for d in case.processing.datasets
            if (why := trigger(d, today, ended_on))
        ]
        if not called:
            return
        processing = case.processing
        for dataset in called:
            processing = with_dataset(processing, dataset)
        started = tuple(
            deadlines.start(Name.DL_19, d.due_on, authority.calendar, subject=d.subject)
            for d in called
            if d.due_on is not None
        )
        after = take(
            case,
            Action.CALL_FOR_DELETION,
            SYSTEM,
            processing=processing,
            deadlines=(*case.deadlines, *started),
        )
        record(
            session,
            after,
            Action.CALL_FOR_DELETION,
            SYSTEM,
            at,
            datasets=[f"{d.number}: {d.due_by}" for d in called],
        )
        outbox.post(session, case_id, "deletion_due", f"provider:{case.provider}", at)
        for dataset in called:
            if processing.is_held(dataset):
                _certify(session, after, dataset, authority, "system", at)
    for stage in ("report", "notify", "exit"):
        nudge(stage, case_id)


def delete(
    case_id: CaseId,
    number: int,
    deletion: Deletion,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The provider reports that a dataset is gone, backups and keys included; DL-19 is met, and whoever
    may verify it is told.

    The trigger is what called for it, or would have by now; else the provider's own choice.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        dataset = case.processing.found(number)
        if not dataset.is_to_be_deleted or dataset.deletion is not None:
            raise FieldRefused("number", f"nothing of dataset {number} is left to be deleted")
        dataset.refuse_untrue(deletion, access_log.last(session, case_id, number))
        came = trigger(dataset, authority.day(at), _ended_on(case, authority))
        why = dataset.due_by or (came[0] if came else Trigger.CHOICE)
        gone = replace(dataset, deletion=replace(deletion, trigger=why))
        after = take(
            case,
            Action.DELETE_DATASET,
            by,
            processing=with_dataset(case.processing, gone),
            deadlines=deadlines.meet(case.deadlines, Name.DL_19, at, subject=dataset.subject),
        )
        record(
            session,
            after,
            Action.DELETE_DATASET,
            by,
            at,
            dataset=number,
            trigger=why.value,
            exceptions=deletion.exceptions,
        )
        for addressee in (Role.AUTHORITY, *case.data_protection):
            outbox.post(session, case_id, "deletion_reported", addressee, at, dataset=number)
    nudge("notify", case_id)
    return after


def verify(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The authority, or that for data protection, has seen that a dataset is gone; D12 is issued
    to them, and the provider is told.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        dataset, deletion = _waiting(case, number)
        gone = replace(dataset, deletion=replace(deletion, verified_by=str(by), verified_at=at))
        processing = with_dataset(case.processing, gone)
        after = take(case, Action.VERIFY_DELETION, by, processing=processing)
        _certify(session, after, gone, authority, str(by), at)
        record(session, after, Action.VERIFY_DELETION, by, at, dataset=number)
        for addressee in (f"provider:{case.provider}", Role.AUTHORITY, *case.data_protection):
            outbox.post(session, case_id, "deletion_verified", addressee, at, dataset=number)
    for stage in ("report", "exit", "notify"):
        nudge(stage, case_id)
    return after


def refuse(
    case_id: CaseId,
    number: int,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The authority, or that for data protection, refuses a report that is wrong: DL-19 runs on as if it
    had not been made, and the provider deletes and reports again.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        after = refusing.refuse(session, case, *_waiting(case, number), reasons, by, at)
    nudge("notify", case_id)
    return after


def hold(
    case_id: CaseId,
    number: int | None,
    *,
    ground: str,
    legal_basis: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Place a hold on one dataset, or on the whole case: nothing of it is deleted while it stands."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        if number is not None:
            case.processing.found(number)
        known = case.processing.holds
        if len(known) >= HOLDS_MAX:
            raise FieldRefused("ground", f"a case has at most {HOLDS_MAX} holds")
        placed = LegalHold(len(known) + 1, number, ground, legal_basis, str(by), at)
        processing = changed(case.processing, holds=(*known, placed))
        after = take(case, Action.PLACE_HOLD, by, processing=processing)
        record(
            session,
            after,
            Action.PLACE_HOLD,
            by,
            at,
            hold=placed.number,
            dataset=number,
            ground=ground,
            legal_basis=legal_basis,
        )
        for addressee in (f"provider:{case.provider}", *case.data_protection):
            outbox.post(session, case_id, "legal_hold", addressee, at, hold=placed.number)
        for dataset in processing.datasets:
            due = dataset.due_by is not None and dataset.deletion is None
            if due and placed.dataset in {None, dataset.number}:
                _certify(session, after, dataset, authority, str(by), at)
    for stage in ("report", "notify"):
        nudge(stage, case_id)
    return after


def lift(
    case_id: CaseId,
    number: int,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Lift a hold: what was due is due, and the environment of a case that ended is removed."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        standing = {h.number: h for h in case.processing.holds if h.lifted_at is None}
        if number not in standing:
            raise NotFound(f"no hold {number} stands on case {case_id}")
        lifted = replace(standing[number], lifted_by=str(by), lifted_at=at, lifted_because=reasons)
        holds = tuple(lifted if h.number == number else h for h in case.processing.holds)
        processing = changed(case.processing, holds=holds)
        after = take(case, Action.LIFT_HOLD, by, processing=processing)
        record(session, after, Action.LIFT_HOLD, by, at, hold=number, reasons=reasons)
        outbox.post(session, case_id, "legal_hold_lifted", f"provider:{case.provider}", at)
    for stage in ("exit", "notify"):
        nudge(stage, case_id)
    return after


def _ended_on(case: Case, authority: Authority) -> date | None:
    return authority.day(case.ended_at) if case.ended_at else None


def _waiting(case: Case, number: int) -> tuple[Dataset, Deletion]:
    dataset = case.processing.found(number)
    if dataset.deletion is None or dataset.deletion.verified_at is not None:
        raise FieldRefused("number", f"no deletion of dataset {number} waits to be verified")
    return dataset, dataset.deletion


def _certify(
    session: Session, case: Case, dataset: Dataset, authority: Authority, by: str, at: datetime
) -> None:
    facts = deletion_certificate(
        case,
        dataset,
        authority.name,
        at,
        access_log.head(session, case.id),
        access_log.count(session, case.id, dataset.number),
    )
    seal = {"ledger_seal": ledger.head(session, case.id)}
    documents.issue(session, case.id, Paper.DATASET_CERTIFICATE, by, at, facts | seal)
