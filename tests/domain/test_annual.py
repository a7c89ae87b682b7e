"""The years of a sandbox, their clocks, and what of their figures everybody may read."""

from collections.abc import Mapping
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.annual import clocks, years
from sandbox.domain.annual_figures import SMALL, SUPPRESSED, TOO_FEW, YearFigures
from sandbox.domain.deadlines import recomputed
from sandbox.domain.periods import ONE_DAY
from sandbox.domain.regime import Sandbox, SandboxStatus
from tests.factories import CALENDAR

BEGUN = date(2026, 8, 2)
TALLIES = st.dictionaries(st.integers(0, 40).map(str), st.integers(1, 40), max_size=12)


@pytest.mark.rule("R57-16")
@pytest.mark.rule("DL-09")
def test_a_report_is_due_one_year_after_the_establishment_and_every_year() -> None:
    found = clocks(Sandbox(established_on=BEGUN), date(2028, 8, 2), CALENDAR)

    assert [(c.subject, c.due) for c in found] == [
        ("year 1", date(2027, 8, 2)),
        ("year 2", date(2028, 8, 2)),
        ("year 3", date(2029, 8, 2)),
    ]
    assert all(recomputed(clock) == clock for clock in found)


def test_the_last_report_is_the_final_one() -> None:
    sandbox = Sandbox(established_on=BEGUN, ended_on=date(2028, 1, 31))

    first, last = years(sandbox, date(2030, 1, 1))

    assert (first.is_final, last.is_final) == (False, True)
    assert (last.first_day, last.last_day) == (date(2027, 8, 2), date(2028, 1, 31))


def test_a_sandbox_that_is_planned_owes_no_report() -> None:
    assert years(Sandbox(), BEGUN) == ()
    assert years(Sandbox(established_on=BEGUN), BEGUN - ONE_DAY) == ()


@given(
    begun=st.dates(date(2020, 1, 1), date(2090, 1, 1)),
    runs=st.integers(0, 4000),
    lasts=st.none() | st.integers(0, 4000),
)
def test_every_day_of_a_sandbox_lies_in_one_year(begun: date, runs: int, lasts: int | None) -> None:
    ended = None if lasts is None else begun + timedelta(lasts)
    today = begun + timedelta(runs)

    found = years(Sandbox(established_on=begun, ended_on=ended), today)

    assert found[0].first_day == begun
    assert found[-1].last_day >= min(today, ended or today)
    for earlier, later in pairwise(found):
        assert later.first_day == earlier.last_day + ONE_DAY
    assert [year.number for year in found if year.is_final] in ([], [len(found)])


@pytest.mark.rule("R57-15")
def test_a_sandbox_is_planned_established_and_ended() -> None:
    sandbox = Sandbox(established_on=BEGUN, ended_on=date(2028, 1, 31))

    assert [sandbox.status(day) for day in (date(2026, 8, 1), BEGUN, date(2028, 2, 1))] == [
        SandboxStatus.PLANNED,
        SandboxStatus.ESTABLISHED,
        SandboxStatus.ENDED,
    ]
    assert Sandbox().status(BEGUN) is SandboxStatus.PLANNED
    with pytest.raises(ValueError, match="ends after"):
        Sandbox(ended_on=BEGUN)


@pytest.mark.rule("R57-16")
@pytest.mark.rule("D10")
@given(
    st.builds(
        YearFigures,
        applications=TALLIES,
        smes=st.integers(0, 12),
        admitted=TALLIES,
        suspensions=TALLIES,
        decision_days=st.lists(st.integers(0, 99), max_size=9).map(tuple),
        incidents=st.dictionaries(st.sampled_from(["SI_A", "SI_B"]), TALLIES),
        outcomes=st.dictionaries(st.sampled_from(["legal_certainty"]), TALLIES),
        gpu_hours=TALLIES,
        questions=st.dictionaries(st.sampled_from(["law"]), st.integers(0, 9)),
    ).filter(lambda figures: figures.smes <= len(figures.applications))
)
def test_nobody_finds_a_figure_of_few_cases_in_what_is_public(figures: YearFigures) -> None:
    told, known = figures.for_everybody(), figures.as_document()

    def shown(tally: Mapping[str, int]) -> int | str:
        return SUPPRESSED if 0 < len(tally) < SMALL else sum(tally.values())

    for name in ("applications", "admitted", "suspensions"):
        assert told[name] == shown(getattr(figures, name))
        assert known[name] == sum(getattr(figures, name).values())
    for name, tally in figures.incidents.items():
        assert told["incidents_by_class"][name] == shown(tally)
    for name, tally in figures.outcomes.items():
        assert told["outcomes_by_objective"][name] == shown(tally)
    for name, count in figures.questions.items():
        few = 0 < count < SMALL
        assert told["helpdesk_questions_by_topic"][name] == (SUPPRESSED if few else count)
    applications = len(figures.applications)
    others = applications - figures.smes
    if any(0 < n < SMALL for n in (figures.smes, others, applications)):
        assert told["sme_share_percent"] == TOO_FEW
    if 0 < len(figures.decision_days) < SMALL:
        assert told["decision_days_latest"] == told["decision_days_median"] == TOO_FEW
    if 0 < len(figures.gpu_hours) < SMALL:
        assert told["gpu_hours"] == TOO_FEW
