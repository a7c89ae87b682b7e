"""Makes the table of values in the chart's README of the comments in values.yaml.

`python -m tests.chart.values_table` writes it; a test fails when it is stale.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from tests.chart.paths import CHART

README = CHART / "README.md"
VALUES = CHART / "values.yaml"
BEGIN, END = "<!-- values: begin -->", "<!-- values: end -->"
MARK = "# -- "
DEFAULT_MAX = 60  # characters; longer defaults are looked up in values.yaml


@dataclass(frozen=True, slots=True)
class Value:
    """One setting of the chart: where it stands, what it means and what it is when nobody sets it."""

    path: tuple[str, ...]
    meaning: str
    default: Any  # Any: JSON

    def as_row(self) -> str:
        shown = json.dumps(self.default, ensure_ascii=False)
        short = f"`{shown}`" if len(shown) <= DEFAULT_MAX else "see values.yaml"
        return f"| `{'.'.join(self.path)}` | {self.meaning} | {short} |"


def explained(text: str) -> Iterator[Value]:
    """Every value of a values.yaml that has a comment beginning with `# -- ` above it."""
    values = yaml.safe_load(text)
    place: list[str] = []
    comment = ""
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith(MARK):
            comment = stripped.removeprefix(MARK)
            continue
        if stripped.startswith(("#", "-", "{", "}")) or ":" not in stripped:
            continue
        depth = (len(line) - len(line.lstrip())) // 2
        place[depth:] = [stripped.split(":", 1)[0]]
        if comment:
            yield Value(tuple(place), comment, at(values, tuple(place)))
            comment = ""


def at(values: Any, path: tuple[str, ...]) -> Any:  # Any: JSON
    """What stands at a path."""
    for name in path:
        values = values[name]
    return values


def table() -> str:
    """The table, as the README must have it."""
    rows = "\n".join(value.as_row() for value in explained(VALUES.read_text()))
    return f"| Value | Meaning | Default |\n| --- | --- | --- |\n{rows}\n"


def with_table(readme: str) -> str:
    """A README whose table is that of today."""
    before, rest = readme.split(BEGIN)
    _, after = rest.split(END)
    return f"{before}{BEGIN}\n{table()}{END}{after}"


if __name__ == "__main__":
    README.write_text(with_table(README.read_text()))
