"""Tables and CHECK constraints, nothing else.

Documents of the core (an application, a plan, a report) are JSON; what is searched, counted or
constrained has a column of its own.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    JSON,
    CheckConstraint,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from sandbox.domain.deadline_rules import RUNNING
from sandbox.domain.lifecycle import Stage

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime on every database; SQLite forgets the zone, so it is put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


def one_of(column: str, words: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{word}'" for word in words)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


class Base(DeclarativeBase):
    """Every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: Moment, dict[str, Any]: JSON, list[Any]: JSON}  # noqa: RUF012 - SQLAlchemy's interface


class CaseRow(Base):
    """A case; `facts` is the whole of it as a JSON document, without its deadlines.

    `next_due` is the nearest of its open clocks: cases are listed by it. Of a case that was erased
    nothing is left but this row without its provider and its facts.
    """

    __tablename__ = "cases"
    __table_args__ = (
        one_of("stage", Stage),
        Index("ix_cases_next_due", "next_due", "id"),
        Index("ix_cases_stage_next_due", "stage", "next_due", "id"),
        Index("ix_cases_provider_next_due", "provider", "next_due", "id"),
    )

    id: Mapped[str] = mapped_column(String(16), primary_key=True)
    provider: Mapped[str] = mapped_column(String(200))
    stage: Mapped[str] = mapped_column(String(32))
    version: Mapped[int]
    received_at: Mapped[datetime]
    next_due: Mapped[date] = mapped_column(server_default=date.max.isoformat())
    erased_at: Mapped[datetime | None]
    facts: Mapped[dict[str, Any]]


class MarkRow(Base):
    """What an applicant is known by, as a hash: where it stands on two cases they may be linked."""

    __tablename__ = "marks"

    mark: Mapped[str] = mapped_column(String(64), primary_key=True)
    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True, index=True)


class CallRow(Base):
    """A call for applications, as it was published; never updated."""

    __tablename__ = "calls"
    __table_args__ = (CheckConstraint("opens_on <= closes_on", name="days"),)

    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    published_by: Mapped[str] = mapped_column(String(400))
    published_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]


class DraftRow(Base):
    """An application that is still being written; whole or not, as it was typed. An organisation
    has its own names for its drafts, so that nobody learns of another's.
    """

    __tablename__ = "drafts"
    __table_args__ = (CheckConstraint("version > 0", name="version"),)

    provider: Mapped[str] = mapped_column(String(200), primary_key=True)
    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    version: Mapped[int]
    begun_at: Mapped[datetime]
    saved_by: Mapped[str] = mapped_column(String(400))
    saved_at: Mapped[datetime]
    body: Mapped[dict[str, Any]]
    case_id: Mapped[str | None] = mapped_column(ForeignKey("cases.id"))


class DeadlineRow(Base):
    """One clock of one case, or of the installation, which has no row among the cases;
    `next_step_at` says when it is looked at next (None: now).
    """

    __tablename__ = "deadlines"
    __table_args__ = (
        one_of("name", RUNNING),
        Index("ix_deadlines_open", "met_at", "due"),
        Index("ix_deadlines_next_step", "met_at", "next_step_at"),
        Index("ix_deadlines_due_at", "name", "met_at", "due_at"),
    )

    case_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    name: Mapped[str] = mapped_column(String(8), primary_key=True)
    subject: Mapped[str] = mapped_column(String(64), primary_key=True)
    started_on: Mapped[date] = mapped_column(primary_key=True)
    due: Mapped[date]
    due_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    started_at: Mapped[datetime | None]
    country: Mapped[str] = mapped_column(String(2))
    holidays: Mapped[list[Any]]
    next_step_at: Mapped[datetime | None]


class PlanRow(Base):
    """Every version of a plan that was ever proposed; never updated."""

    __tablename__ = "plans"
    __table_args__ = (UniqueConstraint("case_id", "sha256"),)

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    sha256: Mapped[str] = mapped_column(String(64))
    proposed_by: Mapped[str] = mapped_column(String(400))
    proposed_at: Mapped[datetime]
    document: Mapped[dict[str, Any]]


class AlarmRow(Base):
    """A threshold seen broken, or unmeasurable, during a run."""

    __tablename__ = "alarms"

    case_id: Mapped[str] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    run: Mapped[int] = mapped_column(primary_key=True)
    metric: Mapped[str] = mapped_column(String(64), primary_key=True)
    verdict: Mapped[str] = mapped_column(String(16), primary_key=True)
    first_seen_at: Mapped[datetime]
    sentence: Mapped[str] = mapped_column(Text)


class DocumentRow(Base):
    """A document on its way to the evidence store: wanted, assembled, sealed; never lost between.

    Sealed means stored under object lock, with its hash in the ledger. A document is of a case, or
    of the installation, which has no row among the cases.
    """

    __tablename__ = "documents"
    __table_args__ = (
        CheckConstraint("(sealed_at IS NULL) = (sha256 IS NULL)", name="sealed_whole"),
        Index("ix_documents_sealed_at", "sealed_at"),
    )

    case_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    wanted_by: Mapped[str] = mapped_column(String(400))
    wanted_at: Mapped[datetime]
    wish: Mapped[dict[str, Any]]
    assembled: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    verdict: Mapped[str] = mapped_column(String(16))
    waiting_for: Mapped[str] = mapped_column(Text)
    sealed_at: Mapped[datetime | None]
    sha256: Mapped[str | None] = mapped_column(String(64))
    json_key: Mapped[str | None] = mapped_column(String(400))
    json_version: Mapped[str | None] = mapped_column(String(200))
    pdf_key: Mapped[str | None] = mapped_column(String(400))
    pdf_version: Mapped[str | None] = mapped_column(String(200))


class LedgerRow(Base):
    """The append-only account; no foreign keys, so that it never gets in the way (ADR 0010)."""

    __tablename__ = "ledger"
    __table_args__ = (Index("ix_ledger_action", "action"),)

    case_id: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[str] = mapped_column(String(40))
    actor: Mapped[str] = mapped_column(String(400))
    role: Mapped[str] = mapped_column(String(32))
    action: Mapped[str] = mapped_column(String(64))
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64))


class OutboxRow(Base):
    """A notice on its way to somebody outside, written with the change it tells of."""

    __tablename__ = "outbox"
    __table_args__ = (Index("ix_outbox_waiting", "sent_at", "retry_at"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    case_id: Mapped[str] = mapped_column(String(16), index=True)
    kind: Mapped[str] = mapped_column(String(64))
    addressee: Mapped[str] = mapped_column(String(200))
    facts: Mapped[dict[str, Any]]
    posted_at: Mapped[datetime]
    attempts: Mapped[int]
    retry_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(Text)
