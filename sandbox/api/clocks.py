"""Routes of the clocks: those of one case with their account, the nearest of all, those by hand."""

import base64
from datetime import date, datetime
from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field, TypeAdapter, model_validator

from sandbox.api.answers import CaseView, DeadlineView
from sandbox.api.bodies import Body, Day, Line, Moment
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain import escalation
from sandbox.domain.authority import Authority
from sandbox.domain.case import Person
from sandbox.domain.clock_ledger import KeptClock
from sandbox.domain.clock_views import waits_for
from sandbox.domain.deadline_rules import Name
from sandbox.errors import FieldRefused
from sandbox.stages import clocks
from sandbox.store.clocks import CaseClock, Place

router = APIRouter(tags=["deadlines"])
ROWS = 50
ROWS_MAX = 200
Printable = Annotated[str, Field(pattern=r"^[ -~]*$")]
PLACE: TypeAdapter[Place] = TypeAdapter(tuple[date, Printable, Printable, Printable, date])
SUBJECT = r"^[A-Za-z0-9][A-Za-z0-9 ._-]{0,62}$"


class ClockView(DeadlineView):
    """A legal period: its event, how it is counted, and who set it running and met it."""

    trigger: str
    length: str
    counted: str
    length_is_ours: bool = Field(description="the law names no length; this one is our default")
    started_at: datetime | None
    holidays: list[date] = Field(description="holidays that moved the end")
    hours_left: int | None = Field(description="for a clock in hours")
    effects: list[escalation.Effect]
    started_by: str
    started_with: str = Field(description="the action in the ledger")
    started_entry: int = Field(description="its entry in the ledger")
    reference: str
    met_by: str | None
    met_with: str | None

    @classmethod
    def of_kept(cls, kept: KeptClock, now: datetime, authority: Authority) -> Self:
        clock, rule, start = kept.clock, kept.clock.rule, kept.started_by
        left = (clock.due_at - now).total_seconds() // 3600 if clock.due_at else None
        return cls(
            **DeadlineView.of(clock, now, authority).model_dump(),
            trigger=rule.trigger,
            length=rule.length,
            counted=rule.counting.value,
            length_is_ours=rule.ours,
            started_at=clock.started_at,
            holidays=list(clock.holidays),
            hours_left=None if left is None else int(left),
            effects=list(escalation.EFFECTS[clock.name]),
            started_by=start.actor,
            started_with=start.action,
            started_entry=start.seq,
            reference=str(start.facts.get("reference", "")),
            met_by=kept.met_by.actor if kept.met_by else None,
            met_with=kept.met_by.action if kept.met_by else None,
        )


class DueView(DeadlineView):
    """An open clock in a list over all cases; `yours` when your role must act."""

    case: str
    yours: bool

    @classmethod
    def of_case(cls, found: CaseClock, now: datetime, authority: Authority, who: Person) -> Self:
        return cls(
            **DeadlineView.of(found.clock, now, authority).model_dump(),
            case=found.case_id,
            yours=waits_for(who, found.clock),
        )


class DuePage(BaseModel):
    """A page of open clocks, the nearest first; `next` continues it, also when it is empty, and is
    null at the end.
    """

    deadlines: list[DueView]
    next: str | None


class ClockBody(Body):
    """An event that this service does not see: its day, or its moment for a clock in hours."""

    name: Name
    event_on: Day | None = None
    event_at: Moment | None = None
    subject: str = Field(pattern=SUBJECT, description="what tells it from others, as `breach 1`")
    reference: Line

    @model_validator(mode="after")
    def one_event(self) -> Self:
        if (self.event_on is None) == (self.event_at is None):
            raise ValueError("say the day (event_on) or the moment (event_at) of the event")
        return self


class MetBody(Body):
    reference: Line


@router.get("/cases/{case_id}/clocks")
def of_case(case_id: KnownCase, who: Who, parts: Parts) -> list[ClockView]:
    """Every legal period of a case, from its ledger alone, the nearest end first."""
    now = parts.clock()
    found = clocks.account(case_id, by=who, sessions=parts.sessions)
    return [ClockView.of_kept(kept, now, parts.authority) for kept in found]


@router.post("/cases/{case_id}/clocks", status_code=201)
def start(body: ClockBody, step: Step, parts: Parts) -> CaseView:
    """Start a clock that no other step starts (DL-21, DL-24)."""
    clocks.start(
        step.case_id,
        body.name,
        body.event_at or body.event_on or date.max,
        body.subject,
        body.reference,
        **step.acting,
        authority=parts.authority,
    )
    return step.show()


@router.post("/cases/{case_id}/clocks/{name}/{subject}/met")
def meet(
    name: Annotated[Name, Path()],
    subject: Annotated[str, Path(pattern=SUBJECT)],
    body: MetBody,
    step: Step,
) -> CaseView:
    """Say that a clock that was started by hand is met, and with what."""
    clocks.meet(step.case_id, name, subject, body.reference, **step.acting)
    return step.show()


@router.get("/deadlines")
def nearest(
    who: Who,
    parts: Parts,
    after: Annotated[str | None, Query(max_length=400, description="`next` of a page")] = None,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> DuePage:
    """Every open clock of the cases you may know about, the nearest first.

    At most 500 of these cases' clocks are looked through for a page: where few of them are your
    business it may be short, or empty, and still have a `next`.
    """
    now = parts.clock()
    place = _place(after) if after else None
    found = clocks.nearest(by=who, after=place, limit=limit, sessions=parts.sessions)
    return DuePage(
        deadlines=[DueView.of_case(clock, now, parts.authority, who) for clock in found.clocks],
        next=_cursor(found.next) if found.next else None,
    )


def _cursor(place: Place) -> str:
    return base64.urlsafe_b64encode(PLACE.dump_json(place)).decode()


def _place(cursor: str) -> Place:
    """Where a page ended; FieldRefused for what is no `next` of ours."""
    try:
        return PLACE.validate_json(base64.urlsafe_b64decode(cursor))
    except ValueError as error:
        raise FieldRefused("after", "this is not the `next` of a page") from error
