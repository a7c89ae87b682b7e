"""Requirements are judged by sealed numbers, and never passed without any."""

import hashlib
from datetime import timedelta

import pytest

from sandbox.domain.evaluation import SealedReport, evaluation
from sandbox.domain.measurement import Measurement, Point, Series
from sandbox.domain.plan import Bound, Threshold
from sandbox.domain.report import Run, TestReport
from sandbox.monitoring.language import label, translated, words
from tests.factories import CASE_ID
from tests.fakes import NOON

BAR = Threshold("accuracy", Bound.AT_LEAST, 0.7, "Art. 15")
END = NOON + timedelta(seconds=9)


def sealed(*values: float, run: int = 1) -> SealedReport:
    points = tuple(Point(NOON.timestamp() + n, value) for n, value in enumerate(values))
    series = Series("the query", NOON, END, 1.0, points)
    runs = (Run(run, NOON, END, "complete", (Measurement(BAR, series, "ratio", "m"),)),)
    report = TestReport(
        *(CASE_ID, 1, "p", "s", "a", NOON, "Sue", 1, "f" * 64, runs, (), (), "0" * 64)
    )
    return SealedReport(report, "e" * 64)


@pytest.mark.rule("R58-D16")
@pytest.mark.parametrize(
    ("values", "verdict"),
    [
        ((0.8,) * 10, "pass"),
        ((0.8,) * 9 + (0.6,), "fail"),
        ((0.8,) * 5, "no_data"),
        ((), "no_data"),
    ],
)
def test_a_requirement_has_the_verdict_of_its_bar(values: tuple[float, ...], verdict: str) -> None:
    found = evaluation(("Art. 15",), (sealed(*values),))

    assert found["requirements_evaluated"] == [
        {"requirement": "Art. 15", "verdict": verdict, "measured_by": [str(BAR)]}
    ]


def test_what_no_bar_measured_and_no_report_told_has_no_data() -> None:
    told = {
        r["requirement"]: r
        for r in evaluation(("Art. 10",), (sealed(0.8),))["requirements_evaluated"]
    }

    assert told["Art. 10"] == {"requirement": "Art. 10", "verdict": "no_data", "measured_by": []}
    nothing = evaluation(("Art. 10",), ())
    assert [r["verdict"] for r in nothing["requirements_evaluated"]] == ["no_data"]
    assert nothing["metric_annex"] == []


@pytest.mark.parametrize("code", [code for code in translated() if code != "en"])
def test_the_annex_has_its_labels(code: str) -> None:
    (row,) = evaluation((), (sealed(0.8),))["metric_annex"]

    assert {label(name) for name in row} - words(code).keys() == set()


def test_the_annex_says_how_every_number_was_read() -> None:
    (row,) = evaluation((), (sealed(*(0.8,) * 5),))["metric_annex"]

    assert row == {
        "report": 1,
        "run": 1,
        "requirement": "Art. 15",
        "metric": "accuracy",
        "query": "the query",
        "window": f"{NOON.isoformat()} / {END.isoformat()}",
        "value": 0.8,
        "unit": "ratio",
        "threshold": "accuracy at least 0.7",
        "verdict": "no_data",
        "step_seconds": 1.0,
        "samples": 5,
        "samples_expected": 10,
        "completeness_percent": 50.0,
        "series_sha256": hashlib.sha256(
            "".join(f"{NOON.timestamp() + n!r} 0.8\n" for n in range(5)).encode()
        ).hexdigest(),
    }
