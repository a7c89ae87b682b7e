"""Routes of the public interest, of the safeguards and of the summary (Art. 59(1)(a), (c), (f), (j))."""

from fastapi import APIRouter

from sandbox.api.answers import CaseView
from sandbox.api.bodies import ReasonsBody
from sandbox.api.dataset_bodies import SafeguardsBody, SummaryBody
from sandbox.api.identity import Parts
from sandbox.api.views import Step
from sandbox.errors import FieldRefused
from sandbox.stages import safeguards

router = APIRouter(tags=["personal data"], prefix="/cases/{case_id}")


@router.put("/safeguards")
def state(body: SafeguardsBody, step: Step, parts: Parts) -> CaseView:
    """State the public interest and the safeguards."""
    try:
        stated, interest = body.to_domain()
    except ValueError as error:
        raise FieldRefused("alerts", str(error)) from error
    safeguards.state(step.case_id, stated, interest, **step.acting, catalogue=parts.catalogue)
    return step.show()


@router.post("/public-interest/confirmation")
def confirm(step: Step) -> CaseView:
    """Confirm that the system serves the public interest it states (Art. 59(1)(a))."""
    safeguards.confirm_interest(step.case_id, **step.acting)
    return step.show()


@router.put("/project-summary")
def write_summary(body: SummaryBody, step: Step) -> CaseView:
    """Write what is to be published of the project (D11)."""
    safeguards.write_summary(step.case_id, **body.model_dump(), **step.acting)
    return step.show()


@router.post("/project-summary/publication", status_code=202)
def publish_summary(step: Step, parts: Parts) -> CaseView:
    """Publish the summary for everybody (Art. 59(1)(j)); document D11."""
    safeguards.publish_summary(
        step.case_id, **step.acting, authority=parts.authority, nudge=parts.nudge
    )
    return step.show()


@router.post("/project-summary/exemption")
def exempt_summary(body: ReasonsBody, step: Step, parts: Parts) -> CaseView:
    """Exempt sensitive operational data of law enforcement from publication."""
    safeguards.exempt_summary(step.case_id, body.reasons, **step.acting, nudge=parts.nudge)
    return step.show()
