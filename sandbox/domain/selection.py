"""Where a case stands in the selection: eligibility first, then merit, priority only after both."""

from dataclasses import dataclass

from sandbox.domain.call import ROLLING
from sandbox.domain.case import Case
from sandbox.domain.criteria import Criterion, Score, Weights, weighted_total
from sandbox.domain.regime import SandboxKind
from sandbox.domain.review import Review, Section, interests_of, sections_of
from sandbox.domain.screening import excluded, missing
from sandbox.domain.size import has_priority


@dataclass(frozen=True, slots=True)
class Standing:
    """`total` is None until every criterion that counts was scored; `priority` follows the size and
    the kind of sandbox (R62-1, R57-03a), `in_focus` is that of a sector (R58-D08).
    """

    eligible: bool
    total: float | None
    threshold: float
    meets_threshold: bool
    priority: bool
    in_focus: bool


def standing(case: Case, kind: SandboxKind = SandboxKind.NATIONAL) -> Standing:
    """The standing of a case by what is recorded now; only `priority` depends on the kind."""
    eligible = not (excluded(case.findings) or missing(case.findings))
    total = weighted_total(scores(case), weights(case))
    meets = total is not None and total >= threshold(case)
    application = case.application
    in_union = application.eu_establishment
    comes_first = has_priority(application.size, kind, eu_establishment=in_union)
    return Standing(
        eligible=eligible,
        total=total,
        threshold=threshold(case),
        meets_threshold=meets,
        priority=comes_first and eligible and meets,
        in_focus=case.call is not None and case.call.favours(application, case.received_on.year),
    )


def weights(case: Case) -> Weights:
    """Those of its call; all alike for rolling intake."""
    return (case.call or ROLLING).weights


def threshold(case: Case) -> float:
    return (case.call or ROLLING).merit_threshold


def conflicts_of(case: Case, reviewer: str) -> tuple[str, ...]:
    """What stands by now against a reviewer: declared last, or found when last looked at."""
    given = next((a for a in reversed(case.assignments) if a.reviewer == reviewer), None)
    return (*interests_of(case.declarations, reviewer), *(given.detected if given else ()))


def counting(case: Case) -> tuple[Review, ...]:
    """The reviews that count: of the application as it is, of nobody who has an interest by now."""
    return tuple(
        review
        for review in case.reviews
        if not review.outdated and not conflicts_of(case, review.reviewer)
    )


def scores(case: Case) -> tuple[Score, ...]:
    """The scores that count: no drafts."""
    given = (score for review in counting(case) for score in review.scores)
    return tuple(score for score in given if score.reasons.strip())


def unscored(case: Case) -> tuple[Criterion, ...]:
    """The criteria without a score that counts, whatever they weigh: a call drops none of those of
    draft act Art. 3(3). All of them where nobody reviewed.
    """
    scored = {score.criterion for score in scores(case)}
    return tuple(c for c in Criterion if c not in scored)


def unjudged(case: Case) -> tuple[Section, ...]:
    """The parts of the application on which no reviewer has a verdict."""
    judged = {note.section for review in counting(case) for note in review.notes}
    return tuple(s for s in sections_of(case.application) if s not in judged)
