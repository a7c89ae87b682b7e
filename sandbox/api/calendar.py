"""The legal clocks as a calendar file (RFC 5545), for whoever lives in a calendar."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from icalendar import Alarm, Calendar, Event

from sandbox.api.identity import Parts, Who
from sandbox.domain.case import Person
from sandbox.domain.clock_views import waits_for
from sandbox.domain.deadlines import Deadline
from sandbox.domain.escalation import reminder_days
from sandbox.domain.periods import ONE_DAY
from sandbox.stages import clocks
from sandbox.store.clocks import CaseClock, Place
from sandbox.wiring import Wired

router = APIRouter(tags=["deadlines"])
EVENTS_MAX = 500
HIGH, LOW = 1, 9  # RFC 5545, 3.8.1.9


@router.get(
    "/deadlines.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def deadlines(who: Who, parts: Parts) -> Response:
    """Open deadlines of the cases you may know about, at most five hundred, those that wait for you
    first. Each lasts from the day to aim at to the legal latest one, and reminds a week and a day before
    its target and on it, never before it began to run; a clock in hours reminds at half time.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//ai-sandbox.eu//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"AI sandbox: deadlines of {who}")
    found = _nearest(who, parts)
    now = parts.clock()
    for clock in sorted(found, key=lambda clock: not waits_for(who, clock.clock)):
        yours = waits_for(who, clock.clock)
        calendar.add_component(_event(clock, now, yours=yours))
    return Response(calendar.to_ical(), media_type="text/calendar")


def _nearest(who: Person, parts: Wired) -> list[CaseClock]:
    """Page after page, since a calendar that left a deadline out would be believed all the same."""
    found: list[CaseClock] = []
    after: Place | None = None
    while True:
        left = EVENTS_MAX - len(found)
        page = clocks.nearest(by=who, after=after, limit=left, sessions=parts.sessions)
        found += page.clocks
        after = page.next
        if after is None or len(found) == EVENTS_MAX:
            return found


def _event(found: CaseClock, now: datetime, *, yours: bool) -> Event:
    """From the target to the end of the legal latest day, or the moment of a clock in hours; the same
    clock keeps its identity from file to file.
    """
    clock, rule = found.clock, found.clock.rule
    subject = f" ({clock.subject})" if clock.subject else ""
    identity = "-".join(filter(None, (found.case_id, clock.name, clock.subject)))
    latest = clock.due_at or clock.due
    event = Event()
    event.add("uid", f"{identity}-{clock.started_on}@ai-sandbox.eu")
    event.add("dtstamp", now)
    event.add("dtstart", clock.due_at or clock.target)
    if clock.due_at is None:
        event.add("dtend", clock.due + ONE_DAY)  # the first day after it
    event.add("summary", f"{clock.name} {rule.title}: case {found.case_id}{subject}")
    event.add("priority", HIGH if yours else LOW)
    event.add(
        "description",
        f"{rule.article}. {rule.who} must act; aim at {clock.target}, legal latest {latest}. "
        f"At expiry: {rule.at_expiry}.",
    )
    for before in _reminders(clock):
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", f"{clock.name} {rule.title} is due on {latest}")
        alarm.add("trigger", before)
        event.add_component(alarm)
    return event


def _reminders(clock: Deadline) -> tuple[timedelta, ...]:
    """When to alarm, seen from the start of the event: as whoever must act is reminded."""
    if clock.due_at and clock.started_at:
        return (-(clock.due_at - clock.started_at) / 2,)
    return tuple(day - clock.target for _, day in reminder_days(clock))
