"""Routes of the outbox: what was posted to whom, how far it came, and once more."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from sandbox.api.identity import Parts, Who
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.stages import notify
from sandbox.store.outbox import Posted, State

router = APIRouter(tags=["notices"], prefix="/notices")
ROWS = 50
ROWS_MAX = 200
ROW_MAX = 2**31 - 1  # what every database takes for an integer


class NoticeView(BaseModel):
    """A notice and how far it has come; an operator sees nothing of what it is about, an auditor
    that there was one of a kind.
    """

    id: int
    addressee: str = Field(description="a role, with a name for those who may know it")
    state: State
    attempts: int
    failure: str
    posted_at: datetime
    retry_at: datetime | None
    sent_at: datetime | None
    case: str | None
    kind: str | None
    facts: dict[str, Any] | None  # Any: JSON as it was posted

    @classmethod
    def of(cls, posted: Posted, who: Person) -> Self:
        may_know = who.role is not Role.OPERATOR
        may_read = who.role is Role.AUTHORITY
        return cls(
            id=posted.id,
            addressee=posted.addressee if may_read else posted.addressee.partition(":")[0],
            state=posted.state,
            attempts=posted.attempts,
            failure=posted.failure,
            posted_at=posted.posted_at,
            retry_at=posted.retry_at,
            sent_at=posted.sent_at,
            case=posted.case_id if may_know else None,
            kind=posted.kind if may_know else None,
            facts=posted.facts if may_read else None,
        )


class NoticePage(BaseModel):
    """A page of notices, the newest first; `next` continues it and is null at the end."""

    notices: list[NoticeView]
    next: int | None


@router.get("")
def listed(
    who: Who,
    parts: Parts,
    state: State | None = None,
    after: Annotated[int | None, Query(ge=1, le=ROW_MAX)] = None,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS,
) -> NoticePage:
    """What was posted to somebody outside, and how far it has come."""
    found = notify.listed(by=who, state=state, after=after, limit=limit, sessions=parts.sessions)
    return NoticePage(
        notices=[NoticeView.of(posted, who) for posted in found],
        next=found[-1].id if len(found) == limit else None,
    )


@router.post("/{notice_id}/replay", status_code=202)
def replay(notice_id: Annotated[int, Path(ge=1, le=ROW_MAX)], who: Who, parts: Parts) -> NoticeView:
    """Send a notice once more under the same id, whatever became of it."""
    posted = notify.replay(
        notice_id, by=who, sessions=parts.sessions, clock=parts.clock, nudge=parts.nudge
    )
    return NoticeView.of(posted, who)
