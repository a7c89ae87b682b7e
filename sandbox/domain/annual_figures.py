"""What is counted in a year of a sandbox, and what of it everybody may read (Art. 57(16))."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median
from typing import Any

SMALL = 5  # X: a cell that holds fewer cases, but any, could tell of one of them
SUPPRESSED = f"<{SMALL}"
TOO_FEW = "too few to be told"
Tally = Mapping[str, int]  # how often in which case: a cell is as small as its cases are few


@dataclass(frozen=True, slots=True)
class YearFigures:
    """What happened in one year; `decision_days` is one number for each decision, `gpu_hours` those of
    each case that held any. Questions belong to no case, and are counted by themselves.
    """

    applications: Tally = field(default_factory=dict)
    smes: int = 0
    admitted: Tally = field(default_factory=dict)
    rejected: Tally = field(default_factory=dict)
    decision_days: tuple[int, ...] = ()
    overdue_decisions: Tally = field(default_factory=dict)
    suspensions: Tally = field(default_factory=dict)
    completed: Tally = field(default_factory=dict)
    terminated: Tally = field(default_factory=dict)
    incidents: Mapping[str, Tally] = field(default_factory=dict)
    gpu_hours: Mapping[str, float] = field(default_factory=dict)
    exit_reports: Tally = field(default_factory=dict)
    written_proofs: Tally = field(default_factory=dict)
    outcomes: Mapping[str, Tally] = field(default_factory=dict)
    questions: Mapping[str, int] = field(default_factory=dict)

    def as_document(self) -> dict[str, Any]:  # Any: JSON values
        """Every figure, for authorities."""
        return {
            **{name: sum(tally.values()) for name, tally in self._tallies().items()},
            "sme_share_percent": self._sme_share(),
            "decision_days_median": median(self.decision_days) if self.decision_days else None,
            "decision_days_latest": max(self.decision_days, default=None),
            "gpu_hours": round(sum(self.gpu_hours.values())),
            **{
                group: {name: sum(tally.values()) for name, tally in tallies.items()}
                for group, tallies in self._groups().items()
            },
            "helpdesk_questions_by_topic": dict(self.questions),
        }

    def for_everybody(self) -> dict[str, Any]:  # Any: JSON values
        """The same with every small cell suppressed, and what could be computed back from it."""
        applications = len(self.applications)
        others = applications - self.smes
        share_is_safe = not any(_is_small(n) for n in (applications, self.smes, others))
        told = self.as_document()
        if not share_is_safe:
            told["sme_share_percent"] = TOO_FEW
        if _is_small(len(self.decision_days)):
            told["decision_days_median"] = told["decision_days_latest"] = TOO_FEW
        if _is_small(len(self.gpu_hours)):
            told["gpu_hours"] = TOO_FEW
        for name, tally in self._tallies().items():
            told[name] = _shown(told[name], len(tally))
        for group, tallies in self._groups().items():
            for name, tally in tallies.items():
                told[group][name] = _shown(told[group][name], len(tally))
        questions = self.questions.items()
        told["helpdesk_questions_by_topic"] = {name: _shown(n, n) for name, n in questions}
        return told

    def _tallies(self) -> dict[str, Tally]:
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

    def _groups(self) -> dict[str, Mapping[str, Tally]]:
        return {"incidents_by_class": self.incidents, "outcomes_by_objective": self.outcomes}

    def _sme_share(self) -> float | None:
        applications = len(self.applications)
        return round(100 * self.smes / applications, 1) if applications else None


def _is_small(count: int) -> bool:
    return 0 < count < SMALL


def _shown(count: int, cases: int) -> int | str:
    return SUPPRESSED if _is_small(cases) else count
