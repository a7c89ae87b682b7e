"""The clocks of a serious incident: one for each authority that gets its report (Art. 73)."""

from datetime import datetime

from sandbox.domain import deadlines
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.incident import REPORT_CLOCKS, Incident
from sandbox.domain.member_state import UNION_BODIES, Union


def for_each_recipient(
    known: Incident, name: Name, event: datetime, union: Union
) -> tuple[Deadline, ...]:
    """A clock for each recipient, in its calendar and from the day of the event there."""
    return tuple(
        deadlines.start(
            name,
            state.day(event),
            state.calendar,
            subject=known.subject_in(state.country),
        )
        for state in (union.receiving(recipient.country) for recipient in known.reported_to)
    )


def report_clocks(clocks: tuple[Deadline, ...], known: Incident) -> tuple[Deadline, ...]:
    """The clocks of its reports that still run."""
    return tuple(
        clock
        for clock in clocks
        if clock.name in REPORT_CLOCKS
        and clock.subject in known.report_subjects
        and clock.met_at is None
    )


def of_a_report(known: Incident, at: datetime, union: Union) -> tuple[Deadline, ...]:
    """What the first report sets running: measures of each authority that got it and took none before,
    the notice to the Commission, and that to bodies for rights where they are touched (Art. 73(7), (8),
    (11)).
    """
    commission = union.receiving(UNION_BODIES)
    notice = deadlines.start(
        Name.DL_14, commission.day(at), commission.calendar, subject=known.subject
    )
    done = {known.subject_in(act.office.country) for act in known.measures_taken}
    measures = (
        c for c in for_each_recipient(known, Name.DL_13, at, union) if c.subject not in done
    )
    rights = for_each_recipient(known, Name.DL_15, at, union) if known.touches_rights else ()
    return (*measures, notice, *rights)


def of_rights_found_later(
    known: Incident, running: tuple[Deadline, ...], at: datetime, union: Union
) -> tuple[Deadline, ...]:
    """The notices to bodies for rights when these turn out to be touched after the first report.

    An authority that told them, or still must, is not asked again.
    """
    if known.initial_report_at is None or not known.touches_rights:
        return ()
    asked = {clock.subject for clock in running if clock.name is Name.DL_15}
    fresh = for_each_recipient(known, Name.DL_15, at, union)
    return tuple(c for c in fresh if not asked & {c.subject, known.subject})


def met_by(
    running: tuple[Deadline, ...], known: Incident, name: Name, at: datetime, *, place: str
) -> tuple[Deadline, ...]:
    """The same clocks, that of the authority of a place met; one for all is what earlier entries have."""
    for subject in (known.subject, known.subject_in(place)):
        running = deadlines.meet(running, name, at, subject=subject)
    return running


def receiver_of(incidents: tuple[Incident, ...], clock: Deadline) -> str:
    """Who gets the report of the incident that a clock is about, as notices name it: for devices it need
    not be market surveillance (Art. 73(10)). Empty for a clock of anything else.
    """
    return next(
        (
            recipient.addressee
            for known in incidents
            for recipient in known.reported_to
            if known.subject_in(recipient.country) == clock.subject
        ),
        "",
    )
