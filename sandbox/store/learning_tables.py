"""Tables of what is searched across cases and belongs to all of them: lessons and tools."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.store.tables import Base


class LessonRow(Base):
    """A lesson of a case; the public sees it in cells only."""

    __tablename__ = "lessons"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text)
    article: Mapped[str] = mapped_column(String(40), index=True)
    objective: Mapped[str] = mapped_column(String(32))
    sector: Mapped[str] = mapped_column(String(64))
    size: Mapped[str] = mapped_column(String(16))
    proposed_by: Mapped[str] = mapped_column(String(400))
    proposed_at: Mapped[datetime]
    confirmed_by: Mapped[str] = mapped_column(String(400))
    confirmed_at: Mapped[datetime | None]
    wording_is_public: Mapped[bool]


class PublicLearningRow(Base):
    """What the public may know of all lessons, in one row: written with them, and read by anybody."""

    __tablename__ = "public_learning"

    id: Mapped[int] = mapped_column(primary_key=True)
    cells: Mapped[list[Any]]


class ToolRow(Base):
    """A tool made in a case; the public sees what its owner permits."""

    __tablename__ = "tools"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(300))
    kind: Mapped[str] = mapped_column(String(32))
    dimension: Mapped[str] = mapped_column(String(32))
    description: Mapped[str] = mapped_column(Text)
    rights: Mapped[str] = mapped_column(String(16))
    licence: Mapped[str] = mapped_column(String(300))
    reference: Mapped[str] = mapped_column(String(2000))
    offered_by: Mapped[str] = mapped_column(String(400))
    offered_at: Mapped[datetime]
    listed_by: Mapped[str] = mapped_column(String(400))
    listed_at: Mapped[datetime | None]
