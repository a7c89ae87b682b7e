"""GPUs by day: reservations, and what the cluster was last seen to have."""

from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from sandbox.domain import capacity
from sandbox.domain.capacity import Demand, Inventory, Reservation, Shortfall, first_shortfall
from sandbox.domain.naming import CaseId
from sandbox.store import cases, environments
from sandbox.store.environment_tables import InventoryRow, ReservationRow

INVENTORY = TypeAdapter(Inventory)
ONLY_ROW = 1


def see(session: Session, inventory: Inventory, at: datetime) -> None:
    """Remember what the cluster was seen to have."""
    document = INVENTORY.dump_python(inventory, mode="json")
    session.merge(InventoryRow(id=ONLY_ROW, seen_at=at, document=document))


def last_seen(session: Session) -> tuple[Inventory, datetime] | None:
    """What the cluster was last seen to have and when; None before the first look."""
    row = session.get(InventoryRow, ONLY_ROW)
    if row is None:
        return None
    return INVENTORY.validate_python(row.document, strict=False), row.seen_at


def reserve(session: Session, wanted: Reservation) -> Shortfall | None:
    """Hold GPUs for every day of a plan, or say the first day on which there are too few.

    The inventory's row is locked first, so that two cases never get the same GPU. A cluster
    that was never seen has none.
    """
    row = session.get(InventoryRow, ONLY_ROW, with_for_update=True)
    total = 0
    if row is not None:
        inventory = INVENTORY.validate_python(row.document, strict=False)
        total = inventory.total(wanted.gpu_product)
    shortfall = first_shortfall(wanted, held(session), total)
    if shortfall is None:
        session.merge(
            ReservationRow(
                case_id=wanted.case_id,
                gpu_product=wanted.gpu_product,
                gpus=wanted.gpus,
                first_day=wanted.first_day,
                last_day=wanted.last_day,
            )
        )
    return shortfall


def release(session: Session, case_id: CaseId) -> None:
    """Give a case's GPUs back."""
    session.execute(delete(ReservationRow).where(ReservationRow.case_id == case_id))


def held(session: Session, *, on_or_after: date | None = None) -> tuple[Reservation, ...]:
    """Every reservation, those that ended before a day left out."""
    query = select(ReservationRow).order_by(ReservationRow.first_day, ReservationRow.case_id)
    if on_or_after is not None:
        query = query.where(ReservationRow.last_day >= on_or_after)
    return tuple(
        Reservation(CaseId(r.case_id), r.gpu_product, r.gpus, r.first_day, r.last_day)
        for r in session.scalars(query)
    )


def has_reservation(session: Session, case_id: CaseId) -> bool:
    return session.get(ReservationRow, case_id) is not None


def demand(session: Session, today: date) -> tuple[Demand, ...]:
    """What waits for GPUs, by product; plans that are over wait no more."""
    waiting = []
    for case_id, blueprint in environments.without_reservation(session):
        plan = cases.load(session, case_id).plan
        if plan is not None and plan.last_day >= today:
            days = (plan.first_day, plan.last_day)
            waiting.append(
                Reservation(case_id, blueprint.gpu_product, blueprint.gpus, *days),
            )
    seen = last_seen(session)
    return capacity.demand(waiting, held(session), seen[0] if seen else None)
