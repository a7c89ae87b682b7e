"""What taking part costs: nothing for SMEs, the published fee list for others, and exceptional
costs only after an itemised warning (Art. 58(2)(d); draft act Art. 2(2)-(4)).
"""

from dataclasses import dataclass
from datetime import datetime

from sandbox.domain.application import Application
from sandbox.domain.call import Call
from sandbox.domain.regime import NonEUSMEFee
from sandbox.domain.size import SMES, size_class
from sandbox.errors import FieldRefused


@dataclass(frozen=True, slots=True)
class FeeOffer:
    """What an applicant owes for taking part, and why; None: the authority has yet to say."""

    eur: int | None
    why: str

    def settled(self, said: int | None) -> int | None:
        """What is owed, said by the authority where it must; FieldRefused where it must not."""
        if said is not None and self.eur is not None:
            raise FieldRefused("fee_eur", f"nobody may say another fee than {self.eur}: {self.why}")
        return said if self.eur is None else self.eur


DUE = "a fee is due, the authority says how much (draft act Art. 2(4))"
# Draft act Art. 2(4) asks an SME without an office in the Union for a fee, Art. 58(2)(d) does not;
# no list can name one for it, so the authority says how much.
NON_EU_SME: dict[NonEUSMEFee, tuple[int | None, str]] = {
    NonEUSMEFee.ASK_AUTHORITY: (
        None,
        "the authority decides whether a fee is due (Art. 58(2)(d), draft act Art. 2(4))",
    ),
    NonEUSMEFee.CHARGED: (None, DUE),
    NonEUSMEFee.FREE: (0, "free of charge (Art. 58(2)(d))"),
}


def fee_for(
    application: Application,
    call: Call | None,
    non_eu_sme: NonEUSMEFee = NonEUSMEFee.ASK_AUTHORITY,
) -> FeeOffer:
    """The fee of an applicant. Without a list published at opening nothing is owed, save without an
    office in the Union, where a fee is due in any case (draft act Art. 2(4), R58-D03).
    """
    size = size_class(application.size)
    if size in SMES and application.eu_establishment:
        return FeeOffer(0, f"size class {size}: free of charge (Art. 58(2)(d))")
    if size in SMES:
        eur, reading = NON_EU_SME[non_eu_sme]
        return FeeOffer(eur, f"size class {size} without an office in the Union: {reading}")
    listed = [fee for fee in call.fees if fee.size_class is size] if call else []
    if not listed and not application.eu_establishment:
        return FeeOffer(None, f"size class {size} without an office in the Union: {DUE}")
    if not listed:
        return FeeOffer(0, f"size class {size}: no fee was published when applications opened")
    return FeeOffer(listed[0].eur, f"size class {size}: {listed[0].purpose}")


@dataclass(frozen=True, slots=True)
class CostItem:
    """One line of an exceptional cost."""

    what: str
    eur: int

    def __post_init__(self) -> None:
        if not self.what.strip() or self.eur <= 0:
            raise ValueError(f"an item says what it is and costs something: {self}")


@dataclass(frozen=True, slots=True)
class ExceptionalCost:
    """A cost above what the plan could lead one to expect, told before it arises (R58-D01)."""

    number: int
    items: tuple[CostItem, ...]
    reasons: str
    by: str
    at: datetime
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("an exceptional cost is itemised")

    @property
    def eur(self) -> int:
        return sum(item.eur for item in self.items)

    def acknowledged_before(self, start: datetime | None) -> bool:
        """Whether the provider had acknowledged it when the test started, or has by now."""
        if self.acknowledged_at is None:
            return False
        return start is None or self.acknowledged_at < start
