"""Tables of the processing of personal data: its log, its experiments, the projects made public."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.store.tables import Base


class AccessRow(Base):
    """One access to a dataset; never updated, and deleted only as a whole (Art. 59(1)(h))."""

    __tablename__ = "accesses"
    __table_args__ = (
        UniqueConstraint("case_id", "key"),
        Index("ix_accesses_case_id_dataset", "case_id", "dataset", "number"),
    )

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    key: Mapped[str] = mapped_column(String(64))
    at: Mapped[datetime]
    who: Mapped[str] = mapped_column(String(200))
    dataset: Mapped[int]
    purpose: Mapped[str] = mapped_column(String(500))
    job: Mapped[str] = mapped_column(String(200))
    authorised: Mapped[bool]
    seal: Mapped[str] = mapped_column(String(64))


class ExperimentRow(Base):
    """One training, testing or validation as it was done (Art. 59(1)(i))."""

    __tablename__ = "experiments"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    document: Mapped[dict[str, Any]]


class ProjectRow(Base):
    """What everybody may read of a project; the case it belongs to is nobody's business (D11)."""

    __tablename__ = "projects"
    __table_args__ = (UniqueConstraint("case_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    project: Mapped[str] = mapped_column(Text)
    objectives: Mapped[str] = mapped_column(Text)
    expected_results: Mapped[str] = mapped_column(Text)
    published_at: Mapped[datetime]
