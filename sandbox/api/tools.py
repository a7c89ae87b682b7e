"""Routes of the catalogue of tools, and of the metrics by dimension (Art. 58(2)(i))."""

from typing import Annotated, Self

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, Field

from sandbox.api.bodies import Body, Line, Text
from sandbox.api.identity import Parts, Who
from sandbox.api.views import KnownCase, Step
from sandbox.domain.tool import Dimension, ListedTool, Metric, Rights, Tool, ToolKind
from sandbox.stages import tools

router = APIRouter(tags=["tools"])
ROWS_MAX = 500
Number = Annotated[int, Path(ge=1, le=10_000)]


class ToolBody(Body):
    """A tool and what whoever owns it permits; an open one names its licence."""

    title: Line
    kind: ToolKind
    dimension: Dimension
    description: Text
    rights: Rights = Rights.CONFIDENTIAL
    licence: str = Field(default="", max_length=300)
    reference: str = Field(default="", max_length=2000)


class CaseToolView(BaseModel):
    """A tool in its own case."""

    number: int
    title: str
    kind: ToolKind
    dimension: Dimension
    description: str
    rights: Rights
    licence: str
    reference: str
    offered_by: str
    listed_by: str

    @classmethod
    def of(cls, tool: Tool) -> Self:
        return cls.model_validate(tool, from_attributes=True)


class ToolView(BaseModel):
    """A tool as far as its owner permits."""

    title: str
    kind: ToolKind
    dimension: Dimension
    rights: Rights
    description: str
    licence: str
    reference: str

    @classmethod
    def of(cls, tool: ListedTool) -> Self:
        return cls.model_validate(tool, from_attributes=True)


class MetricView(BaseModel):
    name: str
    dimension: Dimension
    unit: str
    meaning: str

    @classmethod
    def of(cls, metric: Metric) -> Self:
        return cls.model_validate(metric, from_attributes=True)


class ToolsView(BaseModel):
    """Tools made in sandboxes, and the metrics that a plan may name."""

    tools: list[ToolView]
    metrics: list[MetricView]


@router.post("/cases/{case_id}/tools", status_code=201)
def offer(body: ToolBody, step: Step) -> CaseToolView:
    """Describe a tool that was made in a case, and say what others may know of it."""
    tool = tools.offer(step.case_id, **dict(body), **step.acting)
    return CaseToolView.of(tool)


@router.get("/cases/{case_id}/tools")
def of_case(case_id: KnownCase, who: Who, parts: Parts) -> list[CaseToolView]:
    """The tools of a case."""
    found = tools.of_case(case_id, by=who, sessions=parts.sessions)
    return [CaseToolView.of(tool) for tool in found]


@router.post("/cases/{case_id}/tools/{number}/listing", status_code=204)
def put_on_list(number: Number, step: Step) -> None:
    """Put a tool on the public list."""
    tools.put_on_list(step.case_id, number, **step.acting)


@router.get("/tools")
def on_list(
    parts: Parts,
    dimension: Dimension | None = None,
    limit: Annotated[int, Query(ge=1, le=ROWS_MAX)] = ROWS_MAX,
) -> ToolsView:
    """What anybody may use or ask for; of which case it comes is not told."""
    listed = tools.on_list(dimension, limit=limit, sessions=parts.sessions)
    return ToolsView(
        tools=[ToolView.of(tool) for tool in listed],
        metrics=[
            MetricView.of(metric)
            for metric in parts.catalogue.metrics
            if dimension in {None, metric.dimension}
        ],
    )
