"""Table of what is asked before there is a case."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.store.tables import Base


class TicketRow(Base):
    """A question to the helpdesk; without a provider it is forgotten and left to be counted."""

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_provider", "provider", "number"),
        Index("ix_tickets_spoken_at", "spoken_at"),
        Index("ix_tickets_asked_at", "asked_at"),
    )

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    provider: Mapped[str] = mapped_column(String(200))
    topic: Mapped[str] = mapped_column(String(32))
    question: Mapped[str] = mapped_column(Text)
    asked_by: Mapped[str] = mapped_column(String(400))
    asked_at: Mapped[datetime]
    spoken_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text)
    answered_by: Mapped[str] = mapped_column(String(400))
    answered_at: Mapped[datetime | None]
    reasons: Mapped[str] = mapped_column(Text)
    closed_by: Mapped[str] = mapped_column(String(400))
    closed_at: Mapped[datetime | None]
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))
