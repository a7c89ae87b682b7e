"""The table of views: total, hidden by default, and never looser for a stricter label."""

import dataclasses
import typing
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.action import Action
from sandbox.domain.application import Application
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.confidential import quoted, remembered, telling
from sandbox.domain.finding import Finding, Severity
from sandbox.domain.incident import CausalLink, Classification, Incident, IncidentClass
from sandbox.domain.labels import Label, Mark, stricter
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.reworked import reworked
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.shares import Part, Share
from sandbox.domain.sight import INSPECTED, Sight, by_table, sees, sight
from sandbox.domain.supervision import AuthorityRequest, RequestKind
from sandbox.domain.view_entries import ENTRIES
from sandbox.domain.view_table import APPLICATION, CASE, CEILINGS, PAPERS, TABLE, TEST
from sandbox.domain.views import counts, facts, narrowed, of_document
from sandbox.errors import NotAllowedError
from sandbox.store.cases import as_json
from tests.factories import ADA, PLAN, SUE, a_case
from tests.fakes import NOON
from tests.real_world import a_case_with, a_test

ROLES = st.sampled_from(sorted(Role))
LABELS = st.sampled_from([label for label in Label if label is not Label.CLASSIFIED])
FIELDS = st.sampled_from(sorted(APPLICATION))
EXPANDED = {"application", "test"}  # their own fields have the lines


def named(owner: type) -> set[str]:
    return {f.name for f in fields(owner)}


def a_person(role: Role) -> Person:
    return Person(
        "P", role, "CreditCo" if role is Role.PROVIDER else "BankCo", COUNTRY.get(role, "")
    )


COUNTRY = dict.fromkeys((Role.MARKET_SURVEILLANCE, Role.DATA_PROTECTION, Role.RIGHTS_BODY), "NL")
FULL = a_case_with(a_test(), dpa_reviewer="DPA")


@pytest.mark.rule("R78")
def test_every_field_of_a_case_has_a_line_in_the_table() -> None:
    assert named(Case) - {p for p in CASE if "." not in p} == EXPANDED
    assert named(Application) == set(APPLICATION)
    assert named(RealWorldTest) == {p for p in TEST if "." not in p}
    assert set(Paper) == set(PAPERS)
    assert set(Role) == set(CEILINGS)


def test_every_line_of_the_table_is_about_a_field_that_exists() -> None:
    for path in (*CASE, *(f"application.{n}" for n in APPLICATION), *(f"test.{n}" for n in TEST)):
        owner: Any = Case
        for part in path.split("."):
            assert part in named(owner), path
            owner = _inside(typing.get_type_hints(owner)[part])


def test_every_action_says_what_its_entry_in_the_ledger_speaks_of() -> None:
    assert set(Action) - set(ENTRIES) == set()
    assert set(ENTRIES.values()) - set(TABLE) == set()


@given(ROLES)
def test_what_has_no_line_is_hidden_from_everybody(role: Role) -> None:
    assert by_table(role, "a_field_of_tomorrow") is Sight.HIDDEN
    assert sight(FULL, a_person(role), "a_field_of_tomorrow") is Sight.HIDDEN
    assert "a_field_of_tomorrow" not in facts(FULL, a_person(role), {"a_field_of_tomorrow": "x"})


@pytest.mark.rule("R78")
@given(ROLES, FIELDS, LABELS, LABELS)
def test_a_stricter_label_never_shows_more(role: Role, name: str, one: Label, other: Label) -> None:
    person, path = a_person(role), f"application.{name}"
    loose, strict = sorted((one, other), key=lambda label: label.rank)

    def shown(label: Label) -> set[str]:
        marks = (Mark(name, label),)
        case = replace(FULL, application=replace(FULL.application, marks=marks))
        return set(_leaves(facts(case, person, as_json(narrowed(case, person)))))

    assert by_table(role, path, strict) <= by_table(role, path, loose)
    assert shown(strict) <= shown(loose)


@pytest.mark.rule("R78")
@given(ROLES, st.sampled_from(sorted(TABLE)), st.sets(st.sampled_from(sorted(Part)), min_size=1))
def test_a_share_never_carries_what_is_sensitive_or_deliberated(
    role: Role, path: str, parts: set[Part]
) -> None:
    share = Share(
        *(1, role, "XX", tuple(parts), "p", "Art. 57(13)", NOON.date(), "Sue", NOON),
        of_right=True,
    )
    case = replace(FULL, shares=(share,))
    reader = Person("R", role, "", "XX")
    alone = sight(FULL, reader, path, Label.SENSITIVE_OPERATIONAL)

    assert sight(case, reader, path, Label.SENSITIVE_OPERATIONAL) is alone
    if TABLE[path].part is None:
        assert sight(case, reader, path) is sight(FULL, reader, path)


@given(st.lists(st.sampled_from(list(Label)), min_size=1))
def test_the_strictest_label_counts(labels: list[Label]) -> None:
    assert stricter(*labels).rank == max(label.rank for label in labels)


