"""Routes of the operator: capacity and what stands; nothing of what a case contains (Art. 78)."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, TypeAdapter

from sandbox.api.answers import EnvironmentView
from sandbox.api.identity import Parts, Who
from sandbox.domain import naming
from sandbox.domain.capacity import Inventory, Reservation
from sandbox.stages import overview

router = APIRouter(tags=["capacity"])
INVENTORY = TypeAdapter(Inventory)
RESERVATIONS = TypeAdapter(tuple[Reservation, ...])


class NamespaceView(EnvironmentView):
    """What stands for a case, and where in the cluster."""

    namespace: str


class DemandView(BaseModel):
    """What waits for GPUs of a product, and the fewest free on a day it asks for."""

    gpu_product: str
    cases: int
    gpus: int
    free: int
    exceeds: bool


class CapacityView(BaseModel):
    """What the cluster has and who holds GPUs when; cases by their number only."""

    seen_at: str
    inventory: dict[str, Any] | None
    reservations: list[dict[str, Any]]
    environments: dict[str, NamespaceView]
    demand: list[DemandView]


@router.get("/capacity")
def capacity(who: Who, parts: Parts) -> CapacityView:
    """GPUs of the cluster, reservations from today on, and environments by phase."""
    found = overview.capacity(
        by=who, sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
    return CapacityView(
        seen_at=found.seen_at,
        inventory=INVENTORY.dump_python(found.inventory, mode="json") if found.inventory else None,
        reservations=RESERVATIONS.dump_python(found.reservations, mode="json"),
        environments={
            e.case_id: NamespaceView(
                **EnvironmentView.of(e).model_dump(), namespace=naming.namespace(e.case_id)
            )
            for e in found.environments
        },
        demand=[DemandView.model_validate(one, from_attributes=True) for one in found.demand],
    )
