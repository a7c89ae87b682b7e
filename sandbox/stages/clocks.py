"""The clocks of a case: who is told when one runs down, those that people start, and their account."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from sandbox import stopping
from sandbox.domain import clock_ledger, deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.clock_ledger import KeptClock
from sandbox.domain.clock_views import shows_clock
from sandbox.domain.deadline_rules import BY_NAME, Counting, Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.escalation import (
    Rung,
    Step,
    addressees,
    due_steps,
    ladder,
    lapses,
    next_step_at,
    proposes_suspension,
    surveillance_of,
)
from sandbox.domain.incident_clocks import receiver_of
from sandbox.domain.lifecycle import Stage
from sandbox.domain.manual_clocks import BY_HAND
from sandbox.domain.member_state import UNION_BODIES, Union
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.notice import kind_of
from sandbox.domain.passage import take
from sandbox.domain.readers import may_know_installation
from sandbox.domain.seal import SealedEntry
from sandbox.domain.visibility import known_lines
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, clocks, ledger, outbox
from sandbox.store.clocks import CaseClock, Place
from sandbox.store.database import Sessions
from sandbox.store.record import met, record

EVENT_AGE_MAX = timedelta(days=3653)
LOOK_MAX = 500  # clocks looked at for one page (X): about half a second


def tick(
    case_id: CaseId,
    *,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    clock: Clock,
    nudge: Nudge,
) -> None:
    """Post every notice whose turn has come, once: the row that says so is written with it."""
    at = clock()
    posted, home = 0, authority.calendar.country
    with sessions.begin() as session:
        cases.order_writers(session, case_id)  # two ticks at once post one after the other
        for found in clocks.due_of_case(session, case_id, at):
            steps, name = _ladder(found.clock, authority, union), found.clock.name
            receiver = _receiver(session, case_id, found.clock)
            for step in due_steps(steps, at, since=found.next_step_at):
                told = addressees(step, found.clock, found.provider, receiver, home=home)
                for addressee in told:
                    outbox.post(
                        session, case_id, kind_of(step.rung), addressee, at, **_facts(found.clock)
                    )
                ledger.append(
                    session,
                    case_id,
                    kind_of(step.rung),
                    SYSTEM,
                    at,
                    told=list(told),
                    **_facts(found.clock),
                    **(met(session, case_id, name, at) if lapses(name, step.rung) else {}),
                )
                posted += len(told)
                if proposes_suspension(name, step.rung):
                    _propose_suspension(session, case_id, found.clock, at)
            clocks.step_taken(session, found, next_step_at(steps, at))
    if posted:
        nudge("notify", case_id)


def start(
    case_id: CaseId,
    name: Name,
    event: date | datetime,
    subject: str,
    reference: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """Start a clock whose event this service does not see; one in hours needs the moment of it."""
    at = clock()
    _refuse_unless_by_hand(name)
    started = _started(name, event, subject, authority, at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.START_CLOCK, by, deadlines=(*case.deadlines, started))
        record(session, after, Action.START_CLOCK, by, at, reference=reference)
    return after


def meet(
    case_id: CaseId,
    name: Name,
    subject: str,
    reference: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Say that a clock that was started by hand is met."""
    at = clock()
    _refuse_unless_by_hand(name)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after_it = deadlines.meet(case.deadlines, name, at, subject=subject)
        if after_it == case.deadlines:
            raise NotFound(f"no clock {name} runs for {subject}")
        after = take(case, Action.MEET_CLOCK, by, deadlines=after_it)
        record(session, after, Action.MEET_CLOCK, by, at, reference=reference)
    return after