@pytest.mark.rule("R78")
def test_classified_information_is_no_mark() -> None:
    with pytest.raises(ValueError, match="classified information is not accepted here"):
        Mark("novelty", Label.CLASSIFIED)


def test_a_field_named_confidential_is_as_good_as_a_mark() -> None:
    application = replace(FULL.application, confidential=("system_name",))
    case = replace(FULL, application=application)
    deployer = a_person(Role.DEPLOYER)

    assert sees(FULL, deployer, "application.system_name")
    assert not sees(case, deployer, "application.system_name")
    assert sees(case, a_person(Role.MARKET_SURVEILLANCE), "application.system_name")


@pytest.mark.rule("R77")
@pytest.mark.parametrize(
    ("marked", "said", "opened"),
    [
        ("novelty", "nothing of it", True),
        ("novelty", 'we do "this"\nand that', False),
        ("viability", "it is empty", True),
        ("data_sources", "taken from the tax office", False),
    ],
)
def test_a_document_that_quotes_a_marked_field_is_as_secret_as_the_field(
    marked: str, said: str, opened: bool
) -> None:
    rights = Classification((IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY)
    incident = Incident(
        *(1, NOON, "Ada", NOON, ("NL",), "refused", "one", "Ada", NOON), classification=rights
    )
    application = replace(
        FULL.application,
        novelty='we do "this"\nand that',
        data_sources=("the tax office",),
        marks=(Mark(marked, Label.CONFIDENTIAL),),
    )
    case = replace(FULL, application=application, incidents=(incident,))
    written = {"incident": 1, "description": said}
    body = a_person(Role.RIGHTS_BODY)

    found = of_document(case, body, Paper.INCIDENT_REPORT, 1, written)

    assert (found is Sight.SEEN) is opened
    assert of_document(case, ADA, Paper.INCIDENT_REPORT, 1, written) is Sight.SEEN
    assert of_document(case, body, Paper.INCIDENT_REPORT, 1, {"incident": 2}) is Sight.HIDDEN


@pytest.mark.rule("R77")
@pytest.mark.parametrize(
    ("label", "opened"), [(Label.CONFIDENTIAL, True), (Label.SENSITIVE_OPERATIONAL, False)]
)
def test_a_document_that_was_given_is_closed_again_by_a_mark_that_no_share_carries(
    label: Label, *, opened: bool
) -> None:
    body = a_person(Role.RIGHTS_BODY)
    request = AuthorityRequest(
        *(1, RequestKind.RIGHTS_DOCUMENTS, "why", str(body), NOON, "here", "Sue", NOON),
        documents=("decision-1",),
    )
    application = replace(FULL.application, novelty="a new way", marks=(Mark("novelty", label),))
    case = replace(FULL, application=application, requests=(request,))

    found = of_document(case, body, Paper.DECISION, 1, {"reasons": "it is a new way"})

    assert (found is Sight.SEEN) is opened


@pytest.mark.rule("R78")
@pytest.mark.parametrize(("confidential", "opened"), [((), True), (("methodology",), False)])
def test_a_document_that_quotes_a_marked_field_of_a_plan_is_as_secret_as_the_field(
    confidential: tuple[str, ...], *, opened: bool
) -> None:
    plan = replace(PLAN, methodology="we hold out a tenth", confidential=confidential)
    case = replace(FULL, plan=plan)
    said = {"deployer": "BankCo", "text": "we hold out a tenth of it"}

    found = of_document(case, a_person(Role.DEPLOYER), Paper.DEPLOYER_AGREEMENT, 1, said)

    assert (found is Sight.SEEN) is opened


@pytest.mark.rule("R78")
@pytest.mark.rule("R57-11b")
@pytest.mark.rule("R60-4a")
@pytest.mark.rule("R73-02")
@pytest.mark.parametrize(
    ("kind", "said"),
    [
        (Paper.TESTING_PLAN, {"submitted_to": "NL"}),
        (Paper.INCIDENT_REPORT, {"incident": 1, "recipients": ["market_surveillance:NL"]}),
        (Paper.NOTICE, {"addressees": ["provider:CreditCo", "market_surveillance:NL"]}),
    ],
)
def test_an_authority_reads_what_is_addressed_to_it_whatever_mark_stands_on_it(
    kind: Paper, said: dict[str, Any]
) -> None:
    secret = (Mark("system_name", Label.SENSITIVE_OPERATIONAL),)
    incident = Incident(1, NOON, "Ada", NOON, ("NL", "DE"), "d", "p", "Ada", NOON)
    application = replace(FULL.application, system_name="Scorer 3000", marks=secret)
    case = replace(FULL, application=application, incidents=(incident,))
    quoting = said | {"system": "Scorer 3000 1.0"}
    addressed = a_person(Role.MARKET_SURVEILLANCE)

    assert of_document(case, addressed, kind, 1, quoting) is Sight.SEEN
    other = replace(addressed, country="DE")
    assert of_document(case, other, kind, 1, quoting) is not Sight.SEEN
    inspector = replace(addressed, unit=Unit.ENFORCEMENT)
    assert of_document(case, inspector, kind, 1, quoting) is not Sight.SEEN


@pytest.mark.rule("R58-D18")
@pytest.mark.rule("R78")
def test_what_was_marked_stays_marked_when_it_is_written_anew() -> None:
    told = "we distil the ledger of Bank Aurora"
    plan = replace(PLAN, methodology=told, confidential=("methodology",))
    marks = (Mark("novelty", Label.SENSITIVE_OPERATIONAL),)
    application = replace(FULL.application, novelty="a graph of nine hubs", marks=marks)
    before = replace(FULL, plan=plan, application=application)
    plain = replace(PLAN, methodology="twelve features", confidential=("methodology",))

    after = replace(before, plan=plain)
    after = replace(after, once_marked=remembered(before, after))
    later = reworked(after, replace(application, novelty="new"), ())

    assert list(telling(later, told)) != []
    assert list(telling(later, "A graph of nine hubs.")) != []
    assert quoted(later, {"text": told}) is Label.CONFIDENTIAL
    assert quoted(later, {"text": "a graph of nine hubs"}) is Label.SENSITIVE_OPERATIONAL
    assert remembered(later, later) == later.once_marked
    assert len(later.once_marked) == 2


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("found", "readers"),
    [
        (Finding("R5", Severity.NOTICE, "plain"), {Role.PROVIDER, Role.MARKET_SURVEILLANCE}),
        (Finding("R5", Severity.NOTICE, "it quotes Scorer 3000"), {Role.PROVIDER}),
        (Finding("R62-1", Severity.OK, "size class micro", about="size"), {Role.PROVIDER}),
    ],
)
def test_a_finding_is_read_by_whom_what_it_gives_away_is_open_to(
    found: Finding, readers: set[Role]
) -> None:
    secret = (Mark("system_name", Label.SENSITIVE_OPERATIONAL),)
    application = replace(FULL.application, system_name="Scorer 3000", marks=secret)
    case = replace(FULL, application=application, findings=(found,))

    for role in (Role.PROVIDER, Role.MARKET_SURVEILLANCE):
        assert bool(narrowed(case, a_person(role)).findings) is (role in readers)
        assert case.findings == (found,)


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("marked", "label"),
    [
        ("the participation", Label.SENSITIVE_OPERATIONAL),
        ("participat", Label.PUBLIC),  # a part of a word
        ("it", Label.PUBLIC),  # stands in every text
    ],
)
def test_what_is_marked_is_quoted_by_whole_words_only(marked: str, label: Label) -> None:
    marks = (Mark("novelty", Label.SENSITIVE_OPERATIONAL),)
    application = replace(FULL.application, novelty=marked, marks=marks)

    said = {"effect": "it says: the participation is suspended"}

    assert quoted(replace(FULL, application=application), said) is label


