"""Where else a participant finds help: facilities an authority refers to (Art. 58(3))."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class FacilityKind(StrEnum):
    """Art. 58(3); draft act Art. 4(4)-(5)."""

    TEF = "testing_and_experimentation_facility"
    EDIH = "european_digital_innovation_hub"
    AI_FACTORY = "ai_factory"
    STANDARDISATION = "standardisation"
    GUIDANCE = "guidance_on_the_regulation"


@dataclass(frozen=True, slots=True)
class Facility:
    """A facility as the authority configured it; none is built in."""

    id: str
    name: str
    kind: FacilityKind
    services: str
    contact: str
    country: str = ""


@dataclass(frozen=True, slots=True)
class Referral:
    """A provider was directed to a facility, as it was known then.

    `runs_there`: a part of the project is carried out there, under the sandbox's supervision (draft
    act, recital 16).
    """

    number: int
    facility: Facility
    reasons: str
    by: str
    at: datetime
    runs_there: bool = False
