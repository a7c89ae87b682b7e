"""Which authorities sit at the table of a case, and as what (Art. 57(10), 57(13)-(14), 60(4)(a))."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from sandbox.domain.application import Application
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import TIME_ZONES
from sandbox.domain.regime import Regime, SandboxKind
from sandbox.domain.routing import Competent, Route
from sandbox.domain.shares import Consultation
from sandbox.errors import NotFound

EDPS = "EDPS"
RUNNING_A_SANDBOX = frozenset({Role.AUTHORITY, Role.AI_OFFICE})


class Capacity(StrEnum):
    """As what an authority sits there."""

    LEAD = "lead"
    CONCERNED = "concerned"  # a territory or a competence of its own
    ASSOCIATED = "associated"  # Art. 57(10)


@dataclass(frozen=True, slots=True)
class Seat:
    """An authority at the table; without a country it is the Union's or that of the installation.

    `given_by` is who seated it; empty: the route and the Member States of the test did. `legal_basis` is
    what a seat that was given rests on; None: it was not given, or before that was kept.
    """

    role: Role
    country: str
    organisation: str
    capacity: Capacity
    since: datetime
    given_by: str = ""
    legal_basis: str | None = None
    consultations: tuple[Consultation, ...] = ()
    ended_by: str = ""
    ended_at: datetime | None = None
    ended_because: str = ""

    @property
    def place(self) -> tuple[Role, str, str]:
        """What tells one seat from another."""
        return self.role, self.country, self.organisation

    @property
    def named(self) -> str:
        """Whose seat alone it is, where a State has several authorities of a kind; empty: of each.

        What a derived seat calls an authority that runs a sandbox is a contact or a title, no name.
        """
        is_known_by_its_role = self.role in RUNNING_A_SANDBOX and not self.given_by
        return "" if is_known_by_its_role else self.organisation

    @property
    def addressee(self) -> str:
        """Whom a notice of this seat goes to; the EDPS, which has no role of its own, by its name."""
        place = self.country or (EDPS if self.organisation == EDPS else "")
        return f"{self.role}:{place}" if place else self.role.value


# Authorities of a kind that has no role of its own sit as market surveillance (Art. 74(3), (6), (8)).
SEATED_AS: dict[Competent, tuple[Role, str]] = {
    Competent.AI_OFFICE: (Role.AI_OFFICE, "AI Office"),
    Competent.EDPS: (Role.AUTHORITY, EDPS),
    Competent.FINANCIAL_SUPERVISOR: (Role.MARKET_SURVEILLANCE, "financial supervisor"),
    Competent.DATA_PROTECTION: (Role.MARKET_SURVEILLANCE, "authority of Art. 74(8)"),
    Competent.SECTOR_AUTHORITY: (Role.MARKET_SURVEILLANCE, "sector authority"),
}
LEADS: dict[SandboxKind, tuple[Role, str]] = {
    SandboxKind.EDPS: (Role.AUTHORITY, EDPS),
    SandboxKind.UNION: (Role.AI_OFFICE, "AI Office"),
}


def derived(
    application: Application, route: Route, regime: Regime, at: datetime
) -> tuple[Seat, ...]:
    """The seats that follow from the kind of sandbox, the route and the Member States of a test."""
    found: dict[tuple[Role, str, str], Seat] = {}
    for seat in _derived(application, route, regime, at):
        found.setdefault(seat.place, seat)
    return tuple(found.values())


def _derived(
    application: Application, route: Route, regime: Regime, at: datetime
) -> Iterator[Seat]:
    sandbox = regime.sandbox
    # A provider from outside the Union has no authorities of its own there (X).
    is_from_the_union = application.country in TIME_ZONES or not sandbox.home
    home = application.country if is_from_the_union else sandbox.home
    role, name = LEADS.get(sandbox.kind, (Role.AUTHORITY, sandbox.lead_authority))
    yield Seat(role, "", name, Capacity.LEAD, at)
    if sandbox.kind is SandboxKind.JOINT:
        for member in sandbox.members:
            yield Seat(Role.AUTHORITY, member.country, member.contact, Capacity.CONCERNED, at)
    if route.competent in SEATED_AS:
        role, name = SEATED_AS[route.competent]
        country = home if role is Role.MARKET_SURVEILLANCE else ""
        yield Seat(role, country, name, Capacity.CONCERNED, at)
    if application.real_world_test:
        for country in application.test_member_states:
            yield Seat(Role.MARKET_SURVEILLANCE, country, "", Capacity.CONCERNED, at)
    yield from at_home(application, home, at)


def at_home(application: Application, home: str, at: datetime) -> Iterator[Seat]:
    """The seats of market surveillance and data protection where a provider is at home; of a body of the
    Union the EDPS is both, and sits as the first by its route.

    That for data protection opens nothing before it is associated by name: the plan alone may bring the
    data (Art. 57(10)).
    """
    if application.union_body:
        yield Seat(Role.DATA_PROTECTION, "", EDPS, Capacity.ASSOCIATED, at)
    else:
        yield Seat(Role.MARKET_SURVEILLANCE, home, "", Capacity.CONCERNED, at)
        yield Seat(Role.DATA_PROTECTION, home, "", Capacity.ASSOCIATED, at)


def home_of(seats: tuple[Seat, ...], country: str) -> str:
    """Where the authorities at the home of a provider from a country sit; nowhere for a body of the Union."""
    own = (s.country for s in seats if s.role is Role.DATA_PROTECTION and not s.given_by)
    return next(own, country)


def seated_again(
    before: tuple[Seat, ...],
    application: Application,
    route: Route,
    regime: Regime,
    at: datetime,
) -> tuple[Seat, ...]:
    """The seats after an application or its screening changed: those that people gave stay, and who
    sat there already keeps its day.
    """
    since = {seat.place: seat.since for seat in before}
    fresh = [
        replace(s, since=since.get(s.place, at)) for s in derived(application, route, regime, at)
    ]
    places = {seat.place for seat in fresh}
    given = [seat for seat in before if seat.given_by and seat.place not in places]
    return (*fresh, *given)


def found(seats: tuple[Seat, ...], role: Role, country: str, organisation: str) -> Seat:
    """The seat of an authority; NotFound when it has none."""
    for seat in seats:
        if seat.place == (role, country, organisation):
            return seat
    raise NotFound(f"{organisation or role} {country} has no seat at this case".replace("  ", " "))


def untold(seats: tuple[Seat, ...], *, associated: bool, home: str = "") -> tuple[Seat, ...]:
    """The seats whose authorities hear of it now, once each: on admission, or `associated` with data
    protection; also of those that were given before, as nobody is told of a case it may not know. The
    lead, which a joint sandbox has at `home` as a member too, is not told.
    """
    found = {
        seat.addressee: seat
        for seat in seats
        if seat.capacity is not Capacity.LEAD and (seat.role is Role.DATA_PROTECTION) is associated
    }
    found.pop(f"{Role.AUTHORITY}:{home}", None)
    return tuple(found.values())


def sits(seats: tuple[Seat, ...], role: Role, country: str, organisation: str) -> bool:
    """Whether an authority of a country, or of the Union, sits at the table."""
    return any(
        seat.role is role and seat.country in {"", country} and seat.named in {"", organisation}
        for seat in seats
    )
