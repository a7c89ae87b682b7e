"""A report to be rendered, sealed and tampered with."""

from datetime import timedelta

from sandbox.domain.environment import Probe
from sandbox.domain.measurement import Measurement, Point, Series
from sandbox.domain.plan import Bound, Threshold
from sandbox.domain.report import Run, TestReport
from tests.factories import CASE_ID
from tests.fakes import NOON

GAP = Threshold("group_gap", Bound.AT_MOST, 0.15, "Art. 10", stop=True)
ACCURACY = Threshold("accuracy", Bound.AT_LEAST, 0.7, "Art. 15")


def a_series(query: str, values: list[float | None]) -> Series:
    points = tuple(
        Point(NOON.timestamp() + n, value) for n, value in enumerate(values) if value is not None
    )
    return Series(query, NOON, NOON + timedelta(seconds=len(values) - 1), 1.0, points)


def a_run(number: int, gaps: list[float | None], ended_by: str) -> Run:
    end = NOON + timedelta(seconds=len(gaps) - 1)
    accuracies: list[float | None] = [0.74 + 0.01 * (n % 3) for n in range(len(gaps))]
    return Run(
        number,
        NOON,
        end,
        ended_by,
        (
            Measurement(ACCURACY, a_series("min(a)", accuracies), "ratio", "Share that was right."),
            Measurement(GAP, a_series("max(g)", gaps), "ratio", "Difference between groups."),
        ),
    )


def a_report(provider: str = "CreditCo B.V.") -> TestReport:
    holes: list[float | None] = [0.05, 0.06, None, None, None, 0.05, 0.04, None, 0.05, 0.05]
    return TestReport(
        case_id=CASE_ID,
        number=1,
        provider=provider,
        system="FairScore 1.0",
        authority="Authority for AI",
        made_at=NOON,
        made_by="Sue",
        plan_version=1,
        plan_sha256="ab" * 32,
        runs=(
            a_run(1, [0.31, 0.3, 0.32] * 7, "suspend"),
            a_run(2, [0.05, 0.06, 0.04] * 10, "report"),
            a_run(3, holes, "report"),
        ),
        isolation=(
            Probe("egress to the outside", "R59-d", "dropped", "dropped", passed=True),
            Probe("metadata", "R59-d", "dropped", "not provable", passed=False, proven=False),
        ),
        notes=("GPUs of this cluster are simulated: numbers for quota, no hardware.",),
        ledger_seal="0" * 64,
    )
