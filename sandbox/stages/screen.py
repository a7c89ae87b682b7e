"""What is missing or excluded, found before anybody judges the merit."""

from sandbox.domain import screening
from sandbox.domain.case import SYSTEM, Severity
from sandbox.domain.lifecycle import Action, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.ports import Clock
from sandbox.store import cases
from sandbox.store.database import Sessions
from sandbox.store.record import record


def screen(case_id: CaseId, *, sessions: Sessions, clock: Clock) -> None:
    """Screen a case that waits for it; a case that was screened already stays as it is."""
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        if case.stage is not Stage.SUBMITTED:
            return
        findings = screening.screen(case.application)
        after = take(case, Action.SCREEN, SYSTEM, findings=findings)
        record(
            session,
            after,
            Action.SCREEN,
            SYSTEM,
            clock(),
            findings=[f"{f.rule} {f.severity}: {f.sentence}" for f in findings],
            open=sum(f.severity in (Severity.MISSING, Severity.EXCLUDED) for f in findings),
        )
