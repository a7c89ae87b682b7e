"""The exit report (D8): the facts of a case and the words of a named person (Art. 57(7)).

What the sealed test reports say is added when the last of them is sealed (`evaluation`).
"""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.incident import Incident
from sandbox.domain.omission import Omission
from sandbox.domain.outcome import Activity, Outcome, sectors
from sandbox.domain.publication import Permission, holds
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.seal import Entry
from sandbox.errors import Reason, RuleBroken


@dataclass(frozen=True, slots=True)
class ResolvedIssue:
    """A key regulatory issue and how it was resolved (draft act Art. 6(3))."""

    issue: str
    resolution: str


@dataclass(frozen=True, slots=True)
class ExitWords:
    """What a person of the authority writes; the rest of the report is derived."""

    learning_outcomes: str
    key_issues: str
    recommendations: str
    issues: tuple[ResolvedIssue, ...] = ()
    activities: tuple[Activity, ...] = ()
    results: str = ""
    good_practice: str = ""
    reusable: tuple[str, ...] = ()
    scalable_lessons: str = ""
    outcomes: tuple[Outcome, ...] = ()


def refuse_unless_told(words: ExitWords) -> None:
    """RuleBroken unless the words tell of activities, results and learning outcomes (Art. 57(7))."""
    reasons = tuple(Reason("R57-07c", sentence) for sentence in _untold(words))
    if reasons:
        raise RuleBroken(reasons)


def _untold(words: ExitWords) -> Iterator[str]:
    if not words.activities:
        yield "the exit report names no activity that was carried out"
    if not words.results.strip():
        yield "the exit report says nothing of the results"
    if not words.learning_outcomes.strip():
        yield "the exit report says nothing of what was learned"


def knows_every_incident(case: Case, issued_at: datetime) -> bool:
    """Whether a report of a moment has the whole record of serious incidents (draft act Art. 6(3)).

    One that is issued while an investigation goes on, so that DL-06 is met, has not; nor has one from
    before a provider's omission was recorded.
    """
    if any(omission.at > issued_at for omission in case.omissions):
        return False
    return all(i.closed_at is not None and i.closed_at <= issued_at for i in case.incidents)


def exit_report(
    case: Case, words: ExitWords, end: Entry | None, *, by: str, at: datetime, authority: str
) -> dict[str, Any]:  # Any: a JSON document
    """The facts of the report, but for what only the store knows; `end` is the entry of the ledger that
    says why the participation ended.
    """
    return {
        "document": "exit report",
        "case": case.id,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "authority": authority,
        "outcome": case.stage.value,
        "sectors": sectors(case.application),
        "period": [
            {
                "started_at": s.started_at.isoformat(),
                "ended_at": s.ended_at.isoformat(),
                "ended_by": s.ended_by,
            }
            for s in case.stretches
            if s.ended_at
        ],
        "end_of_participation": _end(end) if end else None,
        "activities": [asdict(activity) for activity in words.activities],
        "results": words.results,
        "learning_outcomes": words.learning_outcomes,
        "key_regulatory_issues": words.key_issues,
        "issues_resolved": [asdict(issue) for issue in words.issues],
        "recommendations": words.recommendations,
        "good_practice": words.good_practice or None,
        "reusable_tools": list(words.reusable),
        "scalable_lessons": words.scalable_lessons or None,
        "outcomes": [asdict(outcome) for outcome in words.outcomes],
        "serious_incidents": [_incident(incident) for incident in case.incidents],
        "omissions": [_omission(omission) for omission in case.omissions],
        "suspension": case.suspension.reasons if case.suspension else None,
        "suspended_by": case.suspension.by if case.suspension else None,
        "mitigation": case.mitigation.measures if case.mitigation else None,
        "consent_union_access": holds(case.permits, Permission.UNION_ACCESS),
        # To publish is agreed to by the hash of the sealed report, so never before it is sealed.
        "consent_publication_provider": False,
        "consent_publication_authority": False,
        "issued_by": by,
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }


def _end(end: Entry) -> dict[str, Any]:
    """A termination has a ground, a completion has none."""
    said = end.facts
    return {
        "ground": said.get("ground"),
        "reasons": said.get("reasons"),
        "decided_by": end.actor,
    }


def _incident(incident: Incident) -> dict[str, Any]:
    classification = incident.classification
    return {
        "number": incident.number,
        "occurred_at": incident.occurred_at.isoformat(),
        "countries": list(incident.countries),
        "classes": [c.value for c in classification.classes] if classification else [],
        "description": incident.description,
        "persons_affected": incident.persons_affected,
        "corrective_action": incident.corrective_action or None,
        "state": incident.state.value,
    }


def _omission(omission: Omission) -> dict[str, Any]:
    return {
        "owed": omission.owed.value,
        "incident": omission.incident or None,
        "country": omission.country or None,
        "last_day": omission.last_day.isoformat(),
        "reasons": omission.reasons,
        "recorded_by": omission.by,
        "recorded_at": omission.at.isoformat(),
    }
