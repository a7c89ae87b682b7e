"""A change of a case and its line in the ledger, in one transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.clock_ledger import changes
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import meet
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import Facts
from sandbox.store import alarms, cases, clocks, ledger


def record(
    session: Session, case: Case, action: Action, by: Person, at: datetime, **facts: Facts
) -> None:
    """Save what `passage.take` made of a case, and say so in its ledger.

    The entry names every clock that the step set running or met, so that all due dates can be
    computed again from the ledger alone.
    """
    before = clocks.of_case(session, case.id)
    cases.save(session, case)
    changed = changes(before, case.deadlines)
    ledger.append(session, case.id, action, by, at, stage=case.stage.value, **changed, **facts)


def met(
    session: Session, case_id: CaseId, name: Name, at: datetime, *, subject: str | None = None
) -> dict[str, Facts]:
    """Meet the open clocks of a name (and a subject, when one is given) without a step of the case;
    the caller's ledger entry takes what is returned.
    """
    before = clocks.of_case(session, case_id)
    after = meet(before, name, at, subject=subject)
    clocks.save(session, case_id, after)
    return changes(before, after)


def alarm(session: Session, case: Case, metric: str, verdict: str, text: str, at: datetime) -> None:
    """Raise an alarm of the run that goes on, once for each metric and verdict, and say so in the ledger."""
    run = len(case.stretches)
    if alarms.add(session, case.id, run, metric, verdict, at, text):
        ledger.append(session, case.id, "alarm", SYSTEM, at, run=run, metric=metric, sentence=text)
