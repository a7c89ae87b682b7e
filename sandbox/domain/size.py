"""How large an enterprise is in law, and what that gives it (rulebook 1.1; Recommendation
2003/361/EC, Annex, Art. 2-6).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from statistics import median

from sandbox.domain.regime import SandboxKind


class SizeClass(StrEnum):
    """Headcount is a hard limb, the two money limbs are alternatives."""

    MICRO = "micro"
    SMALL = "small"
    MEDIUM = "medium"
    SMALL_MID_CAP = "smc"
    LARGE = "large"


@dataclass(frozen=True, slots=True)
class Figures:
    """Approved accounts of one year, a good-faith estimate for a new enterprise: headcount in
    annual work units, money in EUR.
    """

    headcount_awu: float
    turnover_eur: int
    balance_sheet_eur: int


@dataclass(frozen=True, slots=True)
class Partner:
    """An enterprise that holds, or is held by, 25 to 50 percent; it counts in that proportion."""

    name: str
    share_percent: float
    figures: Figures


@dataclass(frozen=True, slots=True)
class Linked:
    """An enterprise with a majority of votes or control, either way; it counts in full."""

    name: str
    figures: Figures


@dataclass(frozen=True, slots=True)
class Size(Figures):
    """The own figures of the last approved accounts, and whose else count.

    `prior_year` is the class that the figures of the year before give, `status_before` the class
    that the enterprise had until then. A start-up has no rights of its own: it is told for statistics.
    """

    partners: tuple[Partner, ...] = ()
    linked: tuple[Linked, ...] = ()
    public_body_share_percent: float = 0
    prior_year: SizeClass | None = None
    status_before: SizeClass | None = None
    accounts_year: int | None = None
    is_startup: bool = False
    class_evidence: str = ""


# Headcount below, turnover up to, balance sheet up to (EUR).
CEILINGS: tuple[tuple[SizeClass, int, int, int], ...] = (
    (SizeClass.MICRO, 10, 2_000_000, 2_000_000),
    (SizeClass.SMALL, 50, 10_000_000, 10_000_000),
    (SizeClass.MEDIUM, 250, 50_000_000, 43_000_000),
    (SizeClass.SMALL_MID_CAP, 750, 150_000_000, 129_000_000),
)
SMES = (SizeClass.MICRO, SizeClass.SMALL, SizeClass.MEDIUM)
ORDER = tuple(SizeClass)
PUBLIC_BODY_PERCENT = 25  # from here on held by a public body, an enterprise is no SME


def aggregated(size: Size) -> Figures:
    """The own figures, those of linked enterprises in full and of partners pro rata (Art. 6)."""
    counted = [(1.0, linked.figures) for linked in size.linked]
    counted += [(partner.share_percent / 100, partner.figures) for partner in size.partners]
    return Figures(
        size.headcount_awu + sum(share * f.headcount_awu for share, f in counted),
        size.turnover_eur + round(sum(share * f.turnover_eur for share, f in counted)),
        size.balance_sheet_eur + round(sum(share * f.balance_sheet_eur for share, f in counted)),
    )


def class_of(figures: Figures) -> SizeClass:
    """The class that figures of one year give; the smallest whose ceilings hold (Art. 2)."""
    for name, headcount, turnover, balance_sheet in CEILINGS:
        within_money = (
            figures.turnover_eur <= turnover or figures.balance_sheet_eur <= balance_sheet
        )
        if figures.headcount_awu < headcount and within_money:
            return name
    return SizeClass.LARGE


def size_class(size: Size) -> SizeClass:
    """The class in law.

    A ceiling is lost or gained only when two years in a row agree (Art. 4(2)): each ceiling asks
    the status before and both years, and the majority holds. Over all ceilings that is the median.
    """
    now = class_of(aggregated(size))
    prior = size.prior_year or size.status_before or now
    years = (size.status_before or prior, prior, now)
    found = ORDER[int(median(ORDER.index(year) for year in years))]
    if size.public_body_share_percent >= PUBLIC_BODY_PERCENT and found in SMES:
        return SizeClass.SMALL_MID_CAP
    return found


@dataclass(frozen=True, slots=True)
class SizeCheck:
    """The authority looked at what shows the class on which fee and priority rest; `declared` is what
    it had before it.
    """

    size_class: SizeClass
    seen: str
    declared: Size
    by: str
    at: datetime


def has_priority(size: Size, kind: SandboxKind, *, eu_establishment: bool) -> bool:
    """Who comes first: SMEs and small mid-caps in the Union-level sandbox (Art. 57(3a)), in any
    other SMEs with an office or branch in the Union (Art. 62(1)(a)).
    """
    found = size_class(size)
    if kind is SandboxKind.UNION:
        return found in (*SMES, SizeClass.SMALL_MID_CAP)
    return found in SMES and eu_establishment


@dataclass(frozen=True, slots=True)
class Benefit:
    """Something that the law gives to enterprises of a size."""

    title: str
    article: str


def benefits(size: Size, *, eu_establishment: bool) -> tuple[Benefit, ...]:
    """What an enterprise of this size is given; a large one nothing."""
    found = size_class(size)
    is_sme = found in SMES
    is_sme_or_smc = is_sme or found is SizeClass.SMALL_MID_CAP
    stands_alone = not size.partners and not size.linked
    first_in = partial(has_priority, size, eu_establishment=eu_establishment)
    table = (
        (first_in(SandboxKind.NATIONAL), "priority access to a national sandbox", "Art. 62(1)(a)"),
        (first_in(SandboxKind.UNION), "priority access to the Union-level sandbox", "Art. 57(3a)"),
        (is_sme and eu_establishment, "free of charge, save exceptional costs", "Art. 58(2)(d)"),
        (is_sme and stands_alone, "simplified quality management", "Art. 63(1)"),
        (is_sme_or_smc, "simplified technical documentation", "Art. 11(1)"),
        (is_sme_or_smc, "the lower of the two caps on fines", "Art. 99(6), (6a)"),
    )
    return tuple(Benefit(title, article) for given, title, article in table if given)
