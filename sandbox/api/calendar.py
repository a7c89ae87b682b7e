"""The legal clocks as a calendar file (RFC 5545), for whoever lives in a calendar."""

from datetime import datetime, timedelta

from fastapi import APIRouter, Response
from icalendar import Alarm, Calendar, Event

from sandbox.api.identity import Parts, Who
from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import BY_NAME
from sandbox.domain.deadlines import Deadline
from sandbox.stages import overview

router = APIRouter(tags=["deadlines"])
REMINDER = timedelta(days=-7)


@router.get(
    "/deadlines.ics",
    response_class=Response,
    responses={200: {"content": {"text/calendar": {"schema": {"type": "string"}}}}},
)
def deadlines(who: Who, parts: Parts) -> Response:
    """Every open deadline of the cases you may know about; each reminds a week before."""
    calendar = Calendar()
    calendar.add("prodid", "-//ai-sandbox.eu//deadlines//EN")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", f"AI sandbox: deadlines of {who}")
    for case, clock in overview.open_deadlines(by=who, sessions=parts.sessions):
        calendar.add_component(_event(case, clock, parts.clock()))
    return Response(calendar.to_ical(), media_type="text/calendar")


def _event(case: Case, clock: Deadline, now: datetime) -> Event:
    """An event of the whole last day; the same clock keeps its identity from file to file."""
    rule = BY_NAME[clock.name]
    event = Event()
    event.add("uid", f"{case.id}-{clock.name}-{clock.started_on}@ai-sandbox.eu")
    event.add("dtstamp", now)
    event.add("dtstart", clock.due)
    event.add("summary", f"{clock.name} {rule.title}: case {case.id}")
    event.add(
        "description",
        f"{rule.article}. {rule.who} must act; aim at {clock.target}, legal latest {clock.due}. "
        f"At expiry: {rule.at_expiry}.",
    )
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", f"{clock.name} {rule.title} is due on {clock.due}")
    alarm.add("trigger", REMINDER)
    event.add_component(alarm)
    return event
