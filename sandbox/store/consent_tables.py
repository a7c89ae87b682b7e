"""Tables of consents and of what subjects asked to have reversed."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from sandbox.store.tables import Base


class ConsentRow(Base):
    """One consent of one subject to one version of the form; the token itself is nowhere kept."""

    __tablename__ = "consents"
    __table_args__ = (
        UniqueConstraint("token_sha256"),
        Index(
            "uq_consents_standing",
            *("case_id", "subject", "form_version"),
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"))
    token_sha256: Mapped[str] = mapped_column(String(64))
    subject: Mapped[str] = mapped_column(String(100))
    form_version: Mapped[int]
    language: Mapped[str] = mapped_column(String(2))
    method: Mapped[str] = mapped_column(String(200))
    representative: Mapped[str] = mapped_column(String(100))
    copy_given: Mapped[bool]
    vulnerable: Mapped[bool]
    protection: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by_means_of: Mapped[str] = mapped_column(String(200))
    withdrawal_recorded_at: Mapped[datetime | None]
    withdrawal_recorded_by: Mapped[str] = mapped_column(String(400))
    deleted_at: Mapped[datetime | None]
    deletion_proof: Mapped[str] = mapped_column(Text)


class ReversalRow(Base):
    """What a subject asked to have reversed or disregarded (Art. 60(4)(k))."""

    __tablename__ = "reversals"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), index=True)
    consent_id: Mapped[int] = mapped_column(ForeignKey("consents.id"), index=True)
    what: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[datetime]
    reversed: Mapped[bool]
    answer: Mapped[str] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
