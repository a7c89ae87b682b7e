"""Every route of the API, called in every way that is there."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

from fastapi.testclient import TestClient

from sandbox.domain.case import Person
from sandbox.domain.papers import Paper
from tests.api.test_api import as_
from tests.factories import CASE_ID

FILLED_IN = {
    "{case_id}": CASE_ID,
    **dict.fromkeys(("{number}", "{notice_id}", "{project_id}"), "1"),
    "{name}": "DL-16",
    "{subject}": "x",
    "{draft_id}": "d1",
    "{suffix}": "json",
    "{country}": "NL",
    "{code}": "A5-a",
}
QUERIES = {"/screening": "?version=2026-12-02", "/diff": "?from=1&to=2"}
BY_FORMAT = {"date": "2026-12-01", "date-time": "2026-11-20T10:00:00Z"}
BY_PATTERN = {"64": "ab" * 32, "Art": "Art. 10", "@": "ada@example.org"}


def addresses(api: TestClient, method: str) -> Iterator[tuple[str, Any]]:  # Any: a JSON value
    """Every route of a method with a body that its schema allows, its parameters filled in."""
    described = api.get("/openapi.json").json()
    for path, methods in described["paths"].items():
        if method not in methods:
            continue
        body = methods[method].get("requestBody", {}).get("content", {}).get("application/json")
        made = path
        for parameter, value in FILLED_IN.items():
            made = made.replace(parameter, value)
        made += next((query for end, query in QUERIES.items() if made.endswith(end)), "")
        for kind in tuple(Paper) if "{kind}" in made else ("",):
            address = made.replace("{kind}", kind)
            assert "{" not in address, address
            yield address, _example(body["schema"], described) if body else None


def _example(schema: dict[str, Any], described: dict[str, Any]) -> Any:  # Any: JSON
    """The smallest value that a schema allows, as far as it says."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return _example(described["components"]["schemas"][name], described)
    if "anyOf" in schema:
        return _example(schema["anyOf"][0], described)
    if "enum" in schema or "const" in schema:
        return schema.get("const") or schema["enum"][0]
    match schema.get("type"):
        case "object":
            parts = schema.get("properties", {})
            return {name: _example(parts[name], described) for name in schema.get("required", ())}
        case "array":
            return [_example(schema["items"], described)] * max(1, schema.get("minItems", 1))
        case "boolean":
            return True
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case _:
            return _text_of(schema)


def _text_of(schema: dict[str, Any]) -> str:
    if schema.get("format") in BY_FORMAT:
        return BY_FORMAT[schema["format"]]
    pattern = schema.get("pattern", "")
    known = (text for part, text in BY_PATTERN.items() if part in pattern)
    short = "NL" if schema.get("maxLength") == len("NL") else "x" * schema.get("minLength", 1)
    return next(known, short)


def everything(api: TestClient, who: Person | None) -> str:
    """The bytes of every route that gives something, for one person or for nobody in particular."""
    known = as_(who) if who else {}
    answers = [api.get(address, headers=known) for address, _ in addresses(api, "get")]
    answers.append(api.get("/metrics", headers=known))
    assert not [(a.request.url.path, a.text) for a in answers if a.status_code >= 500]
    return "\n".join(_text(a) for a in answers).replace("\r\n ", "")


def _text(answer: Any) -> str:  # Any: a response of the client that Starlette comes with
    """What an answer says, that of a ZIP file by file."""
    if answer.headers.get("Content-Type") != "application/zip":
        return str(answer.text)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        return "\n".join(archive.read(name).decode() for name in archive.namelist())


def seen_in(text: str, markers: dict[str, str]) -> set[str]:
    return {path for path, found in markers.items() if found in text}
