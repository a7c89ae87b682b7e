"""Observers, tools and facilities: who sees what, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.action import Action
from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import EDGES, Role, Stage
from sandbox.domain.observers import Observer, ObserverKind, Part
from sandbox.domain.passage import against
from sandbox.domain.readers import may_know, observer_scope
from sandbox.domain.referral import FacilityKind
from sandbox.domain.tool import Dimension, Rights, Tool, ToolKind, shown
from sandbox.facilities import facilities
from sandbox.monitoring.queries import TABLE, MetricCatalogue
from sandbox.regimes import regime
from tests.factories import SUE, a_case
from tests.fakes import NOON

TODAY = date(2026, 11, 24)
NORA = Person("Nora", Role.OBSERVER, "TÜV")
INVITED = Observer(
    *(1, "Nora", "TÜV", ObserverKind.NOTIFIED_BODY, (Part.PLAN, Part.RISKS), TODAY, "Sue", NOON)
)
LET_IN = replace(INVITED, consented_by="Ada", consented_at=NOON)
TOOL = Tool(
    *(1, "Gap test", ToolKind.TEST, Dimension.RIGHTS_RISK, "Counts groups.", Rights.OPEN),
    *("EUPL-1.2", "doi:1", "Ada", NOON),
)


@pytest.mark.rule("R57-04")
@pytest.mark.parametrize(
    ("observer", "today", "seen"),
    [
        (INVITED, TODAY, set()),
        (LET_IN, TODAY, {Part.PLAN, Part.RISKS}),
        (LET_IN, TODAY + timedelta(days=1), set()),
        (replace(LET_IN, ended_by="Ada", ended_at=NOON), TODAY, set()),
        (replace(LET_IN, name="Somebody"), TODAY, set()),
        (replace(LET_IN, organisation="Elsewhere"), TODAY, set()),
    ],
)
def test_an_observer_sees_its_scope_while_the_invitation_holds(
    observer: Observer, today: date, seen: set[Part]
) -> None:
    assert observer_scope(a_case(observers=(observer,)), NORA, today) == seen


@pytest.mark.rule("R78")
@given(
    st.sets(st.sampled_from(Part), min_size=1).map(lambda scope: tuple(sorted(scope))),
    st.sampled_from(Role),
    st.sampled_from(Unit),
)
def test_nobody_in_another_role_or_from_enforcement_sees_as_an_observer(
    scope: tuple[Part, ...], role: Role, unit: Unit
) -> None:
    case = a_case(observers=(replace(LET_IN, scope=scope),))

    seen = observer_scope(case, replace(NORA, role=role, unit=unit), TODAY)

    assert seen == (set(scope) if role is Role.OBSERVER and unit is Unit.SUPPORT else set())


@pytest.mark.rule("R57-04")
def test_an_observer_acts_on_nothing_and_may_not_know_the_whole_case() -> None:
    assert [edge for edge in EDGES if edge.role is Role.OBSERVER] == []
    assert not may_know(a_case(stage=Stage.ACTIVE, observers=(LET_IN,)), NORA)


def test_an_observer_is_invited_to_some_part() -> None:
    with pytest.raises(ValueError, match="some part"):
        replace(INVITED, scope=())


@pytest.mark.rule("R57-04")
@pytest.mark.rule("R58-02f")
def test_nobody_is_invited_twice_nor_from_the_provider_itself() -> None:
    twice = a_case(observers=(INVITED, replace(LET_IN, number=2)))
    again = a_case(observers=(replace(LET_IN, ended_at=NOON), replace(LET_IN, number=2)))
    own = a_case(observers=(replace(INVITED, organisation="CreditCo"),))

    assert [r.rule for r in against(twice, Action.INVITE_OBSERVER, SUE)] == ["R58-02f"]
    assert [r.rule for r in against(again, Action.INVITE_OBSERVER, SUE)] == []
    assert [r.rule for r in against(own, Action.INVITE_OBSERVER, SUE)] == ["R57-04"]


@pytest.mark.rule("R58-D12")
def test_a_tool_is_shown_as_its_owner_permits_and_never_before_it_is_listed() -> None:
    listed = replace(TOOL, listed_by="Sue", listed_at=NOON)
    asked_for = shown(replace(listed, rights=Rights.ON_REQUEST))
    whole = shown(listed)

    assert shown(TOOL) is None
    assert shown(replace(listed, rights=Rights.CONFIDENTIAL)) is None
    assert asked_for is not None
    assert (asked_for.title, asked_for.description, asked_for.reference) == ("Gap test", "", "")
    assert whole is not None
    assert (whole.description, whole.licence) == ("Counts groups.", "EUPL-1.2")


@pytest.mark.rule("R58-D12")
def test_an_open_tool_names_its_licence() -> None:
    with pytest.raises(ValueError, match="licence"):
        replace(TOOL, licence=" ")


@pytest.mark.rule("R58-02i")
def test_every_metric_is_about_a_dimension_of_the_law() -> None:
    metrics = MetricCatalogue().metrics

    assert {metric.name for metric in metrics} == TABLE.keys()
    assert {metric.dimension for metric in metrics} == set(Dimension)


@pytest.mark.rule("R58-03")
def test_facilities_come_from_a_file_and_none_is_built_in(tmp_path: Path) -> None:
    path = tmp_path / "facilities.toml"
    path.write_text(
        '[health]\nname = "T"\nkind = "testing_and_experimentation_facility"\n'
        'services = "tests"\ncontact = "t@example.org"\ncountry = "NL"\n'
    )

    found = facilities(str(path))

    assert facilities("") == {}
    assert (found["health"].id, found["health"].kind) == ("health", FacilityKind.TEF)


@pytest.mark.parametrize(
    "text",
    ['[a]\nname = "T"\n', '[a]\nkind = "shop"\n', "[a]\n", '[a]\nkind = "ai_factory"\nx = 1\n'],
)
def test_a_wrong_file_of_facilities_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "facilities.toml"
    path.write_text(text)

    with pytest.raises(ValueError, match=r"facilities\.toml|shop"):
        facilities(str(path))


@pytest.mark.rule("R57-11a")
@pytest.mark.parametrize("said", ["0", "-1", "true", '"14"', "1.5"])
def test_the_days_to_mitigate_are_a_whole_number(tmp_path: Path, said: str) -> None:
    path = tmp_path / "regime.toml"
    path.write_text(f"risk_mitigation_days = {said}\n")

    with pytest.raises(ValueError, match="whole number"):
        regime(str(path))


def test_the_days_to_mitigate_may_be_chosen(tmp_path: Path) -> None:
    path = tmp_path / "regime.toml"
    path.write_text("risk_mitigation_days = 7\n")

    assert regime(str(path)).risk_mitigation_days == 7
    assert regime("").risk_mitigation_days == 14
