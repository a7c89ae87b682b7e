"""the authorities at the home of a provider have seats, and know of a case by these alone."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from pydantic import TypeAdapter

from sandbox.domain.case import Case
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import TIME_ZONES
from sandbox.domain.seats import Seat, at_home
from sandbox.store import cases
from sandbox.store.audience_again import CASES, tell_again

revision = "0022"
down_revision = "0021"

SEATS = TypeAdapter(tuple[Seat, ...])


def upgrade() -> None:
    connection = op.get_bind()
    kept = CASES.c.erased_at.is_(None)
    for case_id in connection.scalars(sa.select(CASES.c.id).where(kept)).all():
        this = CASES.c.id == case_id
        facts: dict[str, Any] = connection.scalars(sa.select(CASES.c.facts).where(this)).one()
        seats = SEATS.dump_python(
            _seats(cases.CASE.validate_python(facts, strict=False)), mode="json"
        )
        connection.execute(sa.update(CASES).where(this).values(facts={**facts, "seats": seats}))
    tell_again(connection)


def _seats(case: Case) -> tuple[Seat, ...]:
    """Those of before, and those at home that they lack; who had a seat for data protection keeps it alone.

    Where a provider from outside the Union has its authorities tells the seat that it was given
    for data protection; where there is none, the authority seats them by hand.
    """
    for_data = [seat for seat in case.seats if seat.role is Role.DATA_PROTECTION]
    homes = (case.application.country, *(s.country for s in for_data if not s.given_by))
    home = next((country for country in homes if country in TIME_ZONES), "")
    places = {seat.place for seat in case.seats}
    lacking = (
        seat
        for seat in at_home(case.application, home, case.received_at)
        if (seat.country or seat.organisation)
        and seat.place not in places
        and not (for_data and seat.role is Role.DATA_PROTECTION)
    )
    return (*case.seats, *lacking)
