"""Which rows a reader may know about at all, as far as the database can tell without reading a case.

Each condition holds for every case that `readers.may_know` lets the role know; some more may pass.
"""

from collections.abc import Callable

from sqlalchemy import ColumnElement, false, or_, true

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.domain.readers import is_lead
from sandbox.store.tables import CaseRow


def may_concern(person: Person) -> ColumnElement[bool]:
    """What is true of the row of every case that somebody may know about."""
    if person.unit is Unit.ENFORCEMENT:
        return false()
    condition = CONDITIONS.get(person.role)
    shared = _any_of("shares")
    return or_(condition(person), shared) if condition else shared


def _any_of(field: str) -> ColumnElement[bool]:
    """Whether a list of a case has an entry; a case from before the field has none."""
    listed: ColumnElement[str] = CaseRow.facts[field].as_string()
    return listed.is_not(None) & (listed != "[]")


def _with(field: str) -> ColumnElement[bool]:
    fact: ColumnElement[str] = CaseRow.facts[field].as_string()
    return fact.is_not(None)


CONDITIONS: dict[Role, Callable[[Person], ColumnElement[bool]]] = {
    Role.AUTHORITY: lambda person: true() if is_lead(person) else _any_of("seats"),
    Role.AUDITOR: lambda _: true(),
    Role.PROVIDER: lambda person: CaseRow.provider == person.organisation,
    Role.DEPLOYER: lambda _: _with("test"),
    Role.MARKET_SURVEILLANCE: lambda person: or_(
        CaseRow.facts["application"]["country"].as_string() == person.country,
        _any_of("incidents"),
        _any_of("seats"),
    ),
    Role.DATA_PROTECTION: lambda _: CaseRow.facts["dpa_reviewer"].as_string() != "",
    Role.AI_OFFICE: lambda _: or_(_any_of("requests"), _with("suspension"), _any_of("seats")),
    Role.RIGHTS_BODY: lambda _: _any_of("incidents"),
}
