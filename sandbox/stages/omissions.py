"""The authority goes on without what a provider, or another authority, owes and did not give (Art. 60(8),
73(5), (8)).
"""

from datetime import datetime

from sandbox import holding
from sandbox.domain import deadlines, incident_acts
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.debts import unrecorded
from sandbox.domain.incident import Incident
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import office_in
from sandbox.domain.omission import Omission, Owed
from sandbox.domain.passage import take
from sandbox.errors import FieldRefused, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

NOTHING_LEFT = "all of it is recorded already, or the authority's own to do"


def go_on(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Record everything that is owed and late, with reasons; the case closes with an exit report that
    tells of it. What it owes itself an authority does not go on without. RuleBroken names what is
    still owed in time.
    """
    if not reasons.strip():
        raise FieldRefused("reasons", "an omission is recorded with reasons")
    at = clock()
    today = authority.day(at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        own = office_in(case, by, authority.calendar.country).country
        owed = tuple(debt for debt in unrecorded(case) if debt.country != own)
        late = tuple(
            Omission(debt.owed, debt.incident, debt.last_day, reasons, str(by), at, debt.country)
            for debt in owed
            if debt.last_day is not None and debt.last_day < today
        )
        after = take(
            case,
            Action.RECORD_OMISSION,
            by,
            omissions=(*case.omissions, *late),
            incidents=tuple(_without(known, late, at) for known in case.incidents),
            deadlines=_ended(case, late, at),
        )
        early = [Reason(d.rule, said) for d in owed if (said := d.still_owed(today))]
        if early or not late:
            raise RuleBroken(tuple(early) or (Reason("R57-07c", NOTHING_LEFT),))
        record(
            session,
            after,
            Action.RECORD_OMISSION,
            by,
            at,
            omissions=[f"{debt.what}: owed until {debt.last_day}" for debt in owed],
            reasons=reasons,
        )
        holding.follow(session, after)
        for addressee in (f"provider:{case.provider}", *_silent(case, late)):
            outbox.post(session, case_id, "omission_recorded", addressee, at)
    for stage in ("keep", "provision", "exit", "notify"):
        nudge(stage, case_id)
    return after


def _closures(late: tuple[Omission, ...], known: Incident) -> tuple[str, ...]:
    """The countries whose closure of an incident did not come."""
    return tuple(o.country for o in late if (o.owed, o.incident) == (Owed.CLOSURE, known.number))


def _without(known: Incident, late: tuple[Omission, ...], at: datetime) -> Incident:
    silent = _closures(late, known)
    return incident_acts.gone_on(known, silent, at) if silent else known


def _ended(case: Case, late: tuple[Omission, ...], at: datetime) -> tuple[Deadline, ...]:
    """The clocks of the case, those ended that waited for an authority nobody waits for any more."""
    left = case.deadlines
    for known in case.incidents:
        for country in _closures(late, known):
            for name in (Name.DL_13, Name.DL_15):
                left = deadlines.meet(left, name, at, subject=known.subject_in(country))
    return left


def _silent(case: Case, late: tuple[Omission, ...]) -> tuple[str, ...]:
    """The authorities that are gone on without, as notices name them; once each."""
    found = (
        recipient.addressee
        for known in case.incidents
        for recipient in known.reported_to
        if recipient.country in _closures(late, known)
    )
    return tuple(dict.fromkeys(found))
