"""Document D14: what stops, on what ground, where, and how to challenge it (Art. 57(11), 76)."""

from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Role
from sandbox.domain.offices import surveillance_in
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.supervision import Order, OrderKind
from sandbox.domain.suspension import Suspension

Document = dict[str, Any]  # Any: JSON
SUSPENDED = (
    "the environment is frozen at once and nothing is deleted; the participation is suspended"
)
TERMINATED = "the environment is frozen at once and then removed; the participation is terminated"


def of_participation(case: Case, stop: Suspension, effect: str, authority: str) -> Document:
    """That the participation of a case is suspended or terminated."""
    return _head(case, authority) | {
        "ground": stop.ground.value,
        "territory": "wherever the test runs",
        "effect": effect,
        "reasons": stop.reasons,
        "remedy": stop.remedy,
        "decided_by": stop.by,
        "addressees": named(addressees(case)),
        "made_at": stop.at.isoformat(),
        "statement": NO_CONFORMITY,
    }


def of_order(case: Case, order: Order, authority: str) -> Document:
    """An order on a territory (Art. 76(3))."""
    return _head(case, authority) | {
        "order": order.number,
        "kind": order.kind.value,
        "ground": order.ground.value,
        "territory": order.country or "wherever the test runs",
        "effect": _effect(order),
        "required_changes": order.required_changes or None,
        "reasons": order.reasons,
        "remedy": order.remedy,
        "decided_by": order.by,
        "addressees": named(addressees(case, order)),
        "made_at": order.at.isoformat(),
        "statement": NO_CONFORMITY,
    }


def _effect(order: Order) -> str:
    if order.kind is OrderKind.MODIFY:
        return "the provider makes the required changes and confirms them; the test goes on"
    if order.freezes:
        return "the environment is frozen at once"
    return "the provider stops the test on this territory and confirms it"


def addressees(case: Case, order: Order | None = None) -> tuple[str, ...]:
    """Whom a notice goes to, and that the stop is over: the provider; the AI Office, unless the test only
    changes (Art. 57(11)); market surveillance wherever it is tested, but whoever gave the order
    (Art. 76(5)); and the deployers, whom an order binds too (Art. 76(3)).
    """
    stops = order is None or order.kind is not OrderKind.MODIFY
    giver = order.office if order is not None else None
    gave_it = giver is not None and giver.role is Role.MARKET_SURVEILLANCE
    return (
        f"provider:{case.provider}",
        *((Role.AI_OFFICE.value,) if stops else ()),
        *surveillance(case, but=giver.country if giver and gave_it else ""),
        *deployers(case),
    )


def surveillance(case: Case, but: str) -> tuple[str, ...]:
    """Market surveillance wherever it is tested, but of one Member State: as long as a test is only
    drafted, and nothing else tells it of the case, it hears nothing (Art. 78).
    """
    tested = (territory.country for territory in (case.test.territories if case.test else ()))
    return tuple(
        name for country in tested if country != but for name in surveillance_in(case, country)
    )


def told_of_the_test(case: Case, test: RealWorldTest) -> tuple[str, ...]:
    """Whom the provider tells that its real-world test stopped (Art. 60(8)), and its deployers."""
    tested = (f"{Role.MARKET_SURVEILLANCE.value}:{country}" for country in test.known_to)
    return (*tested, *deployers(case))


def deployers(case: Case) -> tuple[str, ...]:
    """The deployers of a case as addressees of notices."""
    return tuple(f"{Role.DEPLOYER.value}:{name}" for name in case.deployers)


def named(told: tuple[str, ...]) -> list[str]:
    """The addressees as a document names them: deployers do not learn of each other."""
    deployer = Role.DEPLOYER.value
    return list(dict.fromkeys(deployer if a.startswith(f"{deployer}:") else a for a in told))


def _head(case: Case, authority: str) -> Document:
    return {
        "document": "notice of suspension or termination",
        "case": case.id,
        "authority": authority,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
    }
