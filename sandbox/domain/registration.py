"""The registration of a real-world test (Art. 49, 60(4)(c), 71(4), Annex IX; rulebook 4.4), D13."""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from sandbox.domain.application import Application
from sandbox.errors import Reason, RuleBroken

SENSITIVE_AREAS = ("III-1", "III-6", "III-7")


class Section(StrEnum):
    """Where a test is registered, and so who sees it."""

    NORMAL = "normal"
    SECURE = "secure"
    NATIONAL = "national"


def section(application: Application) -> Section:
    """Table 4.4: a national register for critical infrastructure, the secure section for law
    enforcement, migration, asylum and border control, the non-public part of the database else.
    """
    areas = application.annex_iii
    if "III-2" in areas:
        return Section.NATIONAL
    if application.enforces_law and any(a.startswith(SENSITIVE_AREAS) for a in areas):
        return Section.SECURE
    return Section.NORMAL


@dataclass(frozen=True, slots=True)
class Update:
    """What was kept up to date: item 5 of Annex IX, a suspension, its end or that of the test, or else
    something else.
    """

    text: str
    at: datetime
    is_stop: bool = True

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d}: {self.text}"


@dataclass(frozen=True, slots=True)
class AnnexIX:
    """Items 2 to 4; item 1 is the number, item 5 what happens later."""

    provider_and_deployers: str
    description: str
    plan_summary: str

    def __post_init__(self) -> None:
        for name in ("provider_and_deployers", "description"):
            if not str(getattr(self, name)).strip():
                raise ValueError(f"{name}: Annex IX asks for it")


@dataclass(frozen=True, slots=True)
class Registration:
    """A test in its register; without a number it is blocked from outside, and `proof` shows that it
    was tried. The database shows it to authorities only, unless the provider agrees (Art. 71(4)).
    """

    section: Section
    items: AnnexIX
    number: str
    proof_of_attempt: str
    public: bool
    by: str
    at: datetime
    updates: tuple[Update, ...] = ()

    def __post_init__(self) -> None:
        if not self.number.strip() and not self.proof_of_attempt.strip():
            raise ValueError("number: a registration has a number, or proof that it was tried")
        if self.section is not Section.SECURE and not self.items.plan_summary.strip():
            raise ValueError("plan_summary: Annex IX asks for it")
        if self.section is Section.SECURE and self.public:
            raise ValueError("public: what is in the secure section is not published (Art. 49(4))")

    @property
    def is_blocked(self) -> bool:
        return not self.number.strip()

    def as_items(self) -> dict[str, str | None]:
        """Annex IX as the register takes it: items 1, 2, 3 and 5 in the secure section (Art. 49(4))."""
        stops = "; ".join(str(update) for update in self.updates if update.is_stop) or None
        items = {
            "unique_number": self.number or None,
            "provider_and_deployers": self.items.provider_and_deployers,
            "description": self.items.description,
            "plan_summary": self.items.plan_summary,
            "suspension_or_termination": stops,
        }
        if self.section is Section.SECURE:
            del items["plan_summary"]
        return items


def renumbered(known: Registration | None, made: Registration) -> Registration:
    """A registration under another number than before, which was wrong: it says so, and what was told
    since stays. RuleBroken when the number is the same.
    """
    if known is None or known.is_blocked:
        return replace(made, updates=known.updates) if known else made
    if made.number == known.number:
        raise RuleBroken((Reason("R60-4c", f"the test is registered as {known.number} already"),))
    corrected = Update(f"number corrected: it was {known.number}", made.at, is_stop=False)
    return replace(made, updates=(*known.updates, corrected))


def updated(known: Registration, items: AnnexIX, *, public: bool, at: datetime) -> Registration:
    """The registration with other items 2 to 4, or other consent to be seen, under the same number;
    RuleBroken when it has none or nothing changes, ValueError when an item is missing.
    """
    names = [
        f.name for f in fields(AnnexIX) if getattr(items, f.name) != getattr(known.items, f.name)
    ]
    if public is not known.public:
        names.append("visible to the public" if public else "no longer visible to the public")
    if known.is_blocked:
        raise RuleBroken((Reason("R60-4c", "the test has no number yet: register it first"),))
    if not names:
        raise RuleBroken((Reason("R60-4c", "nothing of the registration changes"),))
    update = Update(f"changed: {', '.join(names).replace('_', ' ')}", at, is_stop=False)
    return replace(known, items=items, public=public, updates=(*known.updates, update))
