"""With many cases: what an index answers is what the domain would have said of each."""

from dataclasses import replace
from datetime import date, timedelta
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
from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline, meet
from sandbox.domain.environment import Phase, Wanted, next_step
from sandbox.domain.lifecycle import Stage
from sandbox.domain.links import links
from sandbox.domain.naming import CaseId, case_id
from sandbox.errors import NotFound
from sandbox.store import applicants, cases, database, environments
from sandbox.store.database import Sessions
from sandbox.store.environment_tables import EnvironmentRow
from sandbox.store.tables import CaseRow, MarkRow
from tests.factories import ADA, APPLICATION, CASE_ID, EVE, PLAN, SUE, a_case
from tests.fakes import NOON

FAST = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FIRST_DAY = date(2026, 12, 1)
IDS = st.text("abcdefgh234567", min_size=10, max_size=10).map(lambda text: case_id("c" + text))
CLOCKS = st.lists(
    st.builds(
        lambda name, days, met: Deadline(
            name, FIRST_DAY, FIRST_DAY + timedelta(days=days), met_at=NOON if met else None
        ),
        st.sampled_from([Name.DL_01, Name.DL_06, Name.DL_16]),
        st.integers(0, 5),
        st.booleans(),
    ),
    unique_by=lambda clock: clock.key,
    max_size=3,
)
CASES = st.builds(
    lambda made, stage, provider, clocks: a_case(
        id=made, stage=stage, provider=provider.organisation, deadlines=tuple(clocks)
    ),
    IDS,
    st.sampled_from([Stage.SCREENING, Stage.ACTIVE]),
    st.sampled_from([ADA, EVE]),
    CLOCKS,
)
MANY = st.lists(CASES, unique_by=lambda case: case.id, max_size=12)


def place(case: Case) -> tuple[date, CaseId]:
    """Where a case stands in a list, told from its clocks."""
    return min((c.due for c in case.deadlines if not c.met_at), default=date.max), case.id


@FAST
@given(
    many=MANY,
    limit=st.integers(1, 5),
    stage=st.sampled_from([None, Stage.ACTIVE]),
    who=st.sampled_from([SUE, ADA]),
)
def test_pages_follow_each_other_in_order_while_cases_come_in(
    sessions: Sessions, many: list[Case], limit: int, stage: Stage | None, who: object
) -> None:
    """Each case that was there is seen once; one that comes in is seen once or, before it, not."""
    known = [c for c in many if stage in {None, c.stage}]
    known = [c for c in known if who is SUE or c.provider == ADA.organisation]
    there, late = known[::2], [c for c in many if c not in known[::2]]
    with sessions() as session:
        for case in there:
            cases.add(session, case)
        seen: list[Case] = []
        after: CaseId | None = None
        while page := cases.page(session, who, stage=stage, after=after, limit=limit):  # type: ignore[arg-type]
            seen += page
            after = page[-1].id
            if late:
                cases.add(session, late.pop())
        session.rollback()

    assert [place(c) for c in seen] == sorted({place(c) for c in seen})
    assert {c.id for c in there} <= {c.id for c in seen} <= {c.id for c in known}


def test_a_case_moves_in_the_list_when_its_clock_is_met(sessions: Sessions) -> None:
    soon = Deadline(Name.DL_01, FIRST_DAY, FIRST_DAY)
    later = Deadline(Name.DL_06, FIRST_DAY, FIRST_DAY + timedelta(days=9))
    other = case_id("c" + "z" * 10)
    with sessions.begin() as session:
        cases.add(session, a_case(deadlines=(soon, later)))
        cases.add(session, a_case(id=other, deadlines=(replace(later, due=FIRST_DAY),)))

    with sessions.begin() as session:
        case = cases.load(session, CASE_ID)
        met = meet(case.deadlines, Name.DL_01, NOON)
        cases.save(session, replace(case, version=case.version + 1, deadlines=met))

    with sessions.begin() as session:
        listed = cases.page(session, SUE, stage=None, after=None, limit=5)
        assert [case.id for case in listed] == [other, CASE_ID]
        with pytest.raises(NotFound):
            cases.page(session, SUE, stage=None, after=case_id("c" + "y" * 10), limit=5)


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
        a_case(id=case_id(f"c{'abcdefgh'[n] * 10}"), application=application)
        for n, application in enumerate(known)
    ]
    new = a_case(application=ours)
    with sessions() as session:
        for case in (*many, new):
            cases.add(session, case)
        if many:
            many[0] = replace(many[0], application=amended, version=2)
            cases.save(session, many[0])
        found = applicants.linked_cases(session, new)
        session.rollback()

    expected = {case.id: links(ours, case.application) for case in many}
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
