"""Routes of serious incidents: opened, classified, answered and reported by the provider; measures
and closure by the authority (Art. 60(7), 73).
"""

from typing import Annotated

from fastapi import APIRouter, Path
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Country, Line, Moment, Text
from sandbox.api.identity import Parts
from sandbox.api.views import Step
from sandbox.domain.incident import Awareness, CausalLink, Classification, IncidentClass
from sandbox.stages import incident_reports, incidents

router = APIRouter(tags=["incidents"], prefix="/cases/{case_id}/incidents")
Number = Annotated[int, Path(ge=1, le=10_000)]


class IncidentBody(Body):
    """What is known at the moment of awareness."""

    aware_at: Moment
    aware: str = Field(default="", max_length=300, description="who became aware; you, unless said")
    aware_party: Awareness | None = Field(default=None, description="your own side, unless said")
    occurred_at: Moment
    countries: list[Country] = Field(min_length=1, max_length=27)
    description: Text
    persons_affected: Line


class ClassificationBody(Body):
    """What it is held to be (Art. 3(49))."""

    classes: list[IncidentClass] = Field(min_length=1, max_length=5)
    causal_link: CausalLink
    widespread: bool = False


class ResponseBody(Body):
    """Mitigated, or else suspended (Art. 60(7))."""

    mitigated: bool
    measures: Text


class IncidentReportBody(Body):
    """The first report may be incomplete (Art. 73(5)); what an earlier one said stands until it is said
    anew.
    """

    complete: bool
    investigation: str = Field(default="", max_length=20_000)
    risk_assessment: str = Field(default="", max_length=20_000)
    corrective_action: str = Field(default="", max_length=20_000)
    recall: str = Field(default="", max_length=20_000, description="what was recalled, and how")


class ChangeBody(Body):
    change: Text


class MeasuresBody(Body):
    """What the authority did, and whom it told."""

    measures: str = Field(default="", max_length=20_000)
    commission_reference: str = Field(default="", max_length=300)
    rights_reference: str = Field(default="", max_length=300)


@router.post("", status_code=201)
def open_incident(body: IncidentBody, step: Step, parts: Parts) -> CaseView:
    """Record awareness of a serious incident; clocks run and evidence is held from now on."""
    incidents.open_incident(
        step.case_id,
        aware_at=body.aware_at,
        aware=body.aware,
        aware_party=body.aware_party,
        occurred_at=body.occurred_at,
        countries=tuple(body.countries),
        description=body.description,
        persons_affected=body.persons_affected,
        **step.acting,
        union=parts.union,
        nudge=parts.nudge,
    )
    return step.show()


@router.put("/{number}/classification")
def classify(number: Number, body: ClassificationBody, step: Step, parts: Parts) -> CaseView:
    """Classify; the shortest clock counts, and only whoever gets the report may make it longer."""
    incidents.classify(
        step.case_id,
        number,
        Classification(tuple(body.classes), body.causal_link, body.widespread),
        **step.acting,
        authority=parts.authority,
        union=parts.union,
    )
    return step.show()


@router.post("/{number}/response", status_code=202)
def respond(number: Number, body: ResponseBody, step: Step, parts: Parts) -> CaseView:
    """Mitigate at once, or suspend the test; without an answer it is suspended after an hour."""
    incidents.respond(
        step.case_id,
        number,
        mitigated=body.mitigated,
        measures=body.measures,
        **step.acting,
        cluster=parts.cluster,
        authority=parts.authority,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/{number}/reports", status_code=202)
def report(number: Number, body: IncidentReportBody, step: Step, parts: Parts) -> CaseView:
    """Report to the authority of each Member State where it occurred, or to the AI Office (D7)."""
    incident_reports.report(
        step.case_id,
        number,
        **body.model_dump(),
        **step.acting,
        authority=parts.authority,
        union=parts.union,
        nudge=parts.nudge,
    )
    return step.show()


@router.post("/{number}/change")
def inform_of_change(number: Number, body: ChangeBody, step: Step, parts: Parts) -> CaseView:
    """Tell the authority what will be altered; the evidence hold ends."""
    incident_reports.inform_of_change(
        step.case_id, number, body.change, **step.acting, nudge=parts.nudge
    )
    return step.show()


@router.post("/{number}/measures")
def take_measures(number: Number, body: MeasuresBody, step: Step, parts: Parts) -> CaseView:
    """Record the measures of your authority and the notices it gave; others answer for themselves."""
    incident_reports.take_measures(
        step.case_id,
        number,
        measures=body.measures,
        commission_reference=body.commission_reference,
        rights_reference=body.rights_reference,
        **step.acting,
        authority=parts.authority,
    )
    return step.show()


@router.post("/{number}/forwarding")
def forward(number: Number, step: Step, parts: Parts) -> CaseView:
    """The AI Office, or who runs the Union-level sandbox for it, forwards a report to the authority of the
    provider's seat (Art. 75(1)).
    """
    incident_reports.forward(step.case_id, number, **step.acting, union=parts.union)
    return step.show()


@router.post("/{number}/closure")
def close(number: Number, step: Step, parts: Parts) -> CaseView:
    """Close, for the authority one acts for, an incident that was reported completely."""
    incident_reports.close(
        step.case_id, number, **step.acting, authority=parts.authority, nudge=parts.nudge
    )
    return step.show()
