"""The self-check says what screening says, and what would change it is tried, not foretold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.application import Application, MarketStatus
from sandbox.domain.case import Severity
from sandbox.domain.screening import PROHIBITED, screen
from sandbox.domain.self_check import SelfCheck, check
from tests.factories import APPLICATION, CALENDAR

TODAY = date(2026, 11, 24)


def checked(application: Application) -> SelfCheck:
    return check(application, TODAY, CALENDAR)


def applications() -> st.SearchStrategy[Application]:
    return st.builds(
        lambda **answers: replace(APPLICATION, **answers),
        prohibited=st.lists(st.sampled_from(sorted(PROHIBITED)), max_size=2).map(tuple),
        market_status=st.sampled_from(MarketStatus),
        eu_establishment=st.booleans(),
        authorised_representative=st.sampled_from(["", "Rep B.V."]),
        regulatory_questions=st.sampled_from(["", "which?"]),
        personal_data=st.booleans(),
        real_world_test=st.booleans(),
        requested_start=st.dates(date(2026, 1, 1), date(2028, 1, 1)),
        weeks=st.integers(1, 104),
    )


@given(applications())
def test_the_outcome_is_that_of_the_screening(application: Application) -> None:
    severities = {finding.severity for finding in screen(application)}

    outcome = checked(application).outcome

    assert (outcome == "excluded") == (Severity.EXCLUDED in severities)
    assert (outcome == "eligible") == severities.isdisjoint({Severity.EXCLUDED, Severity.MISSING})


@given(applications())
def test_every_obstacle_has_a_change_that_would_remove_it(application: Application) -> None:
    found = checked(application)
    obstacles = {
        f.sentence for f in found.findings if f.severity in {Severity.EXCLUDED, Severity.MISSING}
    }

    removable = {sentence for change in found.would_change for sentence in change.removes}

    assert removable == obstacles


@given(applications())
def test_no_expected_end_lies_before_today_and_a_real_world_test_never_outlasts_its_cap(
    application: Application,
) -> None:
    days = {expected.rule: expected.day for expected in checked(application).expected}

    assert days["DL-01"] == date(2027, 2, 24)
    assert TODAY < days["R58-D13"] < days["DL-06"]
    assert days["DL-05"] == days["R58-D13"] - timedelta(days=30)
    assert ("DL-19" in days) == application.personal_data
    if application.real_world_test:
        began = max(application.requested_start, TODAY, days["DL-02"])
        assert days["R58-D13"] <= began + timedelta(days=184)


@pytest.mark.parametrize(
    ("answers", "document"),
    [
        ({"real_world_test": True}, "D5"),
        ({"real_world_test": True}, "D6"),
        ({"public_interest_area": "health"}, "D11"),
        ({"personal_data": True}, "D12"),
    ],
)
def test_papers_are_asked_for_only_where_they_are_needed(
    answers: dict[str, object], document: str
) -> None:
    plain = replace(
        APPLICATION, real_world_test=False, public_interest_area="", personal_data=False
    )

    assert document not in {p.document for p in checked(plain).papers}
    assert document in {p.document for p in checked(replace(plain, **answers)).papers}  # type: ignore[arg-type]
