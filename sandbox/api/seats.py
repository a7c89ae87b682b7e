"""The route that gives another authority a seat at a case."""

from fastapi import APIRouter
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, CountryOrNone
from sandbox.api.identity import Parts
from sandbox.api.views import Step
from sandbox.domain.lifecycle import Role
from sandbox.domain.seats import Capacity
from sandbox.stages import seats

router = APIRouter(tags=["seats"], prefix="/cases/{case_id}/seats")


class SeatBody(Body):
    """An authority; without a country it is one of the Union."""

    role: Role
    country: CountryOrNone = ""
    organisation: str = Field(default="", max_length=200)
    capacity: Capacity = Capacity.CONCERNED


@router.post("", status_code=201)
def give(body: SeatBody, step: Step, parts: Parts) -> CaseView:
    """Give another authority a seat at the table (Art. 57(13))."""
    seats.give(
        step.case_id,
        role=body.role,
        country=body.country,
        organisation=body.organisation,
        capacity=body.capacity,
        **step.acting,
        union=parts.union,
    )
    return step.show()
