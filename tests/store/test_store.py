"""Migrations and tables agree, and the database itself refuses what must not be."""

from dataclasses import replace

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from sandbox.domain.action import Action
from sandbox.domain.blueprint import draw
from sandbox.domain.deadline_rules import RUNNING, Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.environment import Wanted
from sandbox.domain.lifecycle import Stage
from sandbox.domain.size import Figures, Linked, Partner, Size, SizeClass
from sandbox.errors import OutOfDate
from sandbox.store import (
    cases,
    environments,
    learning_tables,  # noqa: F401 - its tables are part of Base.metadata
    ledger,
)
from sandbox.store.database import Sessions
from sandbox.store.tables import Base
from tests.factories import APPLICATION, CASE_ID, PLAN, SUE, a_case
from tests.fakes import NOON


def test_migrations_make_exactly_the_tables(sessions: Sessions) -> None:
    with sessions.begin() as session:
        context = MigrationContext.configure(session.connection())

        assert compare_metadata(context, Base.metadata) == []


def test_a_case_comes_back_as_it_was_written(sessions: Sessions) -> None:
    figures = Figures(12.5, 1, 2)
    size = Size(
        *(3, 4, 5),
        partners=(Partner("Fund", 25.5, figures),),
        linked=(Linked("Parent", figures),),
        prior_year=SizeClass.SMALL,
    )
    application = replace(APPLICATION, size=size, annex_iii=("III-5b", "III-1a"))
    case = a_case(application=application, plan=PLAN, plan_sha256=cases.plan_sha256(PLAN))
    with sessions.begin() as session:
        cases.add(session, case)

    with sessions.begin() as session:
        assert cases.load(session, CASE_ID) == case


def test_of_two_writers_one_is_told(sessions: Sessions) -> None:
    with sessions.begin() as session:
        cases.add(session, a_case())
    changed = a_case(version=2, stage=Stage.SCREENING)
    with sessions.begin() as session:
        cases.save(session, changed)

    with pytest.raises(OutOfDate), sessions.begin() as session:
        cases.save(session, changed)


def test_an_unknown_stage_is_refused_by_the_database(sessions: Sessions) -> None:
    with sessions.begin() as session:
        cases.add(session, a_case())

    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.execute(text("UPDATE cases SET stage = 'forgotten'"))


@pytest.mark.parametrize("name", Name)
def test_the_database_takes_every_clock_that_runs_and_no_other(
    sessions: Sessions, name: Name
) -> None:
    clock = Deadline(name, NOON.date(), NOON.date())

    def written() -> None:
        with sessions.begin() as session:
            cases.add(session, a_case(deadlines=(clock,)))

    if name not in RUNNING:
        with pytest.raises(IntegrityError):
            written()
        return
    written()
    with sessions.begin() as session:
        assert cases.load(session, CASE_ID).deadlines == (clock,)


def test_nothing_can_be_applied_that_was_never_wanted(sessions: Sessions) -> None:
    blueprint = draw(PLAN, case_id=CASE_ID, generation=1, plan_sha256="0" * 64)
    with sessions.begin() as session:
        cases.add(session, a_case())
        environments.want(session, blueprint, Wanted.RUNNING)

    with pytest.raises(IntegrityError), sessions.begin() as session:
        session.execute(text("UPDATE environments SET applied_generation = 2"))


def test_a_change_that_fails_leaves_no_line_in_the_ledger(sessions: Sessions) -> None:
    with sessions.begin() as session:
        cases.add(session, a_case())

    def decide_and_die() -> None:
        with sessions.begin() as session:
            ledger.append(session, CASE_ID, Action.ADMIT, SUE, NOON, reasons="good")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_die()

    with sessions.begin() as session:
        assert ledger.of_case(session, CASE_ID) == []


@pytest.mark.rule("R58-D11")
def test_entries_come_back_with_their_seals(sessions: Sessions) -> None:
    with sessions.begin() as session:
        made = [ledger.append(session, CASE_ID, "note", SUE, NOON, n=n, ü="é") for n in range(3)]

    with sessions.begin() as session:
        assert ledger.of_case(session, CASE_ID) == made
        assert ledger.head(session, CASE_ID) == made[-1].seal
