"""What changed from one version to another of a plan, evidence or a document, by field, in sentences."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import TypeVar

from sandbox.domain.plan import SandboxPlan, Threshold
from sandbox.domain.testing_conditions import Evidence

Version = TypeVar("Version", SandboxPlan, Evidence)
APART = frozenset({"version"})  # it always differs
ISSUED = frozenset({"made_at", "ledger_seal"})  # of a document: it always differs
KEYED = {"thresholds": "metric", "milestones": "what"}  # compared one by one, by this


@dataclass(frozen=True, slots=True)
class Change:
    """One difference; `before` or `after` is empty for what was added or removed."""

    field: str
    before: str
    after: str

    def __str__(self) -> str:
        if not self.before:
            return f"{self.field}: added “{self.after}”"
        if not self.after:
            return f"{self.field}: removed “{self.before}”"
        return f"{self.field}: “{self.before}” became “{self.after}”"


def changes(before: Version, after: Version) -> tuple[Change, ...]:
    """Every difference between two versions, in the order of their fields."""
    return tuple(
        change
        for known in fields(before)
        if known.name not in APART
        for change in _between(known.name, getattr(before, known.name), getattr(after, known.name))
    )


def between(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[Change, ...]:
    """Every difference between what two documents of a kind say, but for when and on which seal."""
    return tuple(
        change
        for name in dict.fromkeys((*before, *after))
        if name not in ISSUED and not name.endswith("_sha256")  # a hash says nothing to a reader
        for change in _between(name, _part(before.get(name)), _part(after.get(name)))
    )


def _part(value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return "" if value is None else value


def _between(name: str, before: object, after: object) -> Iterator[Change]:
    if before == after:
        return
    if isinstance(before, tuple) and isinstance(after, tuple):
        key = KEYED.get(name)
        found = tuple(_of_parts(name, _parts(before, key), _parts(after, key)))
        # The same parts in another order, or one of them twice: another list nevertheless.
        yield from found or (Change(name, _listed(before), _listed(after)),)
    elif is_dataclass(before) and is_dataclass(after):
        for part in fields(before):
            yield from _between(
                f"{name}.{part.name}", getattr(before, part.name), getattr(after, part.name)
            )
    else:
        yield Change(name, _said(before), _said(after))


def _of_parts(name: str, before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    for key in dict.fromkeys((*before, *after)):
        left, right = before.get(key, ""), after.get(key, "")
        if left != right:
            yield Change(f"{name}.{key}" if name in KEYED else name, left, right)


def _parts(values: tuple[object, ...], key: str | None) -> dict[str, str]:
    return {_said(getattr(value, key) if key else value): _said(value) for value in values}


def _listed(values: tuple[object, ...]) -> str:
    return "; ".join(_said(value) for value in values)


def _said(value: object) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case Threshold():
            return value.in_full
        case _ if is_dataclass(value):
            parts = ((f.name.replace("_", " "), getattr(value, f.name)) for f in fields(value))
            return ", ".join(f"{name} {_said(part)}" for name, part in parts)
        case StrEnum():  # a code of ours; a person's words stay
            return value.replace("_", " ")
        case _:
            return str(value)
