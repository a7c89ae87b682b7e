"""The route that gives another authority a seat at a case."""

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body
from sandbox.api.identity import Parts, Who
from sandbox.api.views import IfMatch, KnownCase, show
from sandbox.domain.lifecycle import Role
from sandbox.domain.seats import Capacity
from sandbox.stages import seats

router = APIRouter(tags=["seats"], prefix="/cases/{case_id}/seats")


class SeatBody(Body):
    """An authority; without a country it is one of the Union."""

    role: Role
    country: str = Field(default="", pattern=r"^([A-Z]{2})?$")
    organisation: str = Field(default="", max_length=200)
    capacity: Capacity = Capacity.CONCERNED


@router.post("", status_code=201)
def give(
    case_id: KnownCase,
    body: SeatBody,
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> CaseView:
    """Give another authority a seat at the table (Art. 57(13))."""
    seats.give(
        case_id,
        role=body.role,
        country=body.country,
        organisation=body.organisation,
        capacity=body.capacity,
        by=who,
        version=version,
        sessions=parts.sessions,
        union=parts.union,
        clock=parts.clock,
    )
    return show(case_id, who, parts, response)
