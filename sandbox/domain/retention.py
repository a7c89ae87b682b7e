"""How long the records of a case are kept, and what stands against deleting them (Art. 78).

The law names no number; ours is ten years after the last event (X, as Art. 18 has it for providers).
"""

from datetime import date

from sandbox.domain.case import Case
from sandbox.domain.deadline_subjects import UNASKED
from sandbox.domain.debts import awaited_deletions
from sandbox.domain.erasure import Keeping
from sandbox.domain.lifecycle import OVER
from sandbox.domain.periods import Period, cap_end, same_day_months_later

MONTHS_OF_A_YEAR = 12


def kept_until(case: Case, *, last_event_on: date, locked_until: date | None, years: int) -> date:
    """The last day: years after the last event or the end of the appeal period, and never before
    the lock of the last sealed document ends.
    """
    appeal_until = case.decision.appeal_until if case.decision else None
    ended_on = max(last_event_on, appeal_until or last_event_on)
    end = cap_end(ended_on, Period(months=MONTHS_OF_A_YEAR * years))
    return max(end, locked_until or end)


def untouched_since(today: date, months: int) -> date:
    """The day before which a draft was left alone too long."""
    return same_day_months_later(today, -months)


def against(case: Case, keeping: Keeping) -> tuple[str, ...]:
    """Everything for which the records are still needed; empty when they may go."""
    running = () if case.stage in OVER else (f"the case is {case.stage}",)
    early = () if keeping.is_over else (f"the records are kept until {keeping.until}",)
    return (
        *(running or early),
        *standing_holds(case),
        *_awaited(case),
        *keeping.unfinished,
    )


def standing_holds(case: Case) -> tuple[str, ...]:
    """The legal holds that stand: one on a single dataset keeps what is recorded of it, too."""
    return tuple(str(hold) for hold in case.processing.holds if hold.lifted_at is None)


def _awaited(case: Case) -> tuple[str, ...]:
    """What somebody still waits for.

    A permission to publish is no need: it lets the public read, and orders nobody to keep. Nor is
    a legal clock that ran out: what it was for is a record of its own here.
    """
    processing = case.processing
    return (
        *(f"{i.subject} is not closed" for i in case.incidents if i.closed_at is None),
        *(f"appeal {a.number} is not decided" for a in case.appeals if a.is_open),
        *(f"inspection {i.number} is open" for i in case.inspections if i.closed_at is None),
        *(f"{r.subject} is not answered" for r in case.requests if r.answered_at is None),
        *(f"{d.subject} is not deleted" for d in processing.datasets if d.is_to_be_deleted),
        *(
            "the data of subjects who were not asked are not proven to be deleted"
            for clock in awaited_deletions(case)
            if clock.subject == UNASKED
        ),
        *(
            f"request {r.number} of a data subject is not answered"
            for r in processing.rights_requests
            if r.answered_at is None
        ),
        *(f"{p.subject} is not answered" for p in case.proof_requests if p.is_open),
        *(
            f"share {s.number} lets another authority read until {s.last_day}"
            for s in case.shares
            if s.is_in_force
        ),
    )
