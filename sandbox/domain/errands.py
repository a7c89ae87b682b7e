"""What a case waits for from the service itself, and from which day on: the sweep asks for no more."""

from collections.abc import Callable, Iterator
from datetime import date
from enum import StrEnum

from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.evidence_hold import may_be_kept
from sandbox.domain.lifecycle import (
    ENDED,
    OVER,
    PREPARING,
    RUNNING,
    TESTED,
    UNDER_A_PLAN,
    Stage,
)
from sandbox.domain.periods import ONE_DAY
from sandbox.domain.progress import STOPPABLE
from sandbox.domain.territory import TerritoryState

AT_ONCE = date.min


class Errand(StrEnum):
    """What is to be done, by the name under which it is nudged."""

    SHARES = "shares"
    RISKS = "risks"
    PLAN_END = "plan_end"
    DELETION = "deletion"
    LAPSE = "lapse"
    WATCH = "watch"
    PRIVACY = "privacy"
    PIN = "pin"
    ERASE = "erase"
    # Of these the case alone does not tell whether their turn has come.
    PREVIEW = "preview"
    KEEP = "keep"
    EXIT = "exit"
    LOG = "log"
    RETENTION = "retention"


TOLD_BY_THE_CASE = (
    *(Errand.SHARES, Errand.RISKS, Errand.PLAN_END, Errand.DELETION, Errand.LAPSE),
    *(Errand.WATCH, Errand.PRIVACY, Errand.PIN, Errand.ERASE),
)


def errands(case: Case) -> dict[Errand, date]:
    """What a case waits for, each with the first day on which its turn may have come."""
    found = {errand: min(days(case), default=None) for errand, days in ERRANDS.items()}
    return {errand: since for errand, since in found.items() if since is not None}


def _shares(case: Case) -> Iterator[date]:
    return (_day_after(share.last_day) for share in case.shares if share.ended_at is None)


def _risks(case: Case) -> Iterator[date]:
    if case.stage in PREPARING and case.risk_notice_on is not None:
        yield case.risk_notice_on


def _plan_end(case: Case) -> Iterator[date]:
    plan = case.plan
    if case.stage in UNDER_A_PLAN and plan is not None and case.told_of_end != plan.last_day:
        yield _day_after(plan.last_day)


def _deletion(case: Case) -> Iterator[date]:
    due = case.processing.next_deletion_on
    if case.stage in TESTED and due is not None:
        yield AT_ONCE if case.stage in ENDED else due


def _lapse(case: Case) -> Iterator[date]:
    """From the last day of DL-02 on: on a territory further east it may be over already. What ended
    waits for nobody's approval.
    """
    if case.stage not in PREPARING:
        return
    silent = {
        territory.country
        for territory in (case.test.territories if case.test else ())
        if territory.state is TerritoryState.SUBMITTED
    }
    for clock in case.deadlines:
        if clock.name is Name.DL_02 and clock.met_at is None and clock.subject in silent:
            yield clock.due


def _watch(case: Case) -> Iterator[date]:
    if case.stage in RUNNING and case.test is not None and case.test.state in STOPPABLE:
        yield AT_ONCE


def _privacy(case: Case) -> Iterator[date]:
    if case.stage is Stage.ACTIVE and case.processing.safeguards.alerts:
        yield AT_ONCE


def _pin(case: Case) -> Iterator[date]:
    return (AT_ONCE for incident in case.incidents if incident.lacks_what_stood)


def _erase(case: Case) -> Iterator[date]:
    if case.stage in OVER and case.erasure is not None and case.erasure.confirmed_at is not None:
        yield AT_ONCE


def _preview(case: Case) -> Iterator[date]:
    amended = case.stage in UNDER_A_PLAN and case.amendment is not None
    if case.stage is Stage.PLAN_NEGOTIATION or amended:
        yield AT_ONCE


def _keep(case: Case) -> Iterator[date]:
    return (AT_ONCE for known in case.incidents if may_be_kept(known, case.stretches))


def _exit(case: Case) -> Iterator[date]:
    """A case that closed under a hold may still stand, or is not certified as removed."""
    closed_on_a_hold = bool(case.processing.holds) or not case.deletion_certificate_sha256
    if case.stage is Stage.CLOSED and closed_on_a_hold:
        yield AT_ONCE


def needs_its_log(case: Case) -> bool:
    """Whether the log of accesses may not be settled yet: a hold, a dataset, an incident whose evidence
    is held or an open inspection stands on it (Art. 59(1)(h), 60(6), 73(6)).
    """
    processing = case.processing
    return (
        processing.holds_anything
        or any(dataset.is_to_be_deleted for dataset in processing.datasets)
        or case.holds_evidence
        or any(inspection.closed_at is None for inspection in case.inspections)
    )


def _log(case: Case) -> Iterator[date]:
    processing = case.processing
    is_open = bool(processing.datasets) and processing.log_settled_at is None
    if case.stage in {*ENDED, Stage.CLOSED} and is_open and not needs_its_log(case):
        yield AT_ONCE


def _retention(case: Case) -> Iterator[date]:
    """Since the first event: how long records are kept after the last one, the regime says."""
    if case.stage in OVER and case.told_of_retention is None:
        yield case.received_at.date()


def _day_after(day: date) -> date:
    return min(day, date.max - ONE_DAY) + ONE_DAY


ERRANDS: dict[Errand, Callable[[Case], Iterator[date]]] = {
    Errand.SHARES: _shares,
    Errand.RISKS: _risks,
    Errand.PLAN_END: _plan_end,
    Errand.DELETION: _deletion,
    Errand.LAPSE: _lapse,
    Errand.WATCH: _watch,
    Errand.PRIVACY: _privacy,
    Errand.PIN: _pin,
    Errand.ERASE: _erase,
    Errand.PREVIEW: _preview,
    Errand.KEEP: _keep,
    Errand.EXIT: _exit,
    Errand.LOG: _log,
    Errand.RETENTION: _retention,
}
