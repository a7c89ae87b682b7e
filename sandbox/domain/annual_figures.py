"""What is counted in a year of a sandbox, and what of it everybody may read (Art. 57(16))."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

SMALL = 5  # X: a cell that holds fewer cases, but any, could tell of one of them
SUPPRESSED = f"<{SMALL}"
TOO_FEW = "too few to be told"
GROUPS = ("incidents_by_class", "outcomes_by_objective", "helpdesk_questions_by_topic")


@dataclass(frozen=True, slots=True)
class YearFigures:
    """Counts of one year; `decision_days` is one number for each decision, `gpu_cases` how many
    cases the GPU hours come from.
    """

    applications: int = 0
    smes: int = 0
    admitted: int = 0
    rejected: int = 0
    decision_days: tuple[int, ...] = ()
    overdue_decisions: int = 0
    suspensions: int = 0
    completed: int = 0
    terminated: int = 0
    incidents: Mapping[str, int] = field(default_factory=dict)
    gpu_hours: int = 0
    gpu_cases: int = 0
    exit_reports: int = 0
    written_proofs: int = 0
    outcomes: Mapping[str, int] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:  # Any: JSON values
        """Every figure, for authorities."""
        return {
            **self._counts(),
            "sme_share_percent": self._sme_share(),
            "decision_days_median": median(self.decision_days) if self.decision_days else None,
            "decision_days_latest": max(self.decision_days, default=None),
            "gpu_hours": self.gpu_hours,
            "incidents_by_class": dict(self.incidents),
            "outcomes_by_objective": dict(self.outcomes),
            "helpdesk_questions_by_topic": dict(self.questions),
        }

    def for_everybody(self) -> dict[str, Any]:  # Any: JSON values
        """The same with every small cell suppressed, and what could be computed back from it."""
        others = self.applications - self.smes
        share_is_safe = not any(_is_small(n) for n in (self.applications, self.smes, others))
        told = self.as_document()
        if not share_is_safe:
            told["sme_share_percent"] = TOO_FEW
        if _is_small(len(self.decision_days)):
            told["decision_days_median"] = told["decision_days_latest"] = TOO_FEW
        if _is_small(self.gpu_cases):
            told["gpu_hours"] = TOO_FEW
        for name, count in self._counts().items():
            told[name] = _shown(count)
        for group in GROUPS:
            told[group] = {name: _shown(count) for name, count in told[group].items()}
        return told

    def _counts(self) -> dict[str, int]:
        return {
            "applications": self.applications,
            "admitted": self.admitted,
            "rejected": self.rejected,
            "overdue_decisions": self.overdue_decisions,
            "suspensions": self.suspensions,
            "completed": self.completed,
            "terminated": self.terminated,
            "exit_reports": self.exit_reports,
            "written_proofs": self.written_proofs,
        }

    def _sme_share(self) -> float | None:
        return round(100 * self.smes / self.applications, 1) if self.applications else None


def _is_small(count: int) -> bool:
    return 0 < count < SMALL


def _shown(count: int) -> int | str:
    return SUPPRESSED if _is_small(count) else count
