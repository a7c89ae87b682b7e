"""Calls for applications: written once, read by everybody."""

from datetime import datetime

from pydantic import TypeAdapter
from sqlalchemy import select
from sqlalchemy.orm import Session

from sandbox.domain.call import Call
from sandbox.store.tables import CallRow

CALL = TypeAdapter(Call)
ROWS_MAX = 200


def add(session: Session, call: Call, by: str, at: datetime) -> None:
    """Publish a call."""
    session.add(
        CallRow(
            id=call.id,
            opens_on=call.opens_on,
            closes_on=call.closes_on,
            published_by=by,
            published_at=at,
            document=CALL.dump_python(call, mode="json"),
        )
    )


def find(session: Session, call_id: str) -> Call | None:
    """A call by its id, or None."""
    row = session.get(CallRow, call_id)
    return None if row is None else CALL.validate_python(row.document, strict=False)


def newest(session: Session) -> list[Call]:
    """The calls that opened or will open last, the latest first."""
    rows = session.scalars(
        select(CallRow).order_by(CallRow.opens_on.desc(), CallRow.id).limit(ROWS_MAX)
    )
    return [CALL.validate_python(row.document, strict=False) for row in rows]
