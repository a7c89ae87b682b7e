"""The routes that give another authority a seat at a case, and end it."""

from fastapi import APIRouter
from pydantic import Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, CountryOrNone, Line, Text
from sandbox.api.identity import Parts
from sandbox.api.shares import ConsultationBody
from sandbox.api.views import Step
from sandbox.domain.lifecycle import Role
from sandbox.domain.seats import Capacity
from sandbox.domain.shares import Consultation
from sandbox.stages import seats

router = APIRouter(tags=["seats"], prefix="/cases/{case_id}/seats")


class PlaceBody(Body):
    """An authority; without a country it is one of the Union."""

    role: Role
    country: CountryOrNone = ""
    organisation: str = Field(default="", max_length=200)


class SeatBody(PlaceBody):
    """As what an authority sits there, and on which basis."""

    capacity: Capacity = Capacity.CONCERNED
    legal_basis: Line = Field(description="the article it rests on")
    consultations: list[ConsultationBody] = Field(
        default=[],
        max_length=50,
        description="needed for Annex III 1, 6 and 7 in law enforcement, migration and asylum",
    )


class EndedSeatBody(PlaceBody):
    """The seat to be ended, and why."""

    reasons: Text


@router.post("", status_code=201)
def give(body: SeatBody, step: Step, parts: Parts) -> CaseView:
    """Give another authority a seat at the table; it reads and acts as the law lets it (Art. 57(13), 78)."""
    seats.give(
        step.case_id,
        role=body.role,
        country=body.country,
        organisation=body.organisation,
        capacity=body.capacity,
        legal_basis=body.legal_basis,
        consultations=tuple(Consultation(**c.model_dump()) for c in body.consultations),
        **step.acting,
        union=parts.union,
    )
    return step.show()


@router.post("/end")
def end(body: EndedSeatBody, step: Step) -> CaseView:
    """End a seat that was given by hand; those that follow from the case stay."""
    seats.end(step.case_id, **body.model_dump(), **step.acting)
    return step.show()
