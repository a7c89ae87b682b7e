"""Document D1: what a provider hands in."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sandbox.domain.size import Size


class MarketStatus(StrEnum):
    """Draft act Art. 3(2): not on the market, or about to be substantially modified."""

    NOT_ON_MARKET = "not_on_market"
    SUBSTANTIAL_MODIFICATION = "substantial_modification"
    ON_MARKET = "on_market"


@dataclass(frozen=True, slots=True)
class Application:
    """Document D1: what a provider hands in.

    `prohibited` and `annex_iii` hold codes of rulebook 5.4; `public_interest_area` one of the
    areas of Art. 59(1)(a) when personal data are reused under it. `call` is the id of the call it
    answers; empty: rolling intake.
    """

    applicant: str
    registration_number: str
    country: str
    eu_establishment: bool
    authorised_representative: str
    size: Size
    system_name: str
    system_version: str
    intended_purpose: str
    novelty: str
    regulatory_questions: str
    market_status: MarketStatus
    annex_iii: tuple[str, ...]
    prohibited: tuple[str, ...]
    profiles_persons: bool
    personal_data: bool
    public_interest_area: str
    real_world_test: bool
    requested_start: date
    weeks: int
    gpus: int
    gpu_product: str
    declared_true_by: str
    vat_number: str = ""
    lei: str = ""
    contact_email: str = ""
    call: str = ""
