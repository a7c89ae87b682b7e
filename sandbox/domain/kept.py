"""What an evidence hold has kept of what was measured (Art. 73(6), rulebook 5.1)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class KeptMetric:
    """One raw series in a kept file; `sha256` is its hash as in a test report, `failure` says why it
    could not be asked for.
    """

    metric: str
    sha256: str
    values: int
    expected: int
    failure: str = ""

    def __str__(self) -> str:
        if self.failure:
            return f"{self.metric}: no data, {self.failure}"
        return f"{self.metric}: {self.values} of {self.expected} values, sha256 {self.sha256}"


@dataclass(frozen=True, slots=True)
class KeptSeries:
    """A file in the evidence store with every series from `start` to `until`."""

    start: datetime
    until: datetime
    at: datetime
    key: str
    version: str
    sha256: str
    metrics: tuple[KeptMetric, ...]

    @property
    def without_data(self) -> tuple[str, ...]:
        return tuple(kept.metric for kept in self.metrics if not kept.values)

    def __str__(self) -> str:
        series = (
            f"{self.start:%Y-%m-%d %H:%M:%S} to {self.until:%Y-%m-%d %H:%M:%S} UTC: {self.key}, "
            f"sha256 {self.sha256}"
        )
        lacking = ", ".join(self.without_data)
        return f"{series}; no data: {lacking}" if lacking else series
