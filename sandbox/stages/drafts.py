"""An application is written by the people of one organisation, saved as it is typed, and resumed."""

import json
from typing import Any

from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.store import drafts
from sandbox.store.database import Sessions
from sandbox.store.drafts import Draft

BYTES_MAX = 512 * 1024
DEPTH_MAX = 50  # an application is five deep


def save(
    draft_id: str,
    body: dict[str, Any],  # Any: a JSON document as it was typed
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Draft:
    """Save what was typed so far, whole or not."""
    provider = _organisation(by)
    _refuse_unless_it_can_be_kept(body)
    with sessions.begin() as session:
        return drafts.save(session, provider, draft_id, body, str(by), clock(), version=version)


def read(draft_id: str, *, by: Person, sessions: Sessions) -> Draft:
    with sessions.begin() as session:
        return drafts.load(session, _organisation(by), draft_id)


def of_organisation(*, by: Person, limit: int, sessions: Sessions) -> list[Draft]:
    with sessions.begin() as session:
        return drafts.of_provider(session, _organisation(by), limit)


def discard(draft_id: str, *, by: Person, version: int | None, sessions: Sessions) -> None:
    """Delete a draft; a case that was made of it stays."""
    with sessions.begin() as session:
        drafts.discard(session, _organisation(by), draft_id, version=version)


def _organisation(by: Person) -> str:
    if by.role is not Role.PROVIDER:
        raise NotFound("drafts are known to the provider who writes them")
    return by.organisation


def _refuse_unless_it_can_be_kept(body: dict[str, Any]) -> None:
    """Not every JSON text can be stored and given back: no NaN, NUL or half of a surrogate pair."""
    try:
        written = json.dumps(body, ensure_ascii=False, allow_nan=False)
        size = len(written.encode())
    except ValueError as error:
        raise FieldRefused("body", f"it cannot be kept: {error}") from error
    if _depth(body) > DEPTH_MAX:
        raise FieldRefused("body", f"it cannot be kept: it is nested deeper than {DEPTH_MAX} times")
    if "\\u0000" in written.replace("\\\\", ""):  # an escape, not the text of one
        raise FieldRefused("body", "it cannot be kept: a text has no NUL character")
    if size > BYTES_MAX:
        raise FieldRefused("body", f"a draft of {size} bytes is too long; {BYTES_MAX} are kept")


def _depth(body: dict[str, Any]) -> int:
    """How deep JSON is nested; without recursion, since nobody knows yet."""
    level, deep = [*body.values()], 0
    while level:
        deep += 1
        level = [
            inner
            for value in level
            if isinstance(value, dict | list)
            for inner in (value.values() if isinstance(value, dict) else value)
        ]
    return deep
