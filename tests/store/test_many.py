"""With many cases: what an index answers is what the domain would have said of each."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, func, select, text

from sandbox.domain.application import Application
from sandbox.domain.blueprint import draw
from sandbox.domain.case import Case, Person
from sandbox.domain.environment import Phase, Wanted, next_step
from sandbox.domain.learning import K, Lesson, published
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.links import links
from sandbox.domain.naming import CaseId, case_id
from sandbox.domain.outcome import Objective
from sandbox.domain.shares import Share
from sandbox.domain.size import SizeClass
from sandbox.domain.territory import TerritoryState
from sandbox.store import applicants, cases, database, environments, erasure, errands, lessons
from sandbox.store.database import Sessions
from sandbox.store.derived_tables import AudienceRow, ErrandRow
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.store.tables import CaseRow, MarkRow
from tests.factories import APPLICATION, CASE_ID, PLAN, a_case
from tests.fakes import NOON
from tests.real_world import a_test, approved

FAST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
APPLICATIONS = st.builds(
    lambda applicant, number, mail, system: replace(
        APPLICATION,
        applicant=applicant,
        registration_number=number,
        contact_email=mail,
        system_name=system,
    ),
    st.sampled_from(["CreditCo B.V.", "creditco", "OtherCo", ""]),
    st.sampled_from(["1", "2", ""]),
    st.sampled_from(["a@one.example", "b@one.example", "c@gmail.com", ""]),
    st.sampled_from(["FairScore", "fair-score", "X", "ﷺ" * 200]),
)

LESSON = Lesson(
    *(1, "bias", "Groups differ.", "Art. 10", Objective.LEGAL_CERTAINTY, "education"),
    *(SizeClass.SMALL, "Ada", NOON, "Sue", NOON),
    wording_is_public=True,
)


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database of each kind without any table."""
    url = f"sqlite:///{tmp_path / 'empty.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("own_database").render_as_string()
    engine = database.connect(url)
    yield engine
    engine.dispose()


@FAST
@given(known=st.lists(APPLICATIONS, max_size=6), amended=APPLICATIONS, ours=APPLICATIONS)
def test_links_are_found_by_their_marks_as_by_reading_every_application(
    sessions: Sessions, known: list[Application], amended: Application, ours: Application
) -> None:
    many = [
        a_case(
            id=case_id(f"c{'abcdefgh'[n] * 10}"),
            provider=f"Account {n % 3}",
            application=application,
        )
        for n, application in enumerate(known)
    ]
    new = a_case(provider="Account 1", application=ours)
    with sessions() as session:
        for case in (*many, new):
            cases.add(session, case)
        if many:
            many[0] = replace(many[0], application=amended, version=2)
            cases.save(session, many[0])
        found = applicants.linked_cases(session, new)
        session.rollback()

    expected = {
        case.id: ("account",) * (case.provider == new.provider) + links(ours, case.application)
        for case in many
    }
    assert {link.case_id: link.common for link in found} == {
        other: common for other, common in expected.items() if common
    }


@pytest.mark.parametrize(
    ("wanted", "phase", "applied"), list(product(Wanted, Phase, (0, 1)))
)  # fmt: skip
def test_an_environment_is_unfinished_for_the_database_when_it_has_a_next_step(
    sessions: Sessions, wanted: Wanted, phase: Phase, applied: int
) -> None:
    blueprint = draw(PLAN, case_id=CASE_ID, generation=1, plan_sha256="0" * 64)
    with sessions.begin() as session:
        cases.add(session, a_case())
        environments.want(session, blueprint, wanted)
        row = session.get_one(EnvironmentRow, CASE_ID)
        row.phase, row.applied_generation = phase, applied

    with sessions.begin() as session:
        environment, _ = environments.load(session, CASE_ID)
        has_a_step = next_step(environment) is not None
        gone = wanted is Wanted.ABSENT and phase is Phase.ABSENT
        assert environments.due(session, NOON) == ([CASE_ID] if has_a_step else [])
        assert environments.count_unfinished(session) == int(has_a_step)
        assert [e.case_id for e in environments.standing(session)] == ([] if gone else [CASE_ID])


