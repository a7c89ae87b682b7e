"""The data protection authority says what it holds of a dataset, and everybody hears of it (Art. 57(10))."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset import Dataset, View
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import is_of_another, protecting
from sandbox.domain.passage import take
from sandbox.domain.processing import with_dataset
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import alarm, record


def comment(
    case_id: CaseId,
    number: int,
    *,
    words: str,
    objects: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """The data protection authority gives its view; provider and authority are told. An objection keeps
    the dataset out (X); to one that is inside it raises an alarm, and proposes that processing is stopped.

    A later view takes the place of an earlier one of the same authority, and of one that has left the table,
    and withdraws its objection.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        known = case.processing.found(number)
        own = protecting(by)
        others = tuple(v for v in known.views if is_of_another(case, v.office, own, at))
        seen = replace(known, view=View(words, objects, str(by), at, own), other_views=others)
        processing = with_dataset(case.processing, seen)
        after = take(case, Action.COMMENT_DATASET, by, processing=processing)
        record(
            session,
            after,
            Action.COMMENT_DATASET,
            by,
            at,
            dataset=number,
            objects=objects,
            words=words,
        )
        if objects and seen.personal and seen.remains and not processing.is_stopped:
            _propose_stop(session, after, seen, at)
        kind = "objection_to_dataset" if objects else "view_on_dataset"
        for addressee in (f"provider:{case.provider}", Role.AUTHORITY):
            outbox.post(session, case_id, kind, addressee, at, dataset=number)
    nudge("notify", case_id)
    return after


def _propose_stop(session: Session, case: Case, seen: Dataset, at: datetime) -> None:
    """Whether processing is stopped a person decides; the data protection authority may itself."""
    text = (
        f"the data protection authority objects to dataset {seen.number}, which is in the sandbox: it "
        "is proposed to stop processing"
    )
    alarm(session, case, seen.subject, "objection", text, at)
