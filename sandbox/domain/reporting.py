"""To whom serious incidents of a system are reported, and under which law (Art. 73(9)-(10), 75(1))."""

from dataclasses import dataclass

from sandbox.domain.application import Application
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import UNION_BODIES, Union

DEVICES = {"I-A11": "Regulation (EU) 2017/745 (MDR)", "I-A12": "Regulation (EU) 2017/746 (IVDR)"}


@dataclass(frozen=True, slots=True)
class OtherLaw:
    """Reporting law beside which the AI Act asks for breaches of fundamental rights only."""

    rule: str
    law: str

    @property
    def reason(self) -> str:
        article = {"R73-09": "Art. 73(9)", "R73-10": "Art. 73(10)"}[self.rule]
        return f"reported under {self.law}; under the AI Act only SI_C_FUNDRIGHTS is ({article})"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets the report of an incident; `country` is whose calendar counts for it."""

    role: str
    country: str

    @property
    def addressee(self) -> str:
        """As notices name it."""
        return self.role if self.country == UNION_BODIES else f"{self.role}:{self.country}"


def other_law(application: Application) -> OtherLaw | None:
    """Which law takes the reports of a system: that of medical devices (Art. 73(10)), or another
    one with equivalent duties, as the applicant answers for a system of Annex III (Art. 73(9)).
    """
    devices = [DEVICES[code] for code in application.annex_i if code in DEVICES]
    if devices:
        return OtherLaw("R73-10", " and ".join(devices))
    law = application.equivalent_reporting_law.strip()
    return OtherLaw("R73-09", law) if law and application.annex_iii else None


def recipients(
    countries: tuple[str, ...], law: OtherLaw | None, union: Union, *, for_ai_office: bool
) -> tuple[Recipient, ...]:
    """The AI Office alone where it is competent (Art. 75(1)); else an authority of each Member State
    where it occurred: for devices the one that State chose, market surveillance where it chose none.
    """
    if for_ai_office:
        return (Recipient(Role.AI_OFFICE.value, UNION_BODIES),)
    states = [union.of(country, field="countries") for country in countries]
    chosen = law is not None and law.rule == "R73-10"
    usual = Role.MARKET_SURVEILLANCE.value
    return tuple(
        Recipient((chosen and state.device_incidents_to) or usual, state.country)
        for state in states
    )
