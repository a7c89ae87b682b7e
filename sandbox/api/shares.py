"""Routes of shares: what another authority sees of a case, why, and until when (Art. 57(13), 78)."""

from datetime import date, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path
from pydantic import BaseModel, Field

from sandbox.api.bodies import Body, CountryOrNone, Day, Line, ReasonsBody, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.shares import Consultation, Consulted, Part, Share
from sandbox.domain.sight import sees
from sandbox.stages import shares

router = APIRouter(tags=["shares"], prefix="/cases/{case_id}/shares")
Number = Annotated[int, Path(ge=1, le=10_000)]


class ConsultationBody(Body):
    """Who was asked before a share, when, and where that is on record."""

    whom: Consulted
    name: Line
    on: Day
    reference: Line


class ShareBody(Body):
    """Some parts of the case for one other authority; without a country it is one of the Union."""

    role: Role
    country: CountryOrNone = ""
    parts: list[Part] = Field(min_length=1, max_length=len(Part))
    purpose: Text
    legal_basis: Line = Field(description="the article it rests on")
    last_day: Day
    consultations: list[ConsultationBody] = Field(
        default=[],
        max_length=50,
        description="needed for Annex III 1, 6 and 7 in law enforcement, migration and asylum",
    )


class ShareView(BaseModel):
    """A share; names of persons for those who may know them."""

    number: int
    role: Role
    country: str
    parts: list[Part]
    purpose: str
    legal_basis: str
    last_day: date
    of_right: bool = Field(description="it rests on the law alone: no consent is needed")
    in_force: bool
    since: datetime
    ended_at: datetime | None
    ended_because: str
    by: str | None
    consented_by: str | None

    @classmethod
    def of(cls, share: Share, case: Case, who: Person) -> Self:
        names = sees(case, who, "persons")
        return cls(
            number=share.number,
            role=share.role,
            country=share.country,
            parts=list(share.parts),
            purpose=share.purpose,
            legal_basis=share.legal_basis,
            last_day=share.last_day,
            of_right=share.of_right,
            in_force=share.is_in_force,
            since=share.at,
            ended_at=share.ended_at,
            ended_because=share.ended_because,
            by=share.by if names else None,
            consented_by=share.consented_by if names else None,
        )


@router.get("")
def listed(case_id: KnownCase, who: Who, parts: Parts) -> list[ShareView]:
    """The shares of a case; another authority sees its own."""
    case, found = shares.listed(case_id, by=who, sessions=parts.sessions)
    return [ShareView.of(share, case, who) for share in found]


@router.post("", status_code=201)
def share(body: ShareBody, step: Step, parts: Parts) -> list[ShareView]:
    """Share parts of a case; it takes effect with the provider's consent, or at once by law."""
    shares.share(
        step.case_id,
        role=body.role,
        country=body.country,
        parts=tuple(dict.fromkeys(body.parts)),
        purpose=body.purpose,
        legal_basis=body.legal_basis,
        last_day=body.last_day,
        consultations=tuple(Consultation(**c.model_dump()) for c in body.consultations),
        **step.acting,
        union=parts.union,
    )
    return listed(step.case_id, step.by, parts)


@router.post("/{number}/consent")
def consent(number: Number, step: Step, parts: Parts) -> list[ShareView]:
    """Consent to a share of your case."""
    shares.consent(step.case_id, number, **step.acting)
    return listed(step.case_id, step.by, parts)


@router.post("/{number}/revocation")
def revoke(number: Number, body: ReasonsBody, step: Step, parts: Parts) -> list[ShareView]:
    """End a share at once; a provider takes its consent back."""
    shares.revoke(step.case_id, number, body.reasons, **step.acting)
    return listed(step.case_id, step.by, parts)
