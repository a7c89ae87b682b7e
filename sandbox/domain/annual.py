"""The annual and the final report (D10): its years, its clocks, its facts (Art. 57(16), draft act 9)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sandbox.domain import deadlines
from sandbox.domain.annual_figures import YearFigures
from sandbox.domain.authority import Authority
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.naming import INSTALLATION
from sandbox.domain.periods import ONE_DAY, WorkingCalendar, same_day_months_later
from sandbox.domain.regime import Sandbox
from sandbox.domain.report import NO_CONFORMITY

YEAR_MONTHS = 12


@dataclass(frozen=True, slots=True)
class ReportingYear:
    """One year of a sandbox, counted from its establishment; the last ends with the sandbox, and its
    report, the final one, counts until it is made.
    """

    number: int
    first_day: date
    last_day: date
    is_final: bool = False

    @property
    def subject(self) -> str:
        """What tells its clock apart."""
        return f"year {self.number}"


def years(sandbox: Sandbox, today: date) -> tuple[ReportingYear, ...]:
    """Every year that has begun, the running one included; none before the establishment."""
    begun, ended_on = sandbox.established_on, sandbox.ended_on
    found: list[ReportingYear] = []
    while begun is not None:
        number = len(found) + 1
        first = same_day_months_later(begun, YEAR_MONTHS * (number - 1))
        last = same_day_months_later(begun, YEAR_MONTHS * number) - ONE_DAY
        if first > min(today, ended_on or today):
            break
        is_final = ended_on is not None and ended_on <= last
        last = min(last, ended_on) if ended_on is not None else last
        found.append(ReportingYear(number, first, last, is_final))
    return tuple(found)


def clocks(sandbox: Sandbox, today: date, calendar: WorkingCalendar) -> tuple[Deadline, ...]:
    """DL-09 for each year that has begun: due one year after it began, and every year.

    The final report is due on the clock of its year: the law names no day after the end (X).
    """
    return tuple(
        deadlines.start(Name.DL_09, year.first_day, calendar, subject=year.subject)
        for year in years(sandbox, today)
    )


@dataclass(frozen=True, slots=True)
class AnnualWords:
    """What a person writes; the figures are counted. The abstract alone is for everybody."""

    progress: str
    results: str
    best_practices: str
    incidents: str
    lessons: str
    set_up_recommendations: str
    application_of_the_act: str
    other_union_law: str
    public_abstract: str


def annual_report(
    year: ReportingYear,
    words: AnnualWords,
    *,
    figures: YearFigures,
    public_figures: YearFigures,
    sandbox: Sandbox,
    authority: Authority,
    supersedes: int | None,
    by: str,
    at: datetime,
) -> dict[str, Any]:  # Any: a JSON document
    """The facts of a report; `public_figures` were counted without law enforcement, `supersedes` is
    the number of the report of the same year that it replaces.
    """
    written = asdict(words)
    abstract = written.pop("public_abstract")
    return {
        "document": "final report" if year.is_final else "annual report",
        "case": INSTALLATION,
        "authority": authority.name,
        "member_states": list(sandbox.territories(authority.calendar.country)),
        "year": year.number,
        "supersedes": supersedes,
        "period": [year.first_day.isoformat(), year.last_day.isoformat()],
        **written,
        "figures": figures.as_document(),
        "public_abstract": {"text": abstract, "figures": public_figures.for_everybody()},
        "issued_by": by,
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }
