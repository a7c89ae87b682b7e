"""After the exit: a questionnaire that a participant may answer once (draft act Art. 7)."""

from dataclasses import replace
from datetime import datetime

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.follow_up import Questionnaire
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def send(
    case_id: CaseId,
    questions: tuple[str, ...],
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Send questions to a participant who left; nobody need answer."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        sent = Questionnaire(len(case.questionnaires) + 1, questions, str(by), at)
        after = take(
            case, Action.SEND_QUESTIONNAIRE, by, questionnaires=(*case.questionnaires, sent)
        )
        record(
            session,
            after,
            Action.SEND_QUESTIONNAIRE,
            by,
            at,
            questionnaire=sent.number,
            questions=list(questions),
        )
        outbox.post(
            session,
            case_id,
            "questionnaire",
            f"provider:{case.provider}",
            at,
            questionnaire=sent.number,
        )
    nudge("notify", case_id)
    return after


def answer(
    case_id: CaseId,
    number: int,
    answers: tuple[str, ...],
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Answer a questionnaire, once and whole."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        answered = tuple(
            _answered(known, answers, by, at) if known.number == number else known
            for known in case.questionnaires
        )
        after = take(case, Action.ANSWER_QUESTIONNAIRE, by, questionnaires=answered)
        if answered == case.questionnaires:
            raise NotFound(f"case {case_id} has no open questionnaire {number}")
        record(session, after, Action.ANSWER_QUESTIONNAIRE, by, at, questionnaire=number)
        outbox.post(session, case_id, "questionnaire_answered", "authority", at)
    return after


def _answered(
    asked: Questionnaire, answers: tuple[str, ...], by: Person, at: datetime
) -> Questionnaire:
    """The same one answered; one that was answered before stays as it is."""
    if asked.answered_at is not None:
        return asked
    try:
        return replace(asked, answers=answers, answered_by=str(by), answered_at=at)
    except ValueError as error:
        raise FieldRefused("answers", str(error)) from error
