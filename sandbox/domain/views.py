"""A case as one person may see it: field by field, by the table, the labels and the shares (Art. 78)."""

from dataclasses import MISSING, fields, replace
from typing import Any

from sandbox.domain.case import Case, Person
from sandbox.domain.clock_views import shows_clock
from sandbox.domain.concerns import asked_for_documents, incidents_of, is_own_subject, requests_of
from sandbox.domain.confidential import quoted
from sandbox.domain.finding import Finding
from sandbox.domain.lifecycle import Role
from sandbox.domain.papers import Paper
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.shares import shared_with
from sandbox.domain.sight import Sight, column, sees, sight
from sandbox.domain.view_entries import ENTRIES, ENTRIES_BY_PREFIX
from sandbox.domain.view_table import (
    AUDIT,
    PARTIES,
    SHARED_MAX,
    TABLE,
)

PARTICIPANTS = frozenset({Role.PROVIDER, Role.DEPLOYER})
PERSONS = frozenset({"by", "aware"})  # and what ends in `_by`: fields that name a natural person
WITH_LINES = frozenset(path.rpartition(".")[0] for path in TABLE if "." in path)


def narrowed(case: Case, person: Person) -> Case:
    """The case without the fields that are hidden from somebody and the elements that are not theirs."""
    hidden: dict[str, Any] = {  # Any: the empty value of any field
        f.name: f.default
        for f in fields(Case)
        if f.default is not MISSING and not _sees_any(case, person, f.name)
    }
    return replace(_own_elements(case, person), **hidden)


def facts(case: Case, person: Person, dumped: dict[str, Any]) -> dict[str, Any]:  # Any: JSON
    """What is left of a narrowed case, written as JSON, for somebody."""
    seen = {path: sees(case, person, path) for path in TABLE}
    kept = ((name, _cut(seen, name, value, "")) for name, value in dumped.items())
    return {name: value for name, value in kept if value is not NOTHING}


def counts(case: Case, person: Person) -> dict[str, int]:
    """How many there are of what somebody may count and not see."""
    return {
        f.name: _count(getattr(case, f.name))
        for f in fields(Case)
        if sight(case, person, f.name) is Sight.COUNTED
    }


def of_document(
    case: Case, person: Person, kind: Paper, number: int, said: dict[str, Any] | None
) -> Sight:  # Any: JSON
    """Whether somebody may open a document, or know that it is there; `said` is what it says."""
    known = said or {}
    if f"{kind}-{number}" in _given_to(case, person) and may_be_given(case, known):
        return Sight.SEEN
    if not _is_own_document(case, person, kind, known):
        return Sight.HIDDEN
    path = f"documents.{kind}"
    if _is_addressed(person, kind, known) and sees(case, person, path):
        return Sight.SEEN
    return sight(case, person, path, quoted(case, known))


def _is_addressed(person: Person, kind: Paper, said: dict[str, Any]) -> bool:  # Any: JSON
    """Whether a document goes to whom somebody acts for: they have to act on all that it says,
    whatever mark of the provider stands on it (Art. 76(3); Art. 78 binds the reader too).
    """
    names = {person.role.value, f"{person.role.value}:{person.country}"}
    match kind:
        case Paper.TESTING_PLAN:
            return f"{Role.MARKET_SURVEILLANCE.value}:{said.get('submitted_to')}" in names
        case Paper.INCIDENT_REPORT:
            return not names.isdisjoint(said.get("recipients", ()))
        case Paper.NOTICE:
            return not names.isdisjoint(said.get("addressees", ()))
        case _:
            return False


def _is_own_document(
    case: Case, person: Person, kind: Paper, said: dict[str, Any]
) -> bool:  # Any: JSON
    """Whether a document is about an incident, agreement, stop or territory that is somebody's business."""
    if kind is Paper.INCIDENT_REPORT:
        return said.get("incident") in {i.number for i in incidents_of(case, person)}
    if kind is Paper.DEPLOYER_AGREEMENT and person.role is Role.DEPLOYER:
        return said.get("deployer") == person.organisation
    if kind is Paper.NOTICE and person.role is Role.DEPLOYER:
        return _is_addressed(person, kind, said)
    if kind is Paper.TESTING_PLAN and _answers_for_one(case, person):
        # What others asked is theirs. Entries of before do not say whose a plan was, and quote nothing.
        return bool(said.get("submitted_to", person.country) == person.country)
    return True


