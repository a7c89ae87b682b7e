"""Reviewers declare their interests, are assigned, and judge; links between applicants show."""

from dataclasses import replace

from sandbox.domain import conflict, selection
from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.criteria import Score
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.readers import is_lead
from sandbox.domain.review import Assignment, Declaration, Review, SectionNote, replaced
from sandbox.errors import NotFound
from sandbox.ports import Clock
from sandbox.store import applicants, cases
from sandbox.store.database import Sessions
from sandbox.store.record import record


def declare(
    case_id: CaseId,
    *,
    email: str,
    interests: tuple[str, ...],
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Sign a declaration of interests for one case; the newest one counts.

    What a reviewer with an interest has judged does not count, nor a proposal made on it.
    """
    at = clock()
    declaration = Declaration(str(by), by.name, by.organisation, email, interests, at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        informed = replace(case, declarations=(*case.declarations, declaration))
        acted = applicants.acted_for(session, case.provider)
        assignments = conflict.looked_at_again(informed, acted)
        counts_on = selection.counting(replace(informed, assignments=assignments))
        after = take(
            case,
            Action.DECLARE_INTERESTS,
            by,
            declarations=informed.declarations,
            assignments=assignments,
            proposal=case.proposal if counts_on == selection.counting(case) else None,
        )
        record(
            session,
            after,
            Action.DECLARE_INTERESTS,
            by,
            at,
            statement=declaration.statement,
            interests=len(interests),
        )
    return after


def assign(
    case_id: CaseId,
    reviewer: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Make somebody a reviewer of a case, unless an interest was declared or is found."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        found = conflict.of_reviewer(case, reviewer, applicants.acted_for(session, case.provider))
        assigned = Assignment(reviewer, str(by), at, found)
        after = take(case, Action.ASSIGN_REVIEWER, by, assignments=(*case.assignments, assigned))
        record(session, after, Action.ASSIGN_REVIEWER, by, at, reviewer=reviewer)
    return after


def review(
    case_id: CaseId,
    *,
    scores: tuple[Score, ...],
    notes: tuple[SectionNote, ...],
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Judge an application by section and criterion; a proposal made before does not count on.

    The ledger, which the provider reads, says that somebody judged and not how.
    """
    at = clock()
    judged = Review(str(by), at, scores, notes)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        reviews = replaced(case.reviews, judged)
        after = take(case, Action.REVIEW, by, reviews=reviews, proposal=None)
        scored = [score.criterion.code for score in scores]
        record(session, after, Action.REVIEW, by, at, scored=scored)
    return after


def linked(case_id: CaseId, *, by: Person, sessions: Sessions) -> dict[CaseId, tuple[str, ...]]:
    """Other cases that may come from the same applicant, for the authority alone."""
    if not is_lead(by):
        raise NotFound("links between applicants are shown to the authority")
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
        found = applicants.linked_cases(session, case)
    return {link.case_id: link.common for link in found}
