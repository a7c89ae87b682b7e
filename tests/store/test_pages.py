"""Pages of cases and clocks follow each other in order and leave out none that somebody may know."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.clock_views import shows_clock
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline, meet
from sandbox.domain.incident import CausalLink, Classification, Incident, IncidentClass
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId, case_id
from sandbox.domain.readers import may_know
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.shares import Part, Share
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.errors import NotFound
from sandbox.stages import clocks
from sandbox.stages.clocks import nearest
from sandbox.store import cases
from sandbox.store.audience import known_by
from sandbox.store.database import Sessions
from sandbox.store.derived_tables import AudienceRow, ErrandRow
from sandbox.store.tables import CaseRow, DeadlineRow, MarkRow
from tests.factories import ADA, CASE_ID, EVE, SUE, a_case
from tests.fakes import NOON
from tests.real_world import a_test

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
    sessions: Sessions, many: list[Case], limit: int, stage: Stage | None, who: Person
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
        going = True
        while going:
            page = cases.page(session, who, stage=stage, after=after, limit=limit)
            seen += page.cases
            after = page.next
            going = after is not None
            if late:
                cases.add(session, late.pop())
        session.rollback()

    assert [place(c) for c in seen] == sorted({place(c) for c in seen})
    assert {c.id for c in there} <= {c.id for c in seen} <= {c.id for c in known}


INCIDENT = Incident(
    1, NOON, "Ada", NOON, ("NL",), "x", "one", "Ada", NOON,
    Classification((IncidentClass.FUNDAMENTAL_RIGHTS,), CausalLink.LIKELY),
)  # fmt: skip
SEATS = [
    Seat(role, country, "", Capacity.CONCERNED, NOON)
    for role, country in ((Role.AUTHORITY, "DE"), (Role.AI_OFFICE, ""), (Role.BOARD, ""))
]
SHARES = [
    Share(1, role, country, (Part.SYSTEM,), "x", "x", FIRST_DAY, "Sue", NOON, of_right=True)
    for role, country in ((Role.MARKET_SURVEILLANCE, "DE"), (Role.BOARD, ""))
]
OF_ALL_SORTS = st.builds(
    lambda case, facts: replace(case, stage=Stage.ACTIVE, **facts),
    CASES,
    st.fixed_dictionaries(
        {
            "incidents": st.sampled_from(
                [(), (INCIDENT,), (replace(INCIDENT, countries=("DE",)),)]
            ),
            "dpa_reviewer": st.sampled_from(["", "DPA"]),
            "suspension": st.sampled_from(
                [None, Suspension(SuspensionGround.PLAN_BREACH, "x", "Sue", NOON)]
            ),
            "seats": st.sampled_from([(), *((seat,) for seat in SEATS)]),
            "shares": st.sampled_from([(), *((share,) for share in SHARES)]),
            "test": st.sampled_from([None, a_test()]),
        }
    ),
)
WHO = [
    Person("somebody", role, organisation, country, unit)
    for role in Role
    for organisation in (ADA.organisation, "BankCo")
    for country in ("", "NL", "DE")
    for unit in Unit
]


@FAST
@given(
    many=st.lists(OF_ALL_SORTS, unique_by=lambda case: case.id, max_size=12),
    limit=st.integers(1, 5),
)
def test_whoever_may_know_few_cases_finds_each_of_them_on_full_pages(
    sessions: Sessions, many: list[Case], limit: int
) -> None:
    with sessions() as session:
        for case in many:
            cases.add(session, case)
        for who in WHO:
            seen, after, going = list[CaseId](), None, True
            while going:
                page = cases.page(session, who, stage=None, after=after, limit=limit)
                assert len(page.cases) == limit or page.next is None
                seen += [case.id for case in page.cases]
                after, going = page.next, page.next is not None
            known = sorted((c for c in many if may_know(c, who)), key=place)
            assert seen == [case.id for case in known], who
        session.rollback()


@FAST
@given(before=OF_ALL_SORTS, changes=OF_ALL_SORTS)
def test_the_database_knows_who_may_know_of_a_case_as_the_domain_does(
    sessions: Sessions, before: Case, changes: Case
) -> None:
    after = replace(changes, id=before.id, version=before.version + 1)
    with sessions() as session:
        cases.add(session, before)
        for case in (before, after):
            if case is after:
                cases.save(session, after)
            for who in WHO:
                known = session.scalars(select(CaseRow.id).where(known_by(who, CaseRow.id)))
                assert list(known) == [case.id] * may_know(case, who), who
        session.rollback()


@FAST
@given(
    many=st.lists(OF_ALL_SORTS, unique_by=lambda case: case.id, max_size=8),
    limit=st.integers(1, 5),
    looked_at=st.integers(1, 4),
    who=st.sampled_from([p for p in WHO if p.unit is Unit.SUPPORT]),
)
def test_whoever_may_know_few_clocks_finds_each_of_them_page_by_page(
    sessions: Sessions, many: list[Case], limit: int, looked_at: int, who: Person
) -> None:
    with sessions.begin() as session:
        for case in many:
            cases.add(session, case)
    seen: list[tuple[object, ...]] = []
    after, going = None, True
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(clocks, "LOOK_MAX", looked_at)
            while going:
                page = nearest(by=who, after=after, limit=limit, sessions=sessions)
                assert len(page.clocks) <= limit
                seen += [clock.place for clock in page.clocks]
                after, going = page.next, page.next is not None
    finally:
        with sessions.begin() as session:
            for table in (DeadlineRow, MarkRow, AudienceRow, ErrandRow, CaseRow):
                session.execute(delete(table))

    assert seen == sorted(
        (clock.due, case.id, *clock.key)
        for case in many
        if may_know(case, who)
        for clock in case.deadlines
        if not clock.met_at and shows_clock(case, who, clock)
    )


def test_the_clocks_of_cases_that_somebody_may_not_know_cost_no_look(
    sessions: Sessions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clocks, "LOOK_MAX", 1)
    near = Deadline(Name.DL_01, FIRST_DAY, FIRST_DAY)
    far = replace(near, due=FIRST_DAY + timedelta(days=9))
    with sessions.begin() as session:
        for letter in "abcd":
            cases.add(session, a_case(id=case_id(f"c{letter * 10}"), deadlines=(near,)))
        own = a_case(id=case_id("c" + "e" * 10), provider=EVE.organisation, deadlines=(far,))
        cases.add(session, own)

    page = nearest(by=EVE, after=None, limit=1, sessions=sessions)

    assert [clock.case_id for clock in page.clocks] == [own.id]


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
        listed = cases.page(session, SUE, stage=None, after=None, limit=5).cases
        assert [case.id for case in listed] == [other, CASE_ID]
        with pytest.raises(NotFound):
            cases.page(session, SUE, stage=None, after=case_id("c" + "y" * 10), limit=5)