def test_an_erased_case_waits_for_nothing_and_its_words_are_public_no_more(
    sessions: Sessions,
) -> None:
    many = [
        a_case(id=_id(number), provider=f"Provider {number}", stage=Stage.REJECTED)
        for number in range(K)
    ]
    with sessions.begin() as session:
        for case in many:
            cases.add(session, case)
            lessons.add(session, case.id, LESSON)
        (before,) = lessons.public(session)
        erasure.erase(session, many[0], NOON)

    with sessions.begin() as session:
        (after,) = lessons.public(session)
        assert after == before, "the words of others are the same"
        for case in many[1:]:
            erasure.erase(session, case, NOON)

    with sessions.begin() as session:
        assert lessons.public(session) == published(lessons.learned(session)) == ()
        for table in (ErrandRow, AudienceRow):
            assert not session.scalar(select(func.count()).select_from(table))


def test_what_follows_from_a_case_is_written_for_those_that_were_there(empty: Engine) -> None:
    day = NOON.date()
    shared = Share(1, Role.BOARD, "", (), "x", "x", day, "Sue", NOON, of_right=True)
    asked = replace(approved("DE"), state=TerritoryState.SUBMITTED)
    case = a_case(stage=Stage.ADMITTED, shares=(shared,), test=a_test(territories=(asked,)))
    with _at(empty, "0013") as connection:
        for number in range(K):
            _insert(connection, replace(case, id=_id(number), provider=f"Provider {number}"))
            _insert_lesson(connection, _id(number))
        connection.execute(
            text(
                "INSERT INTO deadlines (case_id, name, subject, started_on, due, country, holidays)"
                " VALUES (:id, 'DL-02', :country, :day, :day, 'NL', '[]')"
            ),
            {"id": _id(0), "country": asked.country, "day": day.isoformat()},
        )

    database.migrate(empty)

    with database.sessions(empty).begin() as session:
        assert errands.due(session, day) == [("lapse", _id(0))]
        later = errands.due(session, day + timedelta(days=1))
        assert sorted(later)[1:] == sorted(("shares", _id(number)) for number in range(K))
        board = Person("Bea", Role.BOARD, "")
        assert len(cases.page(session, board, stage=None, after=None, limit=9).cases) == K
        (cell,) = lessons.public(session)
        assert (cell.participants_at_least, cell.lessons) == (K, (("bias", "Groups differ."),))
        assert lessons.public(session) == published(lessons.learned(session))


def test_cases_from_before_the_index_are_listed_and_linked_by_it(empty: Engine) -> None:
    with _at(empty, "0008") as connection:
        _insert(connection, a_case())
        for name, due, met_at in (
            ("DL-01", "2026-12-05", None),
            ("DL-06", "2026-12-01", "2026-11-25 12:00"),
            ("DL-16", "2026-12-09", None),
        ):
            connection.execute(
                text(
                    "INSERT INTO deadlines (case_id, name, subject, started_on, due, met_at,"
                    " country, holidays) VALUES (:id, :name, '', '2026-11-24', :due, :met_at,"
                    " 'NL', '[]')"
                ),
                {"id": CASE_ID, "name": name, "due": due, "met_at": met_at},
            )

    database.migrate(empty)

    with database.sessions(empty).begin() as session:
        other = a_case(id=case_id("c" + "b" * 10))
        assert session.scalar(select(CaseRow.next_due)) == date(2026, 12, 5)
        assert session.scalar(select(func.count()).select_from(MarkRow))
        assert [link.case_id for link in applicants.linked_cases(session, other)] == [CASE_ID]


@contextmanager
def _at(engine: Engine, revision: str) -> Iterator[Connection]:
    """A database as an older version of the service left it."""
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        yield connection


def _id(number: int) -> CaseId:
    return case_id(f"c{'abcdefgh'[number] * 10}")


def _insert(connection: Connection, case: Case) -> None:
    connection.execute(
        text(
            "INSERT INTO cases (id, provider, stage, version, received_at, facts)"
            " VALUES (:id, :provider, :stage, 1, '2026-11-24 12:00', :facts)"
        ),
        {
            "id": case.id,
            "provider": case.provider,
            "stage": case.stage.value,
            "facts": cases.CASE.dump_json(case).decode(),
        },
    )


def _insert_lesson(connection: Connection, found: CaseId) -> None:
    connection.execute(
        text(
            "INSERT INTO lessons VALUES (:id, 1, 'bias', 'Groups differ.', 'Art. 10',"
            " 'legal_certainty', 'education', 'small', 'Ada', '2026-11-24 12:00', 'Sue',"
            " '2026-11-25 12:00', true)"
        ),
        {"id": found},
    )