def reads_entry(case: Case, person: Person, action: str, said: dict[str, Any]) -> bool:  # Any: JSON
    """Whether somebody reads an entry of the ledger: it cannot be cut without breaking its seal."""
    if sees(case, person, "ledger"):
        return True
    if not sees(case, person, "persons"):
        return False
    if action == "report_sealed":
        kind = Paper(said["kind"])
        listed = sight(case, person, f"documents.{kind}") is not Sight.HIDDEN
        return listed and _is_own_document(case, person, kind, said)
    prefixed = (path for word, path in ENTRIES_BY_PREFIX.items() if action.startswith(word))
    path = ENTRIES.get(action) or next(prefixed, "")
    if path == "incidents" and not _incidents_told(said) <= {
        i.subject for i in incidents_of(case, person)
    }:
        return False
    if path == "test.territories" and _answers_for_one(case, person):
        own = said.get("country", person.country) == person.country
    else:
        own = is_own_subject(case, person, str(said.get("subject", ""))) is not False
    return own and sees(case, person, path)


def _incidents_told(said: dict[str, Any]) -> set[str]:  # Any: JSON
    """The subjects of the incidents that an entry speaks of."""
    several: list[str] = said.get("incidents") or [f"incident {said.get('incident')}"]
    return set(several)


NOTHING = object()  # the place of what is cut away; None is a value


def _cut(seen: dict[str, bool], path: str, value: Any, line: str) -> Any:  # Any: JSON
    """A value without what is hidden in it; `line` is the line of the table that it stands under."""
    line = path if path in TABLE else line
    if isinstance(value, dict):
        inside = {name: _cut(seen, f"{path}.{name}", part, line) for name, part in value.items()}
        return {name: part for name, part in inside.items() if part is not NOTHING} or NOTHING
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        items = (_cut(seen, path, item, line) for item in value)
        return [item for item in items if item is not NOTHING] or NOTHING
    if path in WITH_LINES:  # a subject that is not there: so much says the stage too
        within = any(shown for known, shown in seen.items() if known.startswith(f"{path}."))
        return value if within or seen.get(path, False) else NOTHING
    if not seen.get(line, False):
        return NOTHING
    is_name = path != line and names_somebody(path.rpartition(".")[2])
    return value if not is_name or seen["persons"] else NOTHING


def names_somebody(name: str) -> bool:
    """Whether a field of this name holds the name of a natural person."""
    return name in PERSONS or name.endswith("_by")


def _sees_any(case: Case, person: Person, name: str) -> bool:
    paths = (path for path in TABLE if path == name or path.startswith(f"{name}."))
    return any(sees(case, person, path) for path in paths)


def _count(value: object) -> int:
    return len(value) if isinstance(value, tuple) else int(value is not None)


def _own_elements(case: Case, person: Person) -> Case:
    inspections = case.inspections
    if person.role in PARTICIPANTS:
        inspections = tuple(i for i in inspections if not i.is_secret)
    shares = case.shares
    if column(case, person) not in PARTIES | AUDIT:
        shares = shared_with(shares, person.role, person.country)
    return replace(
        case,
        findings=tuple(found for found in case.findings if reads_finding(case, person, found)),
        inspections=inspections,
        incidents=incidents_of(case, person),
        requests=requests_of(case, person),
        shares=shares,
        deadlines=tuple(clock for clock in case.deadlines if shows_clock(case, person, clock)),
        test=_own_territories(case, person),
    )


def reads_finding(case: Case, person: Person, found: Finding) -> bool:
    """Whether somebody reads what screening noticed: it may quote what is marked, or give away a field
    that is not theirs.
    """
    if found.about and not sees(case, person, f"application.{found.about}"):
        return False
    label = quoted(case, {"sentence": found.sentence})
    return sight(case, person, "findings", label) is Sight.SEEN


def _own_territories(case: Case, person: Person) -> RealWorldTest | None:
    """The test with the agreements of a deployer, and the territory of an authority, alone."""
    if case.test is None:
        return None
    if person.role is Role.DEPLOYER:
        own = tuple(a for a in case.test.agreements if a.deployer == person.organisation)
        return replace(case.test, agreements=own)
    if _answers_for_one(case, person):
        return replace(
            case.test,
            territories=tuple(t for t in case.test.territories if t.country == person.country),
        )
    return case.test


def _answers_for_one(case: Case, person: Person) -> bool:
    """Whether somebody answers a testing plan for one territory, and reads that alone."""
    return column(case, person) is Role.MARKET_SURVEILLANCE and bool(person.country)


def _given_to(case: Case, person: Person) -> frozenset[str]:
    """The documents that answers to somebody's requests let them read (Art. 77)."""
    return frozenset(name for own in asked_for_documents(case, person) for name in own.documents)


def may_be_given(case: Case, said: dict[str, Any] | None) -> bool:  # Any: JSON
    """Whether a document holds nothing that is shared with nobody (Art. 78)."""
    return quoted(case, said or {}).rank <= SHARED_MAX.rank
