"""A report of a deletion that is wrong does not count: the provider deletes and reports again
(Art. 59(1)(g)). An authority refuses it, or the log contradicts it.
"""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.dataset import Dataset, Deletion, RefusedDeletion
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role
from sandbox.domain.passage import take
from sandbox.domain.processing import with_dataset
from sandbox.store import access_log, outbox
from sandbox.store.record import record


def refuse(
    session: Session,
    case: Case,
    dataset: Dataset,
    deletion: Deletion,
    reasons: str,
    by: Person,
    at: datetime,
) -> Case:
    """The case without a report, recorded; DL-19 runs on as if it had not been made, and the provider is
    told, and by the service whoever may have verified it. The caller nudges `notify`.
    """
    refused = RefusedDeletion(deletion, reasons, str(by), at)
    again = replace(dataset, deletion=None, refused_deletions=(*dataset.refused_deletions, refused))
    after = take(
        case,
        Action.REFUSE_DELETION,
        by,
        processing=with_dataset(case.processing, again),
        deadlines=deadlines.reopen(case.deadlines, Name.DL_19, subject=dataset.subject),
    )
    record(session, after, Action.REFUSE_DELETION, by, at, dataset=dataset.number, reasons=reasons)
    told = (Role.AUTHORITY, *case.data_protection) if by == SYSTEM else ()
    for addressee in (f"provider:{case.provider}", *told):
        outbox.post(session, case.id, "deletion_refused", addressee, at, dataset=dataset.number)
    return after


def refuse_contradicted(session: Session, case: Case, at: datetime) -> None:
    """Refuse each report of a deletion after which the log has an access, whoever verified it."""
    for dataset in case.processing.datasets:
        deletion = dataset.deletion
        if deletion is None:
            continue
        untrue = dataset.contradiction(deletion, access_log.last(session, case.id, dataset.number))
        if untrue:
            case = refuse(session, case, dataset, deletion, untrue, SYSTEM, at)
