"""The erasure of the records of a case, which two people of the authority want (Art. 78)."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Keeping:
    """Until when the records of a case are kept, as seen on a day.

    `unfinished` is what stands against erasing them and is not written in the case itself.
    """

    today: date
    until: date
    unfinished: tuple[str, ...] = ()

    @property
    def is_over(self) -> bool:
        return self.today > self.until


@dataclass(frozen=True, slots=True)
class Erasure:
    """Who proposed it, who confirmed it, when it began, and what a confirmed one waits for."""

    keeping: Keeping
    proposed_by: str
    proposed_at: datetime
    confirmed_by: str = ""
    confirmed_at: datetime | None = None
    begun_at: datetime | None = None
    waiting_for: str = ""
