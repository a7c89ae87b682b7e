"""Tools made in sandboxes that others may use: specifications, benchmarks, tests (Art. 58(2)(i);
draft act Art. 4(2)).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Dimension(StrEnum):
    """What a tool or a metric tells about a system (Art. 58(2)(i))."""

    ACCURACY = "accuracy"
    ROBUSTNESS = "robustness"
    CYBERSECURITY = "cybersecurity"
    RIGHTS_RISK = "rights_risk_mitigation"


class ToolKind(StrEnum):
    """Draft act Art. 4(2)."""

    SPECIFICATION = "specification"
    BENCHMARK = "benchmark"
    TEST = "test"
    TOOL = "tool"


class Rights(StrEnum):
    """What whoever owns a tool permits; the wider comes later."""

    CONFIDENTIAL = "confidential"
    ON_REQUEST = "on_request"  # that there is such a tool may be known
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool of a case; it is listed when an authority says so, and shown as its owner permits."""

    number: int
    title: str
    kind: ToolKind
    dimension: Dimension
    description: str
    rights: Rights
    licence: str
    reference: str
    offered_by: str
    offered_at: datetime
    listed_by: str = ""
    listed_at: datetime | None = None

    def __post_init__(self) -> None:
        if self.rights is Rights.OPEN and not self.licence.strip():
            raise ValueError("an open tool names its licence")


@dataclass(frozen=True, slots=True)
class ListedTool:
    """What anybody may know of a tool; never of which case it comes."""

    title: str
    kind: ToolKind
    dimension: Dimension
    rights: Rights
    description: str = ""
    licence: str = ""
    reference: str = ""


@dataclass(frozen=True, slots=True)
class Metric:
    """A metric that a plan may name, and what it is about."""

    name: str
    dimension: Dimension
    unit: str
    meaning: str


def shown(tool: Tool) -> ListedTool | None:
    """A tool as far as its owner permits; None when it is not to be known."""
    if tool.listed_at is None or tool.rights is Rights.CONFIDENTIAL:
        return None
    if tool.rights is Rights.ON_REQUEST:
        return ListedTool(tool.title, tool.kind, tool.dimension, tool.rights)
    return ListedTool(
        title=tool.title,
        kind=tool.kind,
        dimension=tool.dimension,
        rights=tool.rights,
        description=tool.description,
        licence=tool.licence,
        reference=tool.reference,
    )
