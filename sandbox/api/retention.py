"""Routes of the keeping of records: until when, what stands against deleting them, and erasure (Art. 78)."""

from datetime import date, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Query
from fastapi.responses import PlainTextResponse
from pydantic import BaseModel, Field

from sandbox.api.identity import Parts, Who
from sandbox.api.views import CaseStep, KnownCase, Step
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CASE_ID, CaseId
from sandbox.stages import retention
from sandbox.stages.retention import Kept
from sandbox.store import ledger

router = APIRouter(tags=["retention"])
ROWS = 50
ROWS_MAX = 100
After = Annotated[str | None, Query(pattern=f"^{CASE_ID.pattern}$")]
Limit = Annotated[int, Query(ge=1, le=ROWS_MAX)]
DryRun = Annotated[bool, Query(description="only list what would go; nothing is changed")]


class HoldView(BaseModel):
    """A legal hold that stands."""

    number: int
    dataset: int | None
    ground: str
    legal_basis: str
    at: datetime


class ErasureView(BaseModel):
    """Who wants the records erased, and how far that has come."""

    proposed_by: str
    proposed_at: datetime
    confirmed_by: str
    confirmed_at: datetime | None
    begun_at: datetime | None
    waiting_for: str


class KeptView(BaseModel):
    """A case that is over; its records may be erased when nothing stands against it."""

    case: str
    stage: Stage
    kept_until: date
    may_be_erased: bool
    against: list[str]
    holds: list[HoldView]
    erasure: ErasureView | None

    @classmethod
    def of(cls, kept: Kept) -> Self:
        case = kept.case
        wanted = case.erasure
        return cls(
            case=case.id,
            stage=case.stage,
            kept_until=kept.until,
            may_be_erased=not kept.against,
            against=list(kept.against),
            holds=[
                HoldView.model_validate(hold, from_attributes=True)
                for hold in case.processing.holds
                if hold.lifted_at is None
            ],
            erasure=ErasureView.model_validate(wanted, from_attributes=True) if wanted else None,
        )


class KeptPage(BaseModel):
    """A page of cases by their ids; `next` continues it and is null at the end."""

    cases: list[KeptView]
    next: str | None


class ContentsView(KeptView):
    """What goes with a case: rows of each table, and files of the evidence store."""

    dry_run: bool
    rows: dict[str, int] = Field(description="of ledger and lessons, what is emptied, not deleted")
    files: list[str]


@router.get("/retention")
def listed(who: Who, parts: Parts, after: After = None, limit: Limit = ROWS) -> KeptPage:
    """Cases that are over: until when they are kept, and what stands against deleting them."""
    found = retention.listed(
        by=who,
        after=CaseId(after) if after else None,
        limit=limit,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
    )
    return KeptPage(
        cases=[KeptView.of(kept) for kept in found],
        next=found[-1].case.id if len(found) == limit else None,
    )


@router.get("/retention/{case_id}/ledger", response_class=PlainTextResponse)
def account(case_id: KnownCase, who: Who, parts: Parts) -> str:
    """What is left of the ledger of an erased case, for `sandbox verify`: seals, and who erased it."""
    return "".join(ledger.as_lines(retention.account(case_id, by=who, sessions=parts.sessions)))


@router.post("/cases/{case_id}/erasure")
def propose(step: Step, parts: Parts, dry_run: DryRun = True) -> ContentsView:
    """Propose to erase the records of a case; a second person must confirm."""
    if not dry_run:
        retention.propose(
            step.case_id, **step.acting, authority=parts.authority, regime=parts.regime
        )
    return _contents(step, dry_run=dry_run)


@router.post("/cases/{case_id}/erasure/confirmation")
def confirm(step: Step, parts: Parts, dry_run: DryRun = True) -> ContentsView:
    """Confirm, as a second person, that the records of a case are erased: now, and for ever."""
    if not dry_run:
        retention.confirm(
            step.case_id,
            **step.acting,
            authority=parts.authority,
            regime=parts.regime,
            nudge=parts.nudge,
        )
        step.response.status_code = 202
    return _contents(step, dry_run=dry_run)


def _contents(step: CaseStep, *, dry_run: bool) -> ContentsView:
    parts = step.parts
    found = retention.contents(
        step.case_id,
        by=step.by,
        sessions=parts.sessions,
        authority=parts.authority,
        regime=parts.regime,
        clock=parts.clock,
    )
    return ContentsView(
        **KeptView.of(found.kept).model_dump(),
        dry_run=dry_run,
        rows=found.rows,
        files=list(found.files),
    )
