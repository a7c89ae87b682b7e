"""An admission that the authority takes back before the test began, so that a silent provider holds
no place and no GPUs (X: the law names no end before the participation).
"""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Revocation:
    """Why, and how it can be challenged (Art. 76(4) by analogy)."""

    reasons: str
    remedy: str
    appeal_until: date | None
    by: str
    at: datetime
