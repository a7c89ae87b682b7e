"""What provider and authorities do about incidents, orders and inspections, for many tests."""

from datetime import date, datetime, timedelta
from typing import Any

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.incident import (
    CausalLink,
    Classification,
    IncidentClass,
    found,
)
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.supervision import OrderGround, OrderKind
from sandbox.stages import (
    incident_reports,
    incidents,
    inspect,
    orders,
)
from tests.factories import ADA, AUTHORITY, SUE, UNION
from tests.office import Office

MAX = Person("Max", Role.MARKET_SURVEILLANCE, "MSA", "NL")
MIA = Person("Mia", Role.MARKET_SURVEILLANCE, "MSA", "NL")
DORA = Person("Dora", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")
INA = Person("Ina", Role.AUTHORITY, "", unit=Unit.ENFORCEMENT)
GERD, ILSE = (
    Person(name, Role.MARKET_SURVEILLANCE, "BNetzA", "DE", Unit.ENFORCEMENT)
    for name in ("Gerd", "Ilse")
)
FAY = Person("Fay", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
WIDERSPRUCH = "Object within a month of notification."
DEATH = Classification((IncidentClass.DEATH,), CausalLink.LIKELY)
RIGHTS = Classification((IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY)


def opened(
    office: Office,
    case_id: CaseId,
    *countries: str,
    aware_at: datetime | None = None,
    union: Union = UNION,
    by: Person = ADA,
    **more: Any,
) -> Case:
    at = aware_at or office.clock()
    return incidents.open_incident(
        case_id,
        aware_at=at,
        occurred_at=at - timedelta(hours=1),
        countries=countries or ("NL",),
        description="a person was wrongly refused",
        persons_affected="one",
        **more,
        by=by,
        version=None,
        sessions=office.sessions,
        union=union,
        clock=office.clock,
        nudge=office.nudge,
    )


def classified(
    office: Office, case_id: CaseId, judged: Classification, by: Person = ADA, number: int = 1
) -> Case:
    return incidents.classify(
        case_id,
        number,
        judged,
        union=UNION,
        **supervising(office, by),
    )


def responded(office: Office, case_id: CaseId, *, mitigated: bool, number: int = 1) -> Case:
    return incidents.respond(
        case_id,
        number,
        mitigated=mitigated,
        measures="a person decides again",
        by=ADA,
        version=None,
        sessions=office.sessions,
        cluster=office.cluster,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )


def reported(
    office: Office, case_id: CaseId, *, complete: bool, number: int = 1, union: Union = UNION
) -> Case:
    """A complete report is of an incident that somebody answered."""
    if complete and found(office.case(case_id).incidents, number).response is None:
        responded(office, case_id, mitigated=True, number=number)
    return incident_reports.report(
        case_id,
        number,
        complete=complete,
        investigation="found" if complete else "",
        risk_assessment="low now" if complete else "",
        corrective_action="mended" if complete else "",
        recall="",
        by=ADA,
        version=None,
        sessions=office.sessions,
        authority=AUTHORITY,
        union=union,
        clock=office.clock,
        nudge=office.nudge,
    )


def simple(office: Office, by: Person = SUE) -> dict[str, Any]:
    return {"by": by, "version": None, "sessions": office.sessions, "clock": office.clock}


def supervising(office: Office, by: Person = SUE) -> dict[str, Any]:
    return simple(office, by) | {"authority": AUTHORITY}


def closed(office: Office, case_id: CaseId, by: Person = SUE) -> Case:
    return incident_reports.close(case_id, 1, nudge=office.nudge, **supervising(office, by))


def informed(office: Office, case_id: CaseId) -> Case:
    parts = simple(office, ADA) | {"nudge": office.nudge}
    return incident_reports.inform_of_change(case_id, 1, "another threshold", **parts)


def order(office: Office, case_id: CaseId, by: Person, country: str, **more: Any) -> Case:
    return orders.give(
        case_id,
        kind=more.get("kind", OrderKind.SUSPEND),
        ground=more.get("ground", OrderGround.PLAN_BREACH),
        country=country,
        reasons=more.get("reasons", "the plan is not followed"),
        required_changes=more.get("required_changes", ""),
        remedy=more.get("remedy", WIDERSPRUCH if country not in {"", "NL"} else ""),
        cluster=office.cluster,
        union=UNION,
        nudge=office.nudge,
        **supervising(office, by),
    )


def running(case: Case) -> dict[tuple[str, str], Any]:
    return {(c.name.value, c.subject): c for c in case.deadlines if c.met_at is None}


AFTER_A_DAY_OFF = date(2026, 12, 2)
ABROAD = Person("Ilse", Role.MARKET_SURVEILLANCE, "BNetzA", "DE")


def inspection(office: Office, case_id: CaseId, **more: Any) -> Case:
    return inspect.open_inspection(
        case_id,
        announced=more.get("announced", False),
        scope="logs",
        purpose="a complaint",
        powers="Art. 60(6)",
        source_code_reasons=more.get("source_code_reasons", ""),
        necessary_for_conformity=more.get("necessary_for_conformity", False),
        other_means_exhausted=more.get("other_means_exhausted", False),
        nudge=office.nudge,
        **supervising(office, more.get("by", INA)),
    )


def closing(office: Office, case_id: CaseId, number: int, by: Person) -> Case:
    return inspect.close_inspection(
        case_id,
        number,
        findings="in order",
        evidence_sha256=("ab" * 32,),
        cluster=office.cluster,
        nudge=office.nudge,
        **supervising(office, by),
    )


SOURCE_CODE = {
    "source_code_reasons": "to see the rule",
    "necessary_for_conformity": True,
    "other_means_exhausted": True,
}
OLAF = Person("Olaf", Role.AI_OFFICE, "AI Office")
INFRASTRUCTURE = Classification((IncidentClass.CRITICAL_INFRASTRUCTURE,), CausalLink.LIKELY)


def taken(
    office: Office,
    case_id: CaseId,
    by: Person,
    commission_reference: str = "C-1",
    *,
    told: str = "R-1",
) -> Case:
    return incident_reports.take_measures(
        case_id,
        1,
        measures="inspected",
        commission_reference=commission_reference,
        rights_reference=told,
        **supervising(office, by),
    )
