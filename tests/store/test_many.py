"""With many cases: what an index answers is what the domain would have said of each."""

from dataclasses import replace
from datetime import date
from itertools import product
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from sandbox.domain.application import Application
from sandbox.domain.blueprint import draw
from sandbox.domain.environment import Phase, Wanted, next_step
from sandbox.domain.links import links
from sandbox.domain.naming import case_id
from sandbox.store import applicants, cases, database, environments
from sandbox.store.database import Sessions
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.store.tables import CaseRow, MarkRow
from tests.factories import APPLICATION, CASE_ID, PLAN, a_case
from tests.fakes import NOON

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


def test_cases_from_before_the_index_are_listed_and_linked_by_it(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'old.db'}")
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        connection.execute(
            text(
                "INSERT INTO cases (id, provider, stage, version, received_at, facts)"
                " VALUES (:id, 'CreditCo', 'screening', 1, '2026-11-24 12:00', :facts)"
            ),
            {"id": CASE_ID, "facts": cases.CASE.dump_json(a_case()).decode()},
        )
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

    database.migrate(engine)

    with database.sessions(engine).begin() as session:
        other = a_case(id=case_id("c" + "b" * 10))
        assert session.scalar(select(CaseRow.next_due)) == date(2026, 12, 5)
        assert session.scalar(select(func.count()).select_from(MarkRow))
        assert [link.case_id for link in applicants.linked_cases(session, other)] == [CASE_ID]
    engine.dispose()
