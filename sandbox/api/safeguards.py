"""Routes of the public interest, of the safeguards and of the summary (Art. 59(1)(a), (c), (f), (j))."""

from fastapi import APIRouter, Response

from sandbox.api.answers import CaseView
from sandbox.api.bodies import ReasonsBody
from sandbox.api.dataset_bodies import SafeguardsBody, SummaryBody
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.errors import FieldRefused
from sandbox.stages import safeguards

router = APIRouter(tags=["personal data"], prefix="/cases/{case_id}")


@router.put("/safeguards")
def state(
    case_id: KnownCase,
    body: SafeguardsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """State the public interest and the safeguards."""
    try:
        stated, interest = body.to_domain()
    except ValueError as error:
        raise FieldRefused("alerts", str(error)) from error
    safeguards.state(
        case_id,
        stated,
        interest,
        by=who,
        version=version,
        sessions=parts.sessions,
        catalogue=parts.catalogue,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/public-interest/confirmation")
def confirm(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Confirm that the system serves the public interest it states (Art. 59(1)(a))."""
    safeguards.confirm_interest(
        case_id, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return show(case_id, who, parts, response)


@router.put("/project-summary")
def write_summary(
    case_id: KnownCase,
    body: SummaryBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Write what is to be published of the project (D11)."""
    safeguards.write_summary(
        case_id,
        **body.model_dump(),
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)


@router.post("/project-summary/publication", status_code=202)
def publish_summary(
    case_id: KnownCase, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Publish the summary for everybody (Art. 59(1)(j)); document D11."""
    safeguards.publish_summary(
        case_id,
        by=who,
        version=version,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)


@router.post("/project-summary/exemption")
def exempt_summary(
    case_id: KnownCase,
    body: ReasonsBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Exempt sensitive operational data of law enforcement from publication."""
    safeguards.exempt_summary(
        case_id,
        body.reasons,
        by=who,
        version=version,
        sessions=parts.sessions,
        clock=parts.clock,
        nudge=parts.nudge,
    )
    return show(case_id, who, parts, response)
