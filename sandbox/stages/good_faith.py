"""The good-faith file: read at any time, issued under seal when somebody asks (Art. 57(12))."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_views import shows_alarm
from sandbox.domain.good_faith import good_faith_file
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.regime import Regime
from sandbox.domain.views import narrowed
from sandbox.domain.visibility import entries_known_to
from sandbox.ports import Clock, Nudge
from sandbox.store import alarms, cases, documents, ledger
from sandbox.store.database import Sessions
from sandbox.store.record import record


def read(
    case_id: CaseId,
    *,
    by: Person,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
) -> dict[str, Any]:  # Any: a JSON document
    """The file as it stands now, for the provider and the authority."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing=f"documents.{Paper.GOOD_FAITH_FILE}")
        return _file(session, case, by, authority, regime, clock())


def issue(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> int:
    """Have the file of this moment sealed; returns its number."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.ISSUE_GOOD_FAITH_FILE, by)
        facts = _file(session, case, by, authority, regime, at)
        number = documents.issue(session, case_id, Paper.GOOD_FAITH_FILE, str(by), at, facts)
        record(session, after, Action.ISSUE_GOOD_FAITH_FILE, by, at, number=number)
    nudge("report", case_id)
    return number


def _file(
    session: Session,
    case: Case,
    by: Person,
    authority: Authority,
    regime: Regime,
    at: datetime,
) -> dict[str, Any]:
    return good_faith_file(
        narrowed(case, by),
        entries_known_to(ledger.of_case(session, case.id), case, by),
        [
            (alarm.seen_at, alarm.sentence)
            for alarm in alarms.of_case(session, case.id)
            if shows_alarm(case, by, alarm.metric)
        ],
        authority=authority,
        shield=regime.fine_shield,
        at=at,
    )
