"""What the program measures, on made-up and on the real data."""

import numpy as np
import pytest
from prometheus_client import CollectorRegistry

from infra.workload import ingredients, scoring
from infra.workload.image import DATA_NAME


def made_up(count=400):
    """Applications whose first number tells, with noise, who pays back; every fourth is young."""
    chance = np.random.default_rng(1)
    numbers = chance.normal(size=(count, 2))
    good = numbers[:, 0] + chance.normal(scale=0.5, size=count) > -0.5
    words = chance.choice(["own", "rent"], size=(count, 1))
    return scoring.Applications(numbers, words, good, np.arange(count) % 4 == 0)


class Run:
    def __init__(self, applications, mode="fair", consents=None):
        self.registry = CollectorRegistry()
        learnt, self.held = scoring.split(applications)
        everybody = np.ones(len(self.held), dtype=bool)
        self.scoring = scoring.Scoring(
            scoring.train(learnt, mode),
            self.held,
            everybody if consents is None else consents(everybody),
            scoring.Metrics(self.registry, mode),
        )

    def passes(self, count=1, batch=10):
        for _ in range(count):
            for _ in self.scoring.one_pass(batch):
                pass
        return self

    def __getitem__(self, name):
        return self.registry.get_sample_value(name)


def test_what_is_not_yet_measured_is_not_exposed():
    run = Run(made_up())
    steps = run.scoring.one_pass(10)
    next(steps)
    assert run["model_accuracy_ratio"] is None
    assert run["model_group_gap_ratio"] is None
    for _ in steps:
        pass
    accuracy, gap = run["model_accuracy_ratio"], run["model_group_gap_ratio"]
    assert accuracy is not None
    assert accuracy > 0.7
    assert gap is not None
    assert gap >= 0


def test_consents_and_oversight_are_exposed_from_the_start():
    run = Run(made_up())
    assert (run["consent_missing_total"], run["consent_checked_total"]) == (0, 0)
    assert (run["oversight_overrides_total"], run["oversight_present"]) == (0, 1)


@pytest.mark.parametrize("batch", [1, 7, 1000])
def test_further_passes_and_other_batches_measure_the_same(batch):
    first, later = Run(made_up()).passes(), Run(made_up()).passes(3, batch)
    for name in ("model_accuracy_ratio", "model_group_gap_ratio"):
        assert later[name] == pytest.approx(first[name])


def test_every_consent_is_checked_and_every_decision_counted():
    run = Run(made_up()).passes(2)
    decided = [
        run.registry.get_sample_value("model_decisions_total", {"outcome": outcome})
        for outcome in ("granted", "refused")
    ]
    assert sum(decided) == run["consent_checked_total"] == 2 * len(run.held)
    assert run["consent_missing_total"] == 0


def test_who_has_not_consented_is_counted_and_not_scored():
    run = Run(made_up(), consents=lambda all_: np.arange(len(all_)) >= 15).passes()
    granted = run.registry.get_sample_value("model_decisions_total", {"outcome": "granted"})
    refused = run.registry.get_sample_value("model_decisions_total", {"outcome": "refused"})
    assert run["consent_missing_total"] == 15
    assert granted + refused == len(run.held) - 15


def test_the_overseer_overturns_borderline_decisions_only():
    scores, needed = np.linspace(0, 1, 1000), np.full(1000, 0.5)
    overturned = scoring.Overseer().overturns(scores, needed)
    assert 0 < overturned.sum() < 100
    assert np.all(np.abs(scores[overturned] - 0.5) < scoring.BORDERLINE)


def test_the_gap_compares_only_those_who_pay_back():
    granted = np.array([True, False, True, True, False])
    good = np.array([True, True, True, True, False])
    young = np.array([True, True, False, False, False])
    assert scoring.group_gap(granted, good, young) == 0.5


def test_the_gap_is_unknown_where_a_group_has_nobody_who_pays_back():
    nobody = np.zeros(3, dtype=bool)
    assert scoring.group_gap(~nobody, ~nobody, nobody) is None


@pytest.mark.services
def test_on_the_real_data_fair_is_fair_and_unfair_is_not(tmp_path):
    data = tmp_path / DATA_NAME
    ingredients.fetch_data(data)
    applications = scoring.read(data)
    assert len(applications) == 1000
    fair = Run(applications, "fair").passes()
    unfair = Run(applications, "unfair").passes()
    assert fair["model_group_gap_ratio"] < 0.08
    assert fair["model_accuracy_ratio"] > 0.72
    assert unfair["model_group_gap_ratio"] > 0.25
