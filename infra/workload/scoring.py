"""Credit scoring that can be watched: the demo workload of the sandbox.

This file is copied alone into the container image. It learns to tell good from bad credit risks
in the German Credit data, scores the applications that were held out again and again, in small
batches, and says on `/metrics` what an overseer of the model must know.

**Accuracy and gap.** Both are measured over one full pass: every held-out application counts once.
They judge what the model decided, before any human changed it. The gap is the equal-opportunity
gap: of the applicants who do pay back, the share that is granted among those under 26, compared
with that share among the others, as an absolute difference. The passes repeat the same
applications, so a gauge tells the same at every scrape; until the first pass is through, it is not
exposed at all.

**Modes.** In both, each age group has a threshold of its own, chosen on the training data alone
(by scores from cross-validation), in keeping with a different idea of what is equal:

* `fair` grants the same share of those who pay back in either group;
* `unfair` has the same share of losses among the granted in either group. Fewer of the young pay
  back, hence they need a higher score, and many who would pay back are refused.

The seed is one whose split leaves either mode clearly on its side. On 300 held-out applications
chance weighs: with other seeds the gap of `fair` comes to 0.12 at times.

**What is simulated.** The overseer, who overturns a fourth of the borderline decisions, and the register of consents, in which every applicant of this data is entered.
"""

import argparse
import csv
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import numpy as np
from numpy.typing import NDArray
from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    disable_created_metrics,
    start_http_server,
)

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]

VERSION = "1"
MODES = ("fair", "unfair")
SEED = 7
HELD_OUT = 0.3
FOLDS = 5
YOUNG_BELOW = 26
TARGET, AGE = "creditability", "age_in_years"
GRANTED_OF_GOOD = 0.88
LOSSES_OF_GRANTED = 0.18
BORDERLINE = 0.05
OVERTURNED = 0.25


@dataclass(frozen=True)
class Applications:
    """Rows of the data: what is known, who pays back, and who is young."""

    numbers: Numbers
    words: NDArray[np.str_]
    good: Flags
    young: Flags

    def __len__(self) -> int:
        return len(self.good)

    def only(self, rows: NDArray[np.int64] | slice) -> "Applications":
        return Applications(self.numbers[rows], self.words[rows], self.good[rows], self.young[rows])


