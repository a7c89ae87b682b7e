"""Under which text the numbers of the implementing act are read (R58-01; rulebook 12)."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Regime:
    """One version of the Commission act under Art. 58(1)."""

    version: str
    source: str
    adopted: bool
    applies_from: date | None

    def __str__(self) -> str:
        status = f"applies from {self.applies_from}" if self.adopted else "not adopted"
        return f"{self.version}: {self.source}, {status}"


# The only text that was found; when one is adopted, it takes this place with its date.
REGIME = Regime(
    "DRAFT_2025_12",
    "draft implementing act of December 2025, Ares(2025)10569703",
    adopted=False,
    applies_from=None,
)
