"""The catalogue of metrics that a plan may name: how each is asked, in what unit, what it means.

The namespace is forced into every selector by us, from a case id that was checked; no text of a
provider ever becomes part of a query. With several pods, the worst one counts, or all together where it is
a share of what was counted.
"""

from dataclasses import dataclass, replace

from sandbox.domain import naming
from sandbox.domain.naming import CaseId
from sandbox.domain.tool import Dimension, Metric

STEP_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class Query:
    """One entry of the catalogue; `{here}` in `promql` stands for the namespace's selector."""

    promql: str
    unit: str
    meaning: str
    dimension: Dimension
    step_seconds: float = STEP_SECONDS


TABLE: dict[str, Query] = {
    "accuracy": Query(
        "min(model_accuracy_ratio{here})",
        "ratio",
        "Share of decisions that were right.",
        Dimension.ACCURACY,
    ),
    "group_gap": Query(
        "max(model_group_gap_ratio{here})",
        "ratio",
        "Largest difference between groups in the share of good applicants who were approved.",
        Dimension.RIGHTS_RISK,
    ),
    "latency_p95_seconds": Query(
        "histogram_quantile(0.95, sum by (le) (rate(model_latency_seconds_bucket{here}[10s])))",
        "seconds",
        "Time within which 95 of 100 decisions were made.",
        Dimension.ROBUSTNESS,
    ),
    "oversight_present": Query(
        "min(oversight_present{here})",
        "yes = 1",
        "Whether a human overseer was on duty.",
        Dimension.RIGHTS_RISK,
    ),
    "consent_missing": Query(
        "max(consent_missing_total{here})",
        "decisions",
        "Decisions about a person without a valid consent token, since the pod began.",
        Dimension.RIGHTS_RISK,
    ),
    "membership_inference_score": Query(
        "max(privacy_membership_inference_ratio{here})",
        "ratio",
        "How often an attacker tells whether a person was in the training data.",
        Dimension.RIGHTS_RISK,
    ),
    "reidentification_score": Query(
        "max(privacy_reidentification_ratio{here})",
        "ratio",
        "Share of persons that a probe could tell apart in the outputs.",
        Dimension.RIGHTS_RISK,
    ),
    "attacks_not_blocked": Query(
        "1 - sum(security_attacks_blocked_total{here}) / sum(security_attacks_attempted_total{here})",
        "ratio",
        "Share of the attacks of a red team that the system did not block, since the pod began.",
        Dimension.CYBERSECURITY,
    ),
    "egress_denied": Query(
        "max(security_egress_denied_total{here})",
        "connections",
        "Connections out of the environment that were tried and refused, since the pod began.",
        Dimension.CYBERSECURITY,
    ),
    "decisions_per_second": Query(
        "sum(rate(model_decisions_total{here}[10s]))",
        "1/s",
        "Decisions made in a second.",
        Dimension.ROBUSTNESS,
    ),
}


class MetricCatalogue:
    """The table as the stages see it."""

    @property
    def names(self) -> frozenset[str]:
        return frozenset(TABLE)

    @property
    def metrics(self) -> tuple[Metric, ...]:
        """Every metric with the dimension it is about (Art. 58(2)(i))."""
        return tuple(
            Metric(name, query.dimension, query.unit, query.meaning)
            for name, query in TABLE.items()
        )

    def query(self, metric: str, case_id: CaseId) -> Query:
        """The query of a metric for one case; KeyError for a metric that is not in the table."""
        found = TABLE[metric]
        here = f'{{namespace="{naming.namespace(naming.case_id(case_id))}"}}'
        promql = found.promql.replace("{here}", here)
        return replace(found, promql=promql)