def read(path: Path) -> Applications:
    """The applications of a CSV file; a column of nothing but digits is taken as numbers."""
    with path.open(encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    columns = dict(zip(head, zip(*rows, strict=True), strict=True))
    good = np.array([value == "good" for value in columns.pop(TARGET)])
    young = np.array([float(value) < YOUNG_BELOW for value in columns[AGE]])
    numeric = {name for name, values in columns.items() if all(map(str.isdecimal, values))}
    numbers = [np.array(columns[name], dtype=np.float64) for name in columns if name in numeric]
    words = [np.array(columns[name]) for name in columns if name not in numeric]
    return Applications(np.column_stack(numbers), np.column_stack(words), good, young)


def split(applications: Applications) -> tuple[Applications, Applications]:
    """Those to learn from and those held out, with the same shares of young and good in both."""
    from sklearn.model_selection import train_test_split

    learnt, held = train_test_split(
        np.arange(len(applications)),
        test_size=HELD_OUT,
        random_state=SEED,
        stratify=applications.good * 2 + applications.young,
    )
    return applications.only(learnt), applications.only(held)


@dataclass(frozen=True)
class Model:
    """A trained scorer and the score that each group needs."""

    encode: Callable[[Applications], Numbers]
    classifier: Any  # scikit-learn ships no types
    needed_by_young: float
    needed_by_others: float

    def scores(self, applications: Applications) -> Numbers:
        found: Numbers = self.classifier.predict_proba(self.encode(applications))[:, 1]
        return found

    def needed(self, applications: Applications) -> Numbers:
        return np.where(applications.young, self.needed_by_young, self.needed_by_others)


def train(applications: Applications, mode: str) -> Model:
    """Learn from these applications, and choose the thresholds that the mode asks for."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import cross_val_predict
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    scaler = StandardScaler().fit(applications.numbers)
    encoder = OneHotEncoder(handle_unknown="ignore", sparse_output=False).fit(applications.words)

    def encode(some: Applications) -> Numbers:
        return np.hstack([scaler.transform(some.numbers), encoder.transform(some.words)])

    features, good, young = encode(applications), applications.good, applications.young
    classifier = LogisticRegression(max_iter=1000)
    unseen = cross_val_predict(classifier, features, good, cv=FOLDS, method="predict_proba")[:, 1]
    choose = {"fair": same_chance, "unfair": same_losses}[mode]
    return Model(
        encode,
        classifier.fit(features, good),
        needed_by_young=choose(unseen[young], good[young]),
        needed_by_others=choose(unseen[~young], good[~young]),
    )


def same_chance(scores: Numbers, good: Flags) -> float:
    """The threshold that grants a fixed share of those who pay back."""
    return float(np.quantile(scores[good], 1 - GRANTED_OF_GOOD))


def same_losses(scores: Numbers, good: Flags) -> float:
    """The lowest threshold with at most a fixed share of losses among the granted."""
    order = np.argsort(-scores, kind="stable")
    losses = np.cumsum(~good[order]) / np.arange(1, len(order) + 1)
    within = np.flatnonzero(losses <= LOSSES_OF_GRANTED)
    return float(scores[order[within[-1]]]) if len(within) else 1.0


def group_gap(granted: Flags, good: Flags, young: Flags) -> float | None:
    """The equal-opportunity gap; unknown where a group has nobody who pays back."""
    ours, theirs = granted[good & young], granted[good & ~young]
    if not len(ours) or not len(theirs):
        return None
    return abs(float(ours.mean()) - float(theirs.mean()))


class Overseer:
    """A human, simulated: looks at every borderline decision and overturns some of them."""

    def __init__(self) -> None:
        self._mind = np.random.default_rng(SEED)

    def overturns(self, scores: Numbers, needed: Numbers) -> Flags:
        borderline = np.abs(scores - needed) < BORDERLINE
        return borderline & (self._mind.random(len(scores)) < OVERTURNED)


MEASURED = {
    "model_accuracy_ratio": "Share of right decisions of the model over a full pass",
    "model_group_gap_ratio": "Equal-opportunity gap between applicants under 26 and others",
    "model_trained_timestamp_seconds": "When the training ended",
}


class Metrics:
    """What the workload says about itself."""

    def __init__(self, registry: CollectorRegistry, mode: str) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]
        self._registry = registry
        self._gauges: dict[str, Gauge] = {}
        known = {"version": VERSION, "mode": mode}
        Info("model", "Which model runs", registry=registry).info(known)
        Gauge("oversight_present", "1 while an overseer looks on", registry=registry).set(1)
        self.decisions = Counter(
            "model_decisions", "Decisions after oversight", ["outcome"], registry=registry
        )
        for outcome in ("granted", "refused"):
            self.decisions.labels(outcome)
        self.overrides, self.checked, self.missing = (
            Counter(name, told, registry=registry)
            for name, told in (
                ("oversight_overrides", "Decisions that a human overturned"),
                ("consent_checked", "Consents looked up"),
                ("consent_missing", "Applications left alone for want of consent"),
            )
        )
        told, buckets = "Time to score a batch", [x / 1000 for x in (0.5, 1, 2, 5, 10, 50, 250)]
        self.latency = Histogram("model_latency_seconds", told, registry=registry, buckets=buckets)

    def measured(self, name: str, value: float) -> None:
        """Expose a measured gauge; the first value brings it into being."""
        if name not in self._gauges:
            gauge = self._gauges[name] = Gauge(name, MEASURED[name], registry=None)
            gauge.set(value)
            self._registry.register(gauge)
        self._gauges[name].set(value)


class Scoring:
    """The held-out applications, scored pass after pass."""

    def __init__(self, model: Model, held: Applications, consents: Flags, metrics: Metrics) -> None:
        self._model, self._held, self._consents, self._metrics = model, held, consents, metrics
        self._overseer = Overseer()

    def one_pass(self, batch: int) -> Iterator[None]:
        """Score everything once, yielding after each batch; at the end, say how it went."""
        granted: list[Flags] = []
        for at in range(0, len(self._held), batch):
            granted.append(self._one_batch(slice(at, at + batch)))
            yield
        scored = self._held.only(np.flatnonzero(self._consents))
        self._publish(np.concatenate(granted), scored)

    def _one_batch(self, rows: slice) -> Flags:
        """What the model decided about those of these rows who consent."""
        consents, metrics = self._consents[rows], self._metrics
        metrics.checked.inc(len(consents))
        metrics.missing.inc(int(np.sum(~consents)))
        batch = self._held.only(rows).only(np.flatnonzero(consents))
        if not len(batch):
            return batch.good
        with metrics.latency.time():
            scores = self._model.scores(batch)
        needed = self._model.needed(batch)
        granted: Flags = scores >= needed
        overturned = self._overseer.overturns(scores, needed)
        decided = granted ^ overturned
        metrics.overrides.inc(int(overturned.sum()))
        metrics.decisions.labels("granted").inc(int(decided.sum()))
        metrics.decisions.labels("refused").inc(int((~decided).sum()))
        return granted

    def _publish(self, granted: Flags, scored: Applications) -> None:
        if not len(scored):
            return
        self._metrics.measured("model_accuracy_ratio", float(np.mean(granted == scored.good)))
        gap = group_gap(granted, scored.good, scored.young)
        if gap is not None:
            self._metrics.measured("model_group_gap_ratio", gap)


def _end(_signal: int, _frame: FrameType | None) -> None:
    sys.exit(0)


def main() -> None:
    """Expose, train, and score until told to end; the first pass does without pauses."""
    signal.signal(signal.SIGTERM, _end)  # as process 1 there is no default that ends
    parser = argparse.ArgumentParser(description="Credit scoring that can be watched.")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--data", type=Path, default=Path(__file__).with_name("germancredit.csv"))
    chosen = parser.parse_args()
    mode = os.environ.get("SCORING_MODE", "fair")
    if mode not in MODES:
        parser.error(f"SCORING_MODE is {mode!r}; it may be {' or '.join(MODES)}")
    batch = max(1, int(os.environ.get("SCORING_BATCH", "10")))
    pause = float(os.environ.get("SCORING_PAUSE_SECONDS", "0.2"))

    metrics = Metrics(registry := CollectorRegistry(), mode)
    start_http_server(chosen.port, registry=registry)
    learnt, held = split(read(chosen.data))
    model = train(learnt, mode)
    metrics.measured("model_trained_timestamp_seconds", time.time())
    scoring = Scoring(model, held, np.ones(len(held), dtype=np.bool_), metrics)
    for _ in scoring.one_pass(batch):
        pass
    while True:
        for _ in scoring.one_pass(batch):
            time.sleep(pause)


if __name__ == "__main__":
    main()
