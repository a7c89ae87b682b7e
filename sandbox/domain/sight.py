"""How much somebody sees of one field of a case: the table, the labels and the shares (Art. 78)."""

from collections.abc import Collection
from dataclasses import replace
from enum import IntEnum

from sandbox.domain.application import Application
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.labels import Label, stricter
from sandbox.domain.lifecycle import Role
from sandbox.domain.offices import inspecting, may_enforce
from sandbox.domain.papers import Paper
from sandbox.domain.readers import is_lead, of_right, only_asked, seated
from sandbox.domain.shares import Part, shared_with
from sandbox.domain.view_table import APPLICATION, CEILINGS, IN_LAW, SHARED_MAX, SYSTEM, TABLE, Row

# What inspectors see of a case, for they act on it; the rest is behind a wall (rulebook 5.3).
INSPECTED = frozenset(
    {"id", "stage", "version", "orders", "orders.mitigation", "inspections", "requisitions"}
)
# What they see besides while an inspection of theirs is open: the test and the system, read as market
# surveillance reads (Art. 60(6), 74(12)). What provider and authority said to each other for support,
# and how the authority decided, stays behind the wall.
IN_SESSION = frozenset(
    {
        *("provider", "ended_at", "completed", "persons"),
        *(f"application.{name}" for name, row in APPLICATION.items() if row in {SYSTEM, IN_LAW}),
        *("plan", "plan_sha256", "signatures", "amendment", "amendments"),
        *("environment", "isolation", "stretches", "stretches.ended_by", "alarms"),
        *("suspension", "mitigation", "incidents", "consent_forms"),
        *(path for path in TABLE if path.startswith("test.")),
        *("processing", "accesses", "experiments", "deletion_certificate_sha256"),
        *(
            f"documents.{paper}"
            for paper in (
                *(Paper.SANDBOX_PLAN, Paper.TESTING_PLAN, Paper.REGISTRATION, Paper.EXTENSION),
                *(Paper.DEPLOYER_AGREEMENT, Paper.INCIDENT_REPORT, Paper.NOTICE, Paper.TEST_REPORT),
                *(Paper.DATASET_CERTIFICATE, Paper.DELETION_CERTIFICATE, Paper.INSPECTION_RECORD),
                Paper.INFORMATION,
            )
        ),
    }
)
# What a body for fundamental rights sees of a case about which it asked, besides the documents that it
# is given (Art. 77).
ASKED = frozenset({"id", "stage", "version", "requests"})


class Sight(IntEnum):
    """How much somebody sees of a field."""

    HIDDEN = 0
    COUNTED = 1
    SEEN = 2


def by_table(role: Role, path: str, label: Label | None = None) -> Sight:
    """What the table gives a role that may know the case; without a line nobody sees anything.

    A label is about what something says: whoever counts is told that it is there all the same.
    """
    row = TABLE.get(path)
    if row is None:
        return Sight.HIDDEN
    if role in row.seen and (label or row.label).rank <= CEILINGS[role].rank:
        return Sight.SEEN
    return Sight.COUNTED if role in row.counted else Sight.HIDDEN


def sight(case: Case, person: Person, path: str, label: Label = Label.PUBLIC) -> Sight:
    """What somebody sees of a field; `label` raises the one of the field, and is never below it."""
    row = TABLE.get(path)
    if row is None or (person.unit is Unit.ENFORCEMENT and not _inspects(case, person, path)):
        return Sight.HIDDEN
    strict = stricter(row.label, label, _marked(case.application, path))
    role = column(case, person)
    shown = role is not None and (path in ASKED or not only_asked(case, person))
    given = by_table(role, path, strict) if role is not None and shown else Sight.HIDDEN
    return Sight.SEEN if is_shared(case, person, row, strict) else given


def _inspects(case: Case, person: Person, path: str) -> bool:
    if path in INSPECTED:
        return may_enforce(case, person)
    return path in IN_SESSION and bool(inspecting(case, person))


def sees(case: Case, person: Person, path: str) -> bool:
    """Whether somebody sees a field itself."""
    return sight(case, person, path) is Sight.SEEN


def column(case: Case, person: Person) -> Role | None:
    """Under which role somebody reads the table; None without a right of one's own.

    An authority at the table that does not lead supervises: so does the AI Office where it is
    competent in place of market surveillance (Art. 75(1)). Whoever inspects reads as that does, also for
    the lead.
    """
    if person.role is Role.SYSTEM:
        return Role.SYSTEM
    if not of_right(case, person):
        return None
    if may_enforce(case, person) or (person.role is Role.AUTHORITY and not is_lead(person)):
        return Role.MARKET_SURVEILLANCE
    if person.role is Role.AI_OFFICE and seated(case, person):
        return Role.MARKET_SURVEILLANCE
    return person.role


def rests_on_law(case: Case, person: Person, parts: Collection[Part]) -> bool:
    """Whether the law itself shows somebody every field of some parts; else the provider is asked first
    (Art. 57(13)).
    """
    unshared = replace(case, shares=())
    wanted = (path for path, row in TABLE.items() if row.part in parts)
    return of_right(case, person) and all(sees(unshared, person, path) for path in wanted)


def is_shared(case: Case, person: Person, row: Row, label: Label | None = None) -> bool:
    """Whether a share lets somebody see what a line of the table is about."""
    part = row.part
    if part is None or (label or row.label).rank > SHARED_MAX.rank:
        return False
    shares = shared_with(case.shares, person.role, person.country)
    return any(share.has(part) for share in shares)


def _marked(application: Application, path: str) -> Label:
    subject, _, name = path.partition(".")
    return application.marked(name) if subject == "application" else Label.PUBLIC
