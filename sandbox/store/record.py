"""A change of a case and its line in the ledger, in one transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.case import Case, Person
from sandbox.domain.deadlines import Deadline
from sandbox.domain.lifecycle import Action
from sandbox.domain.seal import Facts
from sandbox.store import cases, ledger


def record(
    session: Session, case: Case, action: Action, by: Person, at: datetime, **facts: Facts
) -> None:
    """Save what `passage.take` made of a case, and say so in its ledger.

    The entry names every clock that the step set running or met, so that all due dates can be
    computed again from the ledger alone.
    """
    before = cases.deadlines_of(session, case.id)
    cases.save(session, case)
    clocks = clock_facts(before, case.deadlines)
    ledger.append(session, case.id, action, by, at, stage=case.stage.value, **clocks, **facts)


def clock_facts(before: tuple[Deadline, ...], after: tuple[Deadline, ...]) -> dict[str, Facts]:
    """What changed between two states of the clocks, as a ledger entry keeps it."""
    known = {(c.name, c.subject, c.started_on): c for c in before}
    started: list[Facts] = []
    met: list[Facts] = []
    for clock in after:
        earlier = known.get((clock.name, clock.subject, clock.started_on))
        if earlier is None or earlier.due != clock.due:
            started.append(
                {
                    "name": clock.name.value,
                    "subject": clock.subject,
                    "started_on": clock.started_on.isoformat(),
                    "due": clock.due.isoformat(),
                    "due_at": clock.due_at.isoformat() if clock.due_at else None,
                }
            )
        if clock.met_at and (earlier is None or earlier.met_at is None):
            met.append({"name": clock.name.value, "subject": clock.subject})
    left = {(c.name, c.subject, c.started_on) for c in after}
    dropped: list[Facts] = [
        {"name": name.value, "subject": subject, "started_on": day.isoformat()}
        for name, subject, day in known
        if (name, subject, day) not in left
    ]
    changes = {"clocks_started": started, "clocks_met": met, "clocks_dropped": dropped}
    return {key: found for key, found in changes.items() if found}
