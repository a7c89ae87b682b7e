"""The kind of sandbox, the route of a system, the seats, and the six rows of table 4.1."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.application import BaseModel
from sandbox.domain.case import Person
from sandbox.domain.finding import PracticeReview
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.member_state import Answer, Framework, MemberState
from sandbox.domain.passage import against
from sandbox.domain.periods import Period
from sandbox.domain.readers import may_know
from sandbox.domain.regime import (
    REGIME,
    AnnexIARegistration,
    Member,
    Regime,
    Sandbox,
    SandboxKind,
)
from sandbox.domain.routing import Competent, Route, Way, route
from sandbox.domain.screening import screen
from sandbox.domain.seats import Capacity, Seat, derived, seated_again, sits
from sandbox.domain.testing_basis import Basis, footing
from sandbox.member_states import period, union
from sandbox.regimes import regime
from tests.factories import APPLICATION, CALENDAR, SUE, a_case
from tests.fakes import NOON

DAY = date(2026, 11, 24)
OWN_MODEL = BaseModel("M", "CreditCo", same_undertaking=True)
PAIR = (Member("NL", "sandbox@nl.example"), Member("BE", "sandbox@be.example"))
JOINT = Sandbox(SandboxKind.JOINT, PAIR, "AP (NL)", "memorandum of 2026-11-01", DAY)


def routed(rules: Regime = REGIME, **changes: Any) -> Route:
    application = replace(APPLICATION, **changes)
    return route(application, screen(application, DAY), rules.sandbox.kind)


@pytest.mark.rule("R57-01")
@pytest.mark.rule("R57-02")
@pytest.mark.parametrize("kind", [SandboxKind.NATIONAL, SandboxKind.REGIONAL, SandboxKind.LOCAL])
def test_a_sandbox_of_one_member_state_covers_it_alone(kind: SandboxKind) -> None:
    assert Sandbox(kind).covers("NL", home="NL")
    assert not Sandbox(kind).covers("DE", home="NL")
    assert Sandbox(kind, (Member("DE"),)).covers("DE", home="NL")
    with pytest.raises(ValueError, match="joint"):
        Sandbox(kind, PAIR)


@pytest.mark.rule("R58-D24")
@pytest.mark.rule("R57-14")
@pytest.mark.parametrize(
    ("missing", "why"),
    [
        ({"framework_agreement": " "}, "framework agreement"),
        ({"lead_authority": ""}, "lead authority"),
        ({"members": PAIR[:1]}, "two Member States"),
        ({"members": (Member("NL"), Member("BE", "b"))}, "each with a contact"),
        ({"members": (PAIR[0], PAIR[0])}, "once"),
    ],
)
def test_a_joint_sandbox_rests_on_an_agreement_with_lead_and_contacts(
    missing: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        replace(JOINT, **missing)
    assert JOINT.covers("BE", home="NL")
    assert not JOINT.covers("DE", home="NL")


def test_a_sandbox_of_the_union_has_no_member_states_and_reaches_all() -> None:
    assert Sandbox(SandboxKind.UNION).covers("MT", home="NL")
    with pytest.raises(ValueError, match="Union"):
        Sandbox(SandboxKind.EDPS, PAIR[:1])


@pytest.mark.rule("R58-01")
def test_the_regime_is_read_from_a_file_and_what_nobody_knows_is_refused(tmp_path: Path) -> None:
    def read(text: str) -> Regime:
        file = tmp_path / "regime.toml"
        file.write_text(text)
        return regime(str(file))

    said = read(
        'implementing_act = "DRAFT_2025_12"\nannex_i_a_registration = "not_required"\n'
        'weights_are_personal_data = false\n[sandbox]\nkind = "joint"\nlead_authority = "AP (NL)"\n'
        'framework_agreement = "memorandum of 2026-11-01"\nestablished_on = 2026-11-24\n'
        '[sandbox.members]\nNL = "sandbox@nl.example"\nBE = "sandbox@be.example"\n'
    )

    assert said == Regime(
        annex_i_a_registration=AnnexIARegistration.NOT_REQUIRED,
        weights_are_personal_data=False,
        sandbox=JOINT,
    )
    assert regime("") == read("") == REGIME
    assert regime("", home="NL").sandbox == Sandbox(home="NL")
    for wrong in (
        'colour = "red"',
        'implementing_act = "ADOPTED"',
        'fine_shield = "everybody"',
        'weights_are_personal_data = "no"',
        '[sandbox]\nkind = "private"',
        '[sandbox]\nsize = "big"',
        '[sandbox]\nhome = "NL"',
        '[sandbox.members]\nUS = "x"',
        '[sandbox]\nmembers = ["NL"]',
        '[sandbox]\nestablished_on = "soon"',
        "[sandbox]\nlead_authority = 5",
    ):
        with pytest.raises(ValueError, match=r"."):
            read(wrong)
    with pytest.raises(ValueError, match="nothing here supports incomplete_application = 'pauses'"):
        read('incomplete_application = "pauses"')


@pytest.mark.rule("R57-03a")
@pytest.mark.rule("R75-01")
@pytest.mark.parametrize(
    ("changes", "way", "who", "rule"),
    [
        ({"prohibited": ("A5-c",), "union_body": True}, Way.STOPPED, None, "A5-c"),
        ({"defence_only": True, "union_body": True}, Way.OUT_OF_SCOPE, None, "R2-3"),
        ({"research_only": True}, Way.OUT_OF_SCOPE, None, "R2-6"),
        (
            {"very_large_platform": True, "union_body": True},
            *(Way.ROUTED, Competent.AI_OFFICE, "R75-01"),
        ),
        ({"base_model": OWN_MODEL}, Way.ROUTED, Competent.AI_OFFICE, "R75-01"),
        (
            {"union_body": True, "financial_institution": True},
            *(Way.ROUTED, Competent.EDPS, "R57-03"),
        ),
        (
            {"financial_institution": True, "annex_iii": ("III-6a",)},
            *(Way.ROUTED, Competent.FINANCIAL_SUPERVISOR, "R74-6"),
        ),
        (
            {"annex_iii": ("III-7b",), "annex_i": ("I-A11",)},
            *(Way.ROUTED, Competent.DATA_PROTECTION, "R74-8"),
        ),
        ({"annex_i": ("I-A11",)}, Way.ROUTED, Competent.SECTOR_AUTHORITY, "R74-3"),
        ({}, Way.ROUTED, Competent.MARKET_SURVEILLANCE, "R74-1"),
    ],
)
def test_the_order_of_routing_ends_at_the_first_step_that_applies(
    changes: dict[str, Any], way: Way, who: Competent | None, rule: str
) -> None:
    found = routed(**changes)

    assert (found.way, found.competent, found.signposts[0].rule) == (way, who, rule)


def test_research_is_in_scope_when_it_is_tested_in_the_real_world() -> None:
    found = routed(research_only=True, real_world_test=True)

    assert found.way is Way.ROUTED
    assert "R2-8" in {post.rule for post in found.signposts}


@pytest.mark.rule("R57-03")
def test_a_sandbox_of_the_union_says_for_whom_it_is() -> None:
    edps = Regime(sandbox=Sandbox(SandboxKind.EDPS))
    union = Regime(sandbox=Sandbox(SandboxKind.UNION))

    assert "R57-03" in {post.rule for post in routed(edps).signposts}
    assert [post.rule for post in routed(edps, union_body=True, personal_data=False).signposts] == [
        "R57-03"
    ]
    assert "R57-03a" in {post.rule for post in routed(union).signposts}
    assert "R57-03a" not in {post.rule for post in routed(union, base_model=OWN_MODEL).signposts}


@pytest.mark.rule("R57-13")
def test_seats_follow_from_sandbox_route_and_member_states() -> None:
    application = replace(APPLICATION, test_member_states=("NL", "DE"))
    tested = replace(application, real_world_test=True)
    found = derived(tested, routed(), Regime(sandbox=JOINT), NOON)

    assert [(s.role.value, s.country, s.capacity.value) for s in found] == [
        ("authority", "", "lead"),
        ("authority", "NL", "concerned"),
        ("authority", "BE", "concerned"),
        ("market_surveillance", "NL", "concerned"),
        ("market_surveillance", "DE", "concerned"),
        ("data_protection", "NL", "associated"),
    ]
    assert sits(found, Role.MARKET_SURVEILLANCE, "DE", "BNetzA")
    assert not sits(found, Role.MARKET_SURVEILLANCE, "FR", "DGCCRF")
    assert sits(found, Role.AUTHORITY, "BE", "BIPT")
    without_a_test = derived(application, routed(), Regime(sandbox=JOINT), NOON)
    assert not sits(without_a_test, Role.MARKET_SURVEILLANCE, "DE", "BNetzA")
    union = Regime(sandbox=Sandbox(SandboxKind.UNION))
    (lead, *_) = derived(APPLICATION, routed(base_model=OWN_MODEL), union, NOON)
    assert (lead.role, lead.capacity) == (Role.AI_OFFICE, Capacity.LEAD)


@pytest.mark.rule("R57-10")
@pytest.mark.rule("R57-13")
def test_whoever_comes_from_outside_the_union_has_the_authorities_of_the_installation() -> None:
    dutch = Regime(sandbox=Sandbox(home="NL"))
    product = replace(APPLICATION, annex_i=("I-A11",))

    def seated(country: str) -> list[tuple[str, str]]:
        application = replace(product, country=country)
        found = derived(application, routed(annex_i=("I-A11",)), dutch, NOON)
        return [(s.role.value, s.country) for s in found if s.capacity is not Capacity.LEAD]

    sector, home, data = "market_surveillance", "market_surveillance", "data_protection"
    assert seated("US") == [(sector, "NL"), (home, "NL"), (data, "NL")]
    assert seated("FR") == [(sector, "FR"), (home, "FR"), (data, "FR")]


@pytest.mark.rule("R57-10")
@pytest.mark.rule("R57-03")
@pytest.mark.rule("R78")
def test_the_authorities_at_the_home_of_a_provider_know_its_case_by_their_seats() -> None:
    """Also where the plan alone brings personal data: the route knows of none."""

    def knows(role: Role, place: str, who: str = "", **facts: Any) -> list[bool]:
        """In screening, once it is admitted, and once data protection is associated as well."""
        application = replace(APPLICATION, personal_data=False, **facts)
        dutch = Regime(sandbox=Sandbox(home="NL"))
        seats = derived(application, route(application, (), dutch.sandbox.kind), dutch, NOON)
        screening = a_case(application=application, seats=seats, stage=Stage.SCREENING)
        admitted = replace(screening, stage=Stage.ADMITTED)
        every = (screening, admitted, replace(admitted, dpa_reviewer="D"))
        return [may_know(case, Person("P", role, who, place)) for case in every]

    never, admitted, associated = [False] * 3, [False, True, True], [False, False, True]
    for country, home in (("US", "NL"), ("FR", "FR"), ("NL", "NL")):
        assert knows(Role.MARKET_SURVEILLANCE, home, country=country) == admitted
        assert knows(Role.DATA_PROTECTION, home, country=country) == associated
    body: dict[str, Any] = {"union_body": True, "country": "BE"}
    assert knows(Role.DATA_PROTECTION, "", "EDPS", **body) == associated
    assert knows(Role.DATA_PROTECTION, "BE", **body) == never
    assert knows(Role.MARKET_SURVEILLANCE, "BE", **body) == never
    assert knows(Role.DATA_PROTECTION, "US", country="US") == never


@pytest.mark.rule("R57-10")
def test_only_the_data_protection_authority_with_the_seat_knows_an_associated_case() -> None:
    def know(country: str, organisation: str, seats: tuple[Seat, ...], dpa: str = "DPA") -> bool:
        case = a_case(seats=seats, dpa_reviewer=dpa)
        return may_know(case, Person("Dan", Role.DATA_PROTECTION, organisation, country))

    national = derived(APPLICATION, routed(), REGIME, NOON)
    body = replace(APPLICATION, union_body=True)
    of_the_union = derived(body, routed(union_body=True), REGIME, NOON)

    assert know("NL", "AP", national)
    assert not know("NL", "AP", national, dpa="")
    assert not know("DE", "BfDI", national)
    assert know("", "EDPS", of_the_union)
    assert not know("NL", "AP", of_the_union)
    assert not know("NL", "AP", ())


@pytest.mark.rule("R78")
def test_a_seat_that_names_an_authority_is_its_own() -> None:
    bank = replace(APPLICATION, financial_institution=True)
    seats = derived(bank, routed(financial_institution=True), REGIME, NOON)
    found = tuple(seat for seat in seats if seat.organisation)
    named = Seat(Role.MARKET_SURVEILLANCE, "NL", "DNB", Capacity.CONCERNED, NOON, "Sue")

    assert not sits(found, Role.MARKET_SURVEILLANCE, "NL", "RDI")
    assert sits(found, Role.MARKET_SURVEILLANCE, "NL", "financial supervisor")
    assert sits((*found, named), Role.MARKET_SURVEILLANCE, "NL", "DNB")
    assert not sits((*found, named), Role.MARKET_SURVEILLANCE, "NL", "RDI")


@pytest.mark.rule("R57-10")
def test_other_authorities_that_an_applicant_names_are_on_the_way_without_their_names() -> None:
    named = routed(other_authorities=("central bank",))

    assert [p.rule for p in named.signposts].count("R57-10") == 2
    assert "central bank" not in str(named)


def test_a_seat_that_people_gave_survives_another_screening_and_a_derived_one_does_not() -> None:
    given = Seat(Role.AUTHORITY, "FR", "CNIL", Capacity.CONCERNED, NOON, "Sue")
    before = (
        *derived(
            replace(APPLICATION, real_world_test=True, test_member_states=("DE",)),
            *(routed(), REGIME, NOON),
        ),
        given,
    )

    after = seated_again(before, APPLICATION, routed(), REGIME, NOON.replace(year=2027))

    assert given in after
    assert sits(before, Role.MARKET_SURVEILLANCE, "DE", "BNetzA")
    assert not sits(after, Role.MARKET_SURVEILLANCE, "DE", "BNetzA")
    assert all(seat.since == NOON for seat in after)


@pytest.mark.rule("R57-13")
def test_who_is_no_authority_gets_no_seat_and_only_one_leads() -> None:
    lead = Seat(Role.AUTHORITY, "", "", Capacity.LEAD, NOON)
    wrong = (
        Seat(Role.PROVIDER, "NL", "X", Capacity.CONCERNED, NOON),
        Seat(Role.MARKET_SURVEILLANCE, "", "X", Capacity.LEAD, NOON),
    )

    reasons = against(a_case(seats=(lead, lead, *wrong)), Action.SEAT_AUTHORITY, SUE)

    assert len(reasons) == 4
    assert against(a_case(seats=(lead,)), Action.SEAT_AUTHORITY, SUE) == ()


NOT_HIGH_RISK: dict[str, Any] = {"annex_iii": ()}
SECTION_B: dict[str, Any] = {"annex_iii": (), "annex_i": ("I-B18",)}
UNASSESSED_A: dict[str, Any] = {"annex_iii": (), "annex_i": ("I-A11",)}
SECTION_A: dict[str, Any] = UNASSESSED_A | {"third_party_assessment": True}
BANNED: dict[str, Any] = {"prohibited": ("A5-c",)}
NATIONAL = Framework("Road Test Act", DAY)
LATER = Framework("Road Test Act", date(2026, 11, 25))


@pytest.mark.rule("R60a-1")
@pytest.mark.rule("R60-1")
@pytest.mark.parametrize(
    ("changes", "inside", "framework", "basis", "registration"),
    [
        ({}, True, None, Basis.IN_SANDBOX, True),
        (NOT_HIGH_RISK, True, None, Basis.IN_SANDBOX, True),
        ({}, False, None, Basis.ART_60, True),
        (SECTION_A, False, None, Basis.ART_60, True),
        (UNASSESSED_A, False, None, Basis.NOT_AVAILABLE, False),
        (UNASSESSED_A, True, None, Basis.IN_SANDBOX, True),
        (SECTION_B, False, NATIONAL, Basis.ART_60A, False),
        (SECTION_B, False, None, Basis.NOT_AVAILABLE, False),
        (SECTION_B, False, LATER, Basis.NOT_AVAILABLE, False),
        (NOT_HIGH_RISK, False, NATIONAL, Basis.NOT_AVAILABLE, False),
        (BANNED, True, None, Basis.NEVER, False),
        (BANNED, False, None, Basis.NEVER, False),
        (BANNED | SECTION_B, False, NATIONAL, Basis.NEVER, False),
    ],
)
def test_which_regime_a_test_is_under(
    changes: dict[str, Any],
    inside: bool,
    framework: Framework | None,
    basis: Basis,
    registration: bool,
) -> None:
    state = MemberState("NL", "Europe/Amsterdam", CALENDAR, Answer.YES, framework)

    found = footing(replace(APPLICATION, **changes), state, DAY, inside=inside)

    assert (found.basis, found.registration) == (basis, registration)
    assert found.tacit_approval == (basis is Basis.ART_60)
    assert found.allows == (basis not in {Basis.NOT_AVAILABLE, Basis.NEVER})
    assert bool(found.framework) == (basis is Basis.ART_60A)


@pytest.mark.rule("R60-4b")
@pytest.mark.parametrize("answer", list(Answer))
def test_silence_counts_only_where_a_yes_is_known(answer: Answer) -> None:
    state = MemberState("NL", "Europe/Amsterdam", CALENDAR, answer)

    assert footing(APPLICATION, state, DAY, inside=False).tacit_approval == (answer is Answer.YES)
    assert not footing(APPLICATION, state, DAY, inside=True).tacit_approval


def test_a_practice_that_a_supervisor_cleared_may_be_tested() -> None:
    banned = replace(APPLICATION, prohibited=("A5-c",))
    cleared = PracticeReview("A5-c", confirmed=False, reasons="none", by="Sue", at=NOON)
    state = MemberState("NL", "Europe/Amsterdam", CALENDAR)

    assert footing(banned, state, DAY, inside=False, reviews=(cleared,)).basis is Basis.ART_60


@pytest.mark.rule("R60a-1")
@pytest.mark.rule("R60-1")
def test_a_framework_is_told_with_its_notification_or_not_at_all(tmp_path: Path) -> None:
    def told(text: str) -> Framework | None:
        file = tmp_path / "member_states.toml"
        file.write_text(text)
        return union(str(file), range(2026, 2027)).of("NL").framework_60a

    whole = '[NL.framework_60a]\nreference = "Road Test Act"\nnotified_on = 2026-11-25\n'
    assert told("") is None
    assert told(whole) == LATER
    for wrong in (
        "[NL.framework_60a]\n",
        '[NL.framework_60a]\nreference = "Road Test Act"\n',
        '[NL.framework_60a]\nreference = "Road Test Act"\nnotified_on = "soon"\n',
        '[NL.framework_60a]\nreference = " "\nnotified_on = 2026-11-25\n',
        whole + 'colour = "red"\n',
    ):
        with pytest.raises(ValueError, match="framework"):
            told(wrong)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("remedy = 5", "NL: remedy"),
        ('tacit_approval = "perhaps"', "NL: tacit_approval"),
        ('appeal = { weeks = "six" }', "NL: appeal: weeks"),
        ("appeal = { weeks = 0 }", "NL: appeal"),
        ("colour = 1", "nobody knows the setting colour"),
    ],
)
def test_what_is_wrong_in_the_file_of_member_states_is_named(
    said: str, why: str, tmp_path: Path
) -> None:
    file = tmp_path / "member_states.toml"
    file.write_text(f"[NL]\n{said}\n")

    with pytest.raises(ValueError, match=why):
        union(str(file), range(2026, 2027))


def test_the_days_off_of_a_member_state_can_be_corrected(tmp_path: Path) -> None:
    file = tmp_path / "member_states.toml"
    file.write_text("[NL]\nholidays = [2026-11-25]\nnot_holidays = [2026-12-25]\n")
    calendars = {c: union(str(file), range(2026, 2027)).of(c).calendar for c in ("NL", "BE")}

    days = (date(2026, 11, 25), date(2026, 12, 25))
    assert [calendars["NL"].is_working_day(day) for day in days] == [False, True]
    assert [calendars["BE"].is_working_day(day) for day in days] == [True, False]
    file.write_text('[NL]\nholidays = ["soon"]\n')
    with pytest.raises(ValueError, match="lists of dates"):
        union(str(file), range(2026, 2027))


@pytest.mark.rule("DL-25")
@pytest.mark.parametrize(
    ("text", "found"),
    [("", None), ("6 weeks", Period(weeks=6)), ("1 months", Period(months=1))],
)
def test_the_period_to_appeal_is_a_setting(text: str, found: Period | None) -> None:
    assert period(text) == found


@pytest.mark.parametrize("text", ["six weeks", "6", "0 days", "6 years"])
def test_what_is_no_period_to_appeal_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="SANDBOX_APPEAL"):
        period(text)