def account(case_id: CaseId, *, by: Person, sessions: Sessions) -> tuple[KeptClock, ...]:
    """Every legal period of a case with what started and met it, from its ledger alone."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, reading=True)
        entries = ledger.of_case(session, case_id)
    lines = known_lines(entries, case, by)
    shown = {line.entry.seq for line in lines if isinstance(line, SealedEntry)}
    known = [
        _as_read(kept, shown)
        for kept in clock_ledger.read(sealed.entry for sealed in entries)
        if shows_clock(case, by, kept.clock)
    ]
    return tuple(sorted(known, key=lambda found: (found.clock.due, found.clock.key)))


def _as_read(kept: KeptClock, shown: set[int]) -> KeptClock:
    """The clock without who started and met it, for those who may not read these entries."""
    started, met = (
        entry if entry is None or entry.seq in shown else replace(entry, actor="", facts={})
        for entry in (kept.started_by, kept.met_by)
    )
    return replace(kept, started_by=started or kept.started_by, met_by=met)


@dataclass(frozen=True, slots=True)
class ClockPage:
    """Some clocks, and where the next page begins; None at the end."""

    clocks: tuple[CaseClock, ...]
    next: Place | None


def nearest(
    *,
    by: Person,
    after: Place | None,
    limit: int,
    sessions: Sessions,
) -> ClockPage:
    """The open clocks of the cases that a person may know about, the nearest first.

    No more than LOOK_MAX are looked at, so a page may be short, or empty, and go on.
    """
    found: list[CaseClock] = []
    left, size, place = max(LOOK_MAX, limit), limit, after
    with sessions.begin() as session:
        while left:
            asked = min(size, left)
            chunk = clocks.page(session, by, after=place, limit=asked)
            known = cases.known_to(session, {clock.case_id for clock in chunk}, by)
            for clock in chunk:
                place = clock.place
                if _shows(clock, known, by):
                    found.append(clock)
                if len(found) == limit:
                    return ClockPage(tuple(found), found[-1].place)
            if len(chunk) < asked:
                return ClockPage(tuple(found), None)
            left, size = left - asked, size * 2
    return _cut(found, after, place)


def _cut(found: list[CaseClock], after: Place | None, last: Place | None) -> ClockPage:
    """The page that ends before the case of the last clock looked at.

    That clock may be none of the reader's business: where the next page begins names its day and
    its case, never what runs there.
    """
    if last is None or (found and found[-1].place == last):
        return ClockPage(tuple(found), last)
    begin: Place = (*last[:2], "", "", date.min)
    if after is not None and begin <= after:
        return ClockPage(
            tuple(found), last
        )  # one case with more clocks on a day than are looked at
    return ClockPage(tuple(clock for clock in found if clock.place < begin), begin)


def _shows(clock: CaseClock, known: dict[CaseId, Case], by: Person) -> bool:
    if clock.case_id == INSTALLATION:
        return may_know_installation(by)
    case = known.get(clock.case_id)
    return case is not None and shows_clock(case, by, clock.clock)


def _refuse_unless_by_hand(name: Name) -> None:
    if name not in BY_HAND:
        known = ", ".join(sorted(BY_HAND))
        raise FieldRefused(
            "name", f"{name} starts and ends with a step of the case; by hand: {known}"
        )


def _started(
    name: Name, event: date | datetime, subject: str, authority: Authority, at: datetime
) -> Deadline:
    """The clock of an event that happened, not longer ago than anybody could still act on it."""
    place = BY_NAME[name].recipient
    day = authority.day_in(place, event) if isinstance(event, datetime) else event
    if not authority.day(at - EVENT_AGE_MAX) <= day <= authority.day(at):
        raise FieldRefused("event", f"{event} is to come, or more than ten years ago")
    if BY_NAME[name].counting is not Counting.HOURS:
        return deadlines.start(name, day, authority.calendar_of(place), subject=subject)
    if not isinstance(event, datetime):
        raise FieldRefused("event_at", f"{name} is counted in hours: the moment is needed")
    if event > at:
        raise FieldRefused("event_at", f"{event} is to come")
    return deadlines.start_at(name, event, subject=subject)


def _ladder(clock: Deadline, authority: Authority, union: Union) -> tuple[Step, ...]:
    """Days begin and work where the clock's calendar is; that of the authority when it has none."""
    if clock.country not in {*union.states, UNION_BODIES}:
        return ladder(clock, authority.calendar, ZoneInfo(authority.time_zone))
    state = union.receiving(clock.country)
    return ladder(clock, state.calendar, ZoneInfo(state.time_zone))


def _propose_suspension(session: Session, case_id: CaseId, clock: Deadline, at: datetime) -> None:
    """The report of an incident is overdue: the test, if it runs, should stand still (rulebook 9.2)."""
    case = cases.load(session, case_id)
    if case.stage is not Stage.ACTIVE:
        return
    text = (
        f"{clock.name} {clock.rule.title} ({clock.subject}) is overdue: it is proposed to suspend"
    )
    because = (f"{clock.name} {clock.subject}", Rung.OVERDUE.value)
    surveillance = receiver_of(case.incidents, clock) or surveillance_of(clock)
    stopping.propose(session, case, because, text, at, surveillance, **_facts(clock))


def _receiver(session: Session, case_id: CaseId, clock: Deadline) -> str:
    """Who gets the report of the incident that a clock is about; empty for a clock of anything else."""
    if not clock.subject.startswith("incident "):
        return ""
    return receiver_of(cases.load(session, case_id).incidents, clock)


def _facts(clock: Deadline) -> dict[str, str]:
    end = f"{clock.due_at.astimezone(UTC):%Y-%m-%d %H:%M} UTC" if clock.due_at else ""
    return {
        "clock": clock.name.value,
        "subject": clock.subject,
        "started_on": clock.started_on.isoformat(),
        "target": clock.target.isoformat(),
        "due": end or clock.due.isoformat(),
    }
