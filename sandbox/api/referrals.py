"""Routes of referrals to facilities (Art. 58(3))."""

from datetime import datetime
from typing import Self

from fastapi import APIRouter
from pydantic import BaseModel, Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.referral import Facility, FacilityKind, Referral
from sandbox.stages import overview, referrals

router = APIRouter(tags=["referrals"], prefix="/cases/{case_id}/referrals")


class ReferralBody(Body):
    """A facility of the configured list; `runs_there` when a part of the project is done there."""

    facility: str = Field(min_length=1, max_length=100)
    reasons: Text
    runs_there: bool = False


class FacilityView(BaseModel):
    id: str
    name: str
    kind: FacilityKind
    services: str
    contact: str
    country: str

    @classmethod
    def of(cls, facility: Facility) -> Self:
        return cls.model_validate(facility, from_attributes=True)


class ReferralView(BaseModel):
    number: int
    facility: FacilityView
    reasons: str
    by: str
    at: datetime
    runs_there: bool

    @classmethod
    def of(cls, referral: Referral) -> Self:
        return cls.model_validate(referral, from_attributes=True)


class ReferralsView(BaseModel):
    """Where the participant was directed to, and which facilities there are."""

    referrals: list[ReferralView]
    facilities: list[FacilityView]


@router.get("")
def of_case(case_id: KnownCase, who: Who, parts: Parts) -> ReferralsView:
    """The referrals of a case, and the facilities that the authority knows."""
    seen = overview.of_case(case_id, by=who, sessions=parts.sessions, clock=parts.clock)
    return ReferralsView(
        referrals=[ReferralView.of(referral) for referral in seen.case.referrals],
        facilities=[FacilityView.of(facility) for facility in parts.facilities.values()],
    )


@router.post("", status_code=201)
def refer(body: ReferralBody, step: Step, parts: Parts) -> CaseView:
    """Direct the provider to a facility; it is told."""
    referrals.refer(
        step.case_id,
        body.facility,
        reasons=body.reasons,
        runs_there=body.runs_there,
        **step.acting,
        facilities=parts.facilities,
        nudge=parts.nudge,
    )
    return step.show()
