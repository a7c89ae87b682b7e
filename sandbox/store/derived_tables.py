"""Tables of what follows from a case and is written with it, so that an index answers for many."""

from datetime import date

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.store.tables import Base


class ErrandRow(Base):
    """What a case waits for from the service itself, and from which day on."""

    __tablename__ = "errands"
    __table_args__ = (Index("ix_errands_since", "errand", "since", "case_id"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    errand: Mapped[str] = mapped_column(String(16), primary_key=True)
    since: Mapped[date]


class AudienceRow(Base):
    """Who may know of a case, in the words of `domain.readers`; those who know all are left out."""

    __tablename__ = "audience"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    reader: Mapped[str] = mapped_column(Text, primary_key=True, index=True)
