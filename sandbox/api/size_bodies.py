"""How large an enterprise says it is (rulebook 1.1)."""

from pydantic import Field

from sandbox.api.bodies import Body, Line, Long
from sandbox.domain.size import SizeClass


class FiguresBody(Body):
    """Approved accounts of one year; money in EUR, headcount in annual work units."""

    headcount_awu: float = Field(ge=0, le=10_000_000)
    turnover_eur: int = Field(ge=0, le=10**15)
    balance_sheet_eur: int = Field(ge=0, le=10**15)


class PartnerBody(Body):
    """An enterprise that holds, or is held by, 25 to 50 percent; above that it is linked."""

    name: Line
    share_percent: float = Field(ge=25, le=50)
    figures: FiguresBody


class LinkedBody(Body):
    """An enterprise with a majority of votes or control, either way."""

    name: Line
    figures: FiguresBody


class SizeBody(FiguresBody):
    """The own figures of the last approved accounts, and whose else count (rulebook 1.1)."""

    partners: list[PartnerBody] = Field(default=[], max_length=50)
    linked: list[LinkedBody] = Field(default=[], max_length=50)
    public_body_share_percent: float = Field(default=0, ge=0, le=100)
    prior_year: SizeClass | None = Field(
        default=None, description="the class that the figures of the year before give"
    )
    status_before: SizeClass | None = Field(
        default=None, description="the class that the enterprise had until then"
    )
    accounts_year: int | None = Field(
        default=None, ge=2000, le=2200, description="of the figures; empty: estimated in good faith"
    )
    is_startup: bool = Field(default=False, description="told for statistics; it gives no right")
    class_evidence: Long = Field(
        default="", description="what shows the figures, as filed accounts"
    )
