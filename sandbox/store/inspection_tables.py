"""Tables of what an open inspection gathers; nothing of the case tells of it before it is closed."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.store.tables import Base


class ReadingRow(Base):
    """One thing an inspector asked for; never updated."""

    __tablename__ = "inspection_readings"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    inspection: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[str] = mapped_column(Text)
    seal: Mapped[str] = mapped_column(String(64))


class SnapshotRow(Base):
    """The evidence snapshot of an open inspection, as far as it was taken; `due_at` is when it is to be
    tried again, and empty once it is whole.
    """

    __tablename__ = "inspection_snapshots"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    inspection: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    due_at: Mapped[datetime | None] = mapped_column(index=True)
    document: Mapped[dict[str, Any]]
