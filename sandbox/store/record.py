"""A change of a case and its line in the ledger, in one transaction."""

from datetime import datetime

from sqlalchemy.orm import Session

from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Action
from sandbox.domain.seal import Facts
from sandbox.store import cases, ledger


def record(
    session: Session, case: Case, action: Action, by: Person, at: datetime, **facts: Facts
) -> None:
    """Save what `passage.take` made of a case, and say so in its ledger."""
    cases.save(session, case)
    ledger.append(session, case.id, action, by, at, stage=case.stage.value, **facts)
