"""What a participation brought: what was done in it, and what each of the five objectives got of it
(Art. 57(7), 57(9)).
"""

from dataclasses import dataclass
from enum import StrEnum

from sandbox.domain.application import Application
from sandbox.domain.high_risk import ANNEX_I, ANNEX_III


class Objective(StrEnum):
    """Art. 57(9)(a)-(e)."""

    LEGAL_CERTAINTY = "legal_certainty"
    SHARING_BEST_PRACTICE = "sharing_best_practice"
    INNOVATION_COMPETITIVENESS = "innovation_competitiveness"
    EVIDENCE_BASED_LEARNING = "evidence_based_learning"
    FASTER_MARKET_ACCESS = "faster_market_access"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One thing that was reached, and the objective it serves."""

    objective: Objective
    text: str


class ActivityKind(StrEnum):
    """Draft act Art. 6(2)."""

    DEVELOPMENT = "development"
    TRAINING = "training"
    VALIDATION = "validation"
    TESTING = "testing"


@dataclass(frozen=True, slots=True)
class Activity:
    """One thing that was done in the sandbox."""

    kind: ActivityKind
    description: str


def sectors(application: Application) -> list[str]:
    """The sectors of a system: its areas of Annex III and of Art. 59(1)(a), and its products of Annex I,
    as it was applied for.
    """
    known = ANNEX_III | ANNEX_I
    codes = (*application.annex_iii, *application.annex_i)
    areas = [f"{code} {known.get(code, '')}".strip() for code in codes]
    return [*areas, *filter(None, (application.public_interest_area,))]