@given(ROLES)
def test_an_inspector_sees_inspections_and_orders_and_no_other_field(role: Role) -> None:
    inspector = replace(a_person(role), unit=Unit.ENFORCEMENT)
    seen = {path for path in TABLE if sight(FULL, inspector, path) is not Sight.HIDDEN}

    assert seen == (INSPECTED if role in {Role.AUTHORITY, Role.MARKET_SURVEILLANCE} else set())


def test_an_auditor_counts_and_does_not_read() -> None:
    case = a_case(stage=Stage.ADMITTED)
    auditor = Person("Audi", Role.AUDITOR, "")
    seen = facts(case, auditor, as_json(narrowed(case, auditor)))

    assert "application" not in seen
    assert counts(case, auditor)["decision"] == 0
    assert counts(case, SUE) == {}
    assert counts(case, ADA) == {}
    assert by_table(Role.AUDITOR, "plan", Label.CONFIDENTIAL) is Sight.COUNTED


def _inside(kind: Any) -> Any:
    """The dataclass in a type, whatever it is wrapped in."""
    if is_dataclass(kind):
        return kind
    found = (_inside(a) for a in typing.get_args(kind) if a not in {type(None), Ellipsis})
    return next((one for one in found if dataclasses.is_dataclass(one)), kind)


def _leaves(value: Any, path: str = "") -> Iterator[str]:
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _leaves(part, f"{path}.{name}")
    else:
        yield path if path != ".application.marks" else ""


@pytest.mark.rule("R57-14")
def test_a_seated_authority_that_does_not_lead_supervises_and_decides_nothing() -> None:
    french = Person("Fay", Role.AUTHORITY, "Arcom", country="FR")
    seat = Seat(Role.AUTHORITY, "FR", "Arcom", Capacity.CONCERNED, NOON)
    case = a_case(stage=Stage.ACTIVE, seats=(seat,))

    assert take(case, Action.ADD_RISK, french).version == case.version + 1
    for decision in (Action.COMPLETE, Action.ISSUE_PROOF, Action.PLACE_HOLD):
        with pytest.raises(NotAllowedError):
            take(case, decision, french)
