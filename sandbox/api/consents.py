"""Routes of consent: forms and consents by the provider, a quick yes or no for the running test,
withdrawal by the subject without an account (Art. 60(5), 61).
"""

from typing import Annotated, Self

import rfc8785
from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from sandbox.api.answers import CaseView
from sandbox.api.bodies import Body, Line, Moment, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.reports import MEDIA_TYPES, Suffix
from sandbox.api.views import KnownCase, Step
from sandbox.domain import naming
from sandbox.domain.consent import ConsentCounts, ConsentForm, NewConsent
from sandbox.domain.consent_papers import Document
from sandbox.domain.language import Language
from sandbox.domain.papers import Paper
from sandbox.errors import FieldRefused
from sandbox.stages import consent, consent_record
from sandbox.wiring import Wired, new_token

router = APIRouter(tags=["consent"])
ROW_MAX = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=ROW_MAX)]
Token = Annotated[str, Field(min_length=1, max_length=200)]


class ConsentFormBody(Body):
    """What subjects are told: the items (a) to (e) of Art. 61(1)."""

    version: int = Field(ge=1, le=10_000)
    language: Language
    nature_and_objectives: Text
    conditions_and_duration: Text
    rights: Text
    reversal: Text
    test_number: Line = Field(description="Union-wide number, or the framework's reference")
    contact: Line
    material: bool = Field(default=False, description="consents to earlier versions end")


class ConsentBody(Body):
    """One consent, dated and documented; the subject is a pseudonym."""

    subject: str = Field(min_length=1, max_length=100)
    form_version: int = Field(ge=1, le=10_000)
    language: Language
    method: str = Field(min_length=1, max_length=200)
    representative: str = Field(default="", max_length=100)
    copy_given: bool
    vulnerable: bool = False
    protection: str = Field(default="", max_length=20_000)
    consented_at: Moment | None = Field(
        default=None, description="the date it bears; without one, that of its recording"
    )


class GivenView(BaseModel):
    """The token is shown this once; it belongs to the subject."""

    number: int
    token: str


class CheckBody(Body):
    case: str = Field(max_length=63)
    token: Token


class CheckView(BaseModel):
    valid: bool


class WithdrawalBody(Body):
    token: Token


class ReceivedBody(Body):
    """How a withdrawal came that needed no token, and when: by letter, by telephone, at the counter."""

    method: str = Field(min_length=1, max_length=200)
    received_at: Moment


class ProofBody(Body):
    proof: Text


class CopyBody(Body):
    """What the subject wants a copy of: the token, and how it should look."""

    token: Token
    suffix: Suffix = "pdf"
    language: Language | None = None


class CountsView(BaseModel):
    """Counted, not named."""

    given: int
    valid: int
    withdrawn: int
    vulnerable: int
    deletion_pending: int
    by_form: dict[str, int]
    reversals: int
    reversals_open: int

    @classmethod
    def of(cls, found: ConsentCounts) -> Self:
        return cls.model_validate(found, from_attributes=True)


@router.post("/consents/check")
def check(body: CheckBody, parts: Parts) -> CheckView:
    """Whether the test may act on the holder of a token now: yes or no, and nothing else."""
    try:
        case_id = naming.case_id(body.case)
    except ValueError:
        return CheckView(valid=False)
    valid = consent.is_valid(
        case_id,
        body.token,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
    )
    return CheckView(valid=valid)


@router.post("/consents/withdrawal", status_code=204)
def withdraw(body: WithdrawalBody, parts: Parts) -> None:
    """Withdraw your consent: at once, without a reason, without an account."""
    consent.withdraw(body.token, sessions=parts.sessions, clock=parts.clock)


@router.post("/consents/copy", response_class=Response)
def copy(body: CopyBody, parts: Parts) -> Response:
    """Your copy of what you were told and consented to, and of what became of it (Art. 61(2))."""
    found = consent_record.for_subject(body.token, sessions=parts.sessions)
    return _file(found, body.suffix, body.language, parts)


@router.post("/cases/{case_id}/consent-forms", status_code=201)
def release(body: ConsentFormBody, step: Step, parts: Parts) -> CaseView:
    """Release a version of the form in a language."""
    try:
        draft = ConsentForm(
            **body.model_dump(), released_by=str(step.by), released_at=parts.clock()
        )
    except ValueError as error:
        raise FieldRefused("consent form", str(error)) from error
    consent.release(step.case_id, draft, **step.acting)
    return step.show()


@router.post("/cases/{case_id}/consents", status_code=201)
def give(case_id: KnownCase, body: ConsentBody, who: Who, parts: Parts) -> GivenView:
    """Record a consent; the answer holds the subject's token, which is kept nowhere."""
    given = NewConsent(**body.model_dump())
    number, token = consent.give(
        case_id,
        given,
        by=who,
        sessions=parts.sessions,
        authority=parts.authority,
        clock=parts.clock,
        token=new_token,
    )
    return GivenView(number=number, token=token)


@router.get("/cases/{case_id}/consents")
def count(case_id: KnownCase, who: Who, parts: Parts) -> CountsView:
    """How many consented, withdrew, and wait for deletion; nobody is named."""
    return CountsView.of(consent.counts(case_id, by=who, sessions=parts.sessions))


@router.get("/cases/{case_id}/consents/{number}/record/{suffix}", response_class=Response)
def record(
    case_id: KnownCase,
    number: Number,
    suffix: Suffix,
    who: Who,
    parts: Parts,
    language: Annotated[Language | None, Query()] = None,
) -> Response:
    """The record of one consent (D6), for the provider who keeps the register."""
    found = consent_record.for_provider(case_id, number, by=who, sessions=parts.sessions)
    return _file(found, suffix, language, parts)


@router.post("/cases/{case_id}/consents/{number}/withdrawal")
def record_withdrawal(number: Number, body: ReceivedBody, step: Step) -> CaseView:
    """Record that the subject withdrew by another means than the token: every consent of it ends at once."""
    consent.record_withdrawal(step.case_id, number, body.method, body.received_at, **step.acting)
    return step.show()


@router.post("/cases/{case_id}/consents/{number}/deletion-proof")
def prove(number: Number, body: ProofBody, step: Step) -> CaseView:
    """Prove that the data of a withdrawn subject are gone; DL-17 is met."""
    consent.prove_deletion(step.case_id, number, body.proof, **step.acting)
    return step.show()


@router.post("/cases/{case_id}/test/deletion-proof")
def prove_of_unasked(body: ProofBody, step: Step) -> CaseView:
    """Prove that the data of the subjects of a test without consent are gone (Art. 60(4)(i))."""
    consent.prove_deletion_of_unasked(step.case_id, body.proof, **step.acting)
    return step.show()


def _file(record: Document, suffix: Suffix, language: Language | None, parts: Wired) -> Response:
    twin = rfc8785.dumps(record)
    if suffix != "json":
        spoken = language or Language(record["language"])
        heading = Paper.CONSENT_RECORD.heading
        twin = parts.renderer.reading_copy(heading, twin, suffix, spoken)
    return Response(twin, media_type=MEDIA_TYPES[suffix])
