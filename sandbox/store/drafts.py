"""Applications that are still being written, each known to one organisation alone."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from sandbox.domain.naming import CaseId
from sandbox.errors import FieldRefused, NotFound, OutOfDate
from sandbox.store.tables import DraftRow

DRAFTS_MAX = 200  # open ones of an organisation

Json = dict[str, Any]  # Any: a JSON document as it was typed


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it was last saved; `case_id` once it was handed in."""

    id: str
    provider: str
    version: int
    begun_at: datetime
    saved_by: str
    saved_at: datetime
    body: Json
    case_id: CaseId | None

    @property
    def key(self) -> str:
        """Names the attempt to hand it in, so that twice is once; a draft of the same name that is
        begun later is another one.
        """
        return f"draft {self.id} of {self.begun_at.isoformat()}"


def save(
    session: Session,
    provider: str,
    draft_id: str,
    body: Json,
    by: str,
    at: datetime,
    *,
    version: int | None,
) -> Draft:
    """Write what was typed so far; `version` is what the caller saw, None for a new draft.

    OutOfDate when somebody else was faster. The same text of the same person again is no conflict:
    an answer may have been lost.
    """
    row = _find(session, provider, draft_id)
    if row is None and version is None:
        return _begin(session, provider, draft_id, body, by, at)
    row = _known(row, draft_id)
    if (row.body, row.saved_by) == (body, by):
        return _draft(row)
    if row.case_id is not None:
        raise OutOfDate(f"the draft was handed in as case {row.case_id}")
    if row.version != version:
        raise OutOfDate(
            f"{row.saved_by} saved version {row.version} of the draft; load it before saving yours"
        )
    row.version += 1
    row.body, row.saved_by, row.saved_at = body, by, at
    return _draft(row)


def load(session: Session, provider: str, draft_id: str) -> Draft:
    return _draft(_known(_find(session, provider, draft_id), draft_id))


def of_provider(session: Session, provider: str, limit: int) -> list[Draft]:
    """The drafts of an organisation, the one that was saved last first."""
    rows = session.scalars(
        select(DraftRow)
        .where(DraftRow.provider == provider)
        .order_by(DraftRow.saved_at.desc(), DraftRow.id)
        .limit(min(limit, DRAFTS_MAX))
    )
    return [_draft(row) for row in rows]


def discard(session: Session, provider: str, draft_id: str, *, version: int | None) -> None:
    row = _known(_find(session, provider, draft_id), draft_id)
    if version is not None and version != row.version:
        raise OutOfDate(f"{row.saved_by} saved version {row.version} of the draft")
    session.execute(delete(DraftRow).where(DraftRow.provider == provider, DraftRow.id == draft_id))


def forget_untouched(session: Session, since: datetime) -> list[str]:
    """Delete the open drafts that nobody saved since a moment; names the provider of each."""
    gone = delete(DraftRow).where(DraftRow.case_id.is_(None), DraftRow.saved_at < since)
    return sorted(session.scalars(gone.returning(DraftRow.provider)))


def hand_in(session: Session, draft: Draft, case_id: CaseId) -> None:
    """Mark a draft with its case; OutOfDate when it was changed since it was read."""
    row = _known(_find(session, draft.provider, draft.id), draft.id)
    if row.version != draft.version:
        raise OutOfDate(f"{row.saved_by} saved version {row.version} of the draft")
    row.case_id = case_id


def _begin(
    session: Session, provider: str, draft_id: str, body: Json, by: str, at: datetime
) -> Draft:
    is_open = (DraftRow.provider == provider) & DraftRow.case_id.is_(None)
    kept = session.scalar(select(func.count()).select_from(DraftRow).where(is_open)) or 0
    if kept >= DRAFTS_MAX:
        raise FieldRefused("draft", f"{kept} drafts are open; hand in or delete some first")
    row = DraftRow(
        provider=provider,
        id=draft_id,
        version=1,
        begun_at=at,
        saved_by=by,
        saved_at=at,
        body=body,
        case_id=None,
    )
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise OutOfDate("somebody began this draft in the meantime; load it") from error
    return _draft(row)


def _find(session: Session, provider: str, draft_id: str) -> DraftRow | None:
    return session.get(DraftRow, (provider, draft_id), with_for_update=True)


def _known(row: DraftRow | None, draft_id: str) -> DraftRow:
    if row is None:
        raise NotFound(f"there is no draft {draft_id}")
    return row


def _draft(row: DraftRow) -> Draft:
    return Draft(
        row.id,
        row.provider,
        row.version,
        row.begun_at,
        row.saved_by,
        row.saved_at,
        row.body,
        CaseId(row.case_id) if row.case_id else None,
    )
