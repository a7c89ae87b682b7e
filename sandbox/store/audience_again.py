"""Who may know of a case, written anew for every case: for a migration that changes who may."""

from dataclasses import replace

import sqlalchemy as sa

from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.lifecycle import Stage
from sandbox.domain.readers import audience
from sandbox.store import cases

CASES = sa.table(
    *("cases", sa.column("id"), sa.column("stage"), sa.column("facts", sa.JSON)),
    sa.column("erased_at"),
)
DEADLINES = sa.table(
    *("deadlines", sa.column("case_id"), sa.column("name"), sa.column("subject")),
    *(sa.column("started_on", sa.Date), sa.column("due", sa.Date)),
)
AUDIENCE = sa.table("audience", sa.column("case_id"), sa.column("reader"))
ROWS_AT_ONCE = 500


def tell_again(connection: sa.Connection) -> None:
    """Replace all rows by what `audience` says now; an erased case has none."""
    stopped = _stopped(connection)
    connection.execute(sa.delete(AUDIENCE))
    query = sa.select(CASES.c.id, CASES.c.stage, CASES.c.facts).where(CASES.c.erased_at.is_(None))
    for rows in connection.execute(query).partitions(ROWS_AT_ONCE):
        known = [
            {"case_id": found, "reader": reader}
            for found, stage, facts in rows
            for reader in audience(
                replace(
                    cases.CASE.validate_python(facts, strict=False),
                    stage=Stage(stage),
                    deadlines=stopped.get(found, ()),
                )
            )
        ]
        if known:
            connection.execute(sa.insert(AUDIENCE), known)


def _stopped(connection: sa.Connection) -> dict[str, tuple[Deadline, ...]]:
    """The clocks of stops for cause: of all clocks `audience` asks for these alone."""
    query = sa.select(
        *(DEADLINES.c.case_id, DEADLINES.c.subject, DEADLINES.c.started_on, DEADLINES.c.due)
    ).where(DEADLINES.c.name == Name.DL_08.value)
    return {
        case_id: (Deadline(Name.DL_08, started_on, due, subject=subject),)
        for case_id, subject, started_on, due in connection.execute(query)
    }
