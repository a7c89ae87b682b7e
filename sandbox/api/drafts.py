"""Routes of drafts: save as you type, resume, see what is missing, hand in."""

from datetime import datetime
from typing import Annotated, Any, Self

from fastapi import APIRouter, Body, Path, Query, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel, ValidationError

from sandbox.api.answers import CaseView
from sandbox.api.application_bodies import ApplicationBody
from sandbox.api.identity import Parts, Who
from sandbox.api.problems import WrongField
from sandbox.api.views import IfMatch, show
from sandbox.errors import OutOfDate
from sandbox.stages import apply, drafts
from sandbox.store.drafts import Draft

router = APIRouter(tags=["drafts"], prefix="/drafts")
ROWS = 50

DraftId = Annotated[str, Path(pattern=r"^[A-Za-z0-9_-]{1,64}$", description="your own name for it")]


class DraftLine(BaseModel):
    """A draft in a list."""

    id: str
    version: int
    saved_by: str
    saved_at: datetime
    system: str
    case: str | None

    @classmethod
    def of(cls, draft: Draft) -> Self:
        return cls(
            id=draft.id,
            version=draft.version,
            saved_by=draft.saved_by,
            saved_at=draft.saved_at,
            system=str(draft.body.get("system_name", ""))[:300],
            case=draft.case_id,
        )


class DraftView(DraftLine):
    """A draft as it was typed, and what stands against handing it in."""

    body: dict[str, Any]  # Any: a JSON document as it was typed
    missing: list[str]
    wrong: list[WrongField]

    @classmethod
    def of(cls, draft: Draft) -> Self:
        missing, wrong = _faults(draft.body)
        line = DraftLine.of(draft).model_dump()
        return cls(**line, body=draft.body, missing=missing, wrong=wrong)


@router.get("")
def list_drafts(
    who: Who, parts: Parts, limit: Annotated[int, Query(ge=1, le=200)] = ROWS
) -> list[DraftLine]:
    """The drafts of your organisation, the one that was saved last first."""
    found = drafts.of_organisation(by=who, limit=limit, sessions=parts.sessions)
    return [DraftLine.of(draft) for draft in found]


@router.put("/{draft_id}")
def save(
    draft_id: DraftId,
    body: Annotated[dict[str, Any], Body(description="an application, as far as it was typed")],
    who: Who,
    parts: Parts,
    response: Response,
    version: IfMatch,
) -> DraftView:
    """Save what was typed so far; nothing is refused for being incomplete.

    Send the ETag you saw as `If-Match`, none for a new draft: when a colleague saved in the
    meantime you are told, and nothing is lost.
    """
    saved = drafts.save(
        draft_id, body, by=who, version=version, sessions=parts.sessions, clock=parts.clock
    )
    return _shown(saved, response)


@router.get("/{draft_id}")
def resume(draft_id: DraftId, who: Who, parts: Parts, response: Response) -> DraftView:
    """A draft as it was typed, with what is still missing or wrong."""
    return _shown(drafts.read(draft_id, by=who, sessions=parts.sessions), response)


@router.delete("/{draft_id}", status_code=204)
def discard(draft_id: DraftId, who: Who, parts: Parts, version: IfMatch) -> None:
    """Delete a draft; a case that was made of it stays."""
    drafts.discard(draft_id, by=who, version=version, sessions=parts.sessions)


@router.post("/{draft_id}/submission", status_code=201)
def hand_in(
    draft_id: DraftId, who: Who, parts: Parts, response: Response, version: IfMatch
) -> CaseView:
    """Hand a draft in: it becomes a case, and the clock of DL-01 starts; twice is once."""
    draft = drafts.read(draft_id, by=who, sessions=parts.sessions)
    if version is not None and version != draft.version:
        raise OutOfDate(f"{draft.saved_by} saved version {draft.version} of the draft")
    case_id = draft.case_id
    if case_id is None:
        case_id = apply.apply(
            _whole(draft.body).to_domain(),
            key=draft.key,
            draft=draft,
            by=who,
            sessions=parts.sessions,
            authority=parts.authority,
            clock=parts.clock,
            nudge=parts.nudge,
            regime=parts.regime,
        ).id
    response.headers["Location"] = f"/cases/{case_id}"
    return show(case_id, who, parts, response)


def _shown(draft: Draft, response: Response) -> DraftView:
    response.headers["ETag"] = f'"{draft.version}"'
    return DraftView.of(draft)


def _whole(body: dict[str, Any]) -> ApplicationBody:
    """The draft as an application; every fault at once when it is none yet."""
    try:
        return ApplicationBody.model_validate(body)
    except ValidationError as error:
        raise RequestValidationError(error.errors()) from error


def _faults(body: dict[str, Any]) -> tuple[list[str], list[WrongField]]:
    """What is not there yet, and what is there and wrong."""
    try:
        ApplicationBody.model_validate(body)
    except ValidationError as error:
        found = [(".".join(map(str, e["loc"])), e) for e in error.errors()]
        missing = [field for field, e in found if _is_empty(e["type"], e["input"])]
        wrong = [WrongField(field=f, sentence=e["msg"]) for f, e in found if f not in missing]
        return missing, wrong
    return [], []


def _is_empty(kind: str, value: object) -> bool:
    return kind == "missing" or value in ("", None)
