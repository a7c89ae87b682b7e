"""Tables of environments: what is wanted, what the engine did, and the GPUs that are held."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.domain.environment import Phase, Wanted
from sandbox.store.tables import Base, one_of


class PreviewRow(Base):
    """What the engine would build for a plan version, or why it could not be previewed yet."""

    __tablename__ = "previews"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    plan_sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    made_at: Mapped[datetime]
    operations: Mapped[list[Any]]


class BlueprintRow(Base):
    """Every generation that was ever wanted; never updated."""

    __tablename__ = "blueprints"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    generation: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[dict[str, Any]]


class EnvironmentRow(Base):
    """Wanted and there; the lease is the right to work on it for a while."""

    __tablename__ = "environments"
    __table_args__ = (
        one_of("wanted", Wanted),
        one_of("phase", Phase),
        CheckConstraint("(lease_token IS NULL) = (lease_until IS NULL)", name="lease_whole"),
        CheckConstraint("applied_generation <= wanted_generation", name="no_future"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    wanted: Mapped[str] = mapped_column(String(16))
    wanted_generation: Mapped[int]
    phase: Mapped[str] = mapped_column(String(16), index=True)
    applied_generation: Mapped[int]
    stack_exists: Mapped[bool]
    attempts: Mapped[int]
    retry_at: Mapped[datetime | None]
    waiting_for: Mapped[str] = mapped_column(Text)
    lease_token: Mapped[str | None] = mapped_column(String(64))
    lease_owner: Mapped[str | None] = mapped_column(String(200))
    lease_until: Mapped[datetime | None]
    attested_at: Mapped[datetime | None]
    attest_at: Mapped[datetime | None] = mapped_column(index=True)  # None: as soon as it stands
    deviation: Mapped[str] = mapped_column(Text)


class ProgressRow(Base):
    """The engine's account of an operation while it works."""

    __tablename__ = "progress"
    __table_args__ = (Index("ix_progress_case_id_id", "case_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    generation: Mapped[int]
    at: Mapped[datetime]
    operation: Mapped[str] = mapped_column(String(32))
    resource: Mapped[str] = mapped_column(String(400))
    done: Mapped[bool]
    message: Mapped[str] = mapped_column(Text)


class ReservationRow(Base):
    """GPUs held for a case."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("first_day <= last_day", name="days"),
        CheckConstraint("gpus > 0", name="gpus"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    gpu_product: Mapped[str] = mapped_column(String(200))
    gpus: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]


class InventoryRow(Base):
    """What the cluster was last seen to have: one row, which also orders reservations."""

    __tablename__ = "inventory"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    seen_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]
