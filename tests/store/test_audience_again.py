"""An upgrade brings who may know of a case in line with what decides it now."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from sandbox.domain.application import Party, PartyRole
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.seats import Capacity, Seat
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.store import cases, database
from sandbox.store.derived_tables import AudienceRow
from tests.factories import APPLICATION, a_case
from tests.fakes import NOON

BANK = Party(PartyRole.DEPLOYER, "BankCo", "552008443", "NL")
ENDED = a_case(
    id=CaseId("caaaaaaaaaa"),
    stage=Stage.SUSPENDED,
    suspension=Suspension(SuspensionGround.TEST_ENDED, "its last day", "system", NOON),
)
TERMINATED = a_case(
    id=CaseId("cbbbbbbbbbb"),
    stage=Stage.TERMINATED,
    deadlines=(Deadline(Name.DL_08, NOON.date(), NOON.date()),),
)
JOINT = a_case(
    id=CaseId("ccccccccccc"),
    stage=Stage.ADMITTED,
    application=replace(APPLICATION, parties=(BANK,)),
)


def kept(session: Session) -> set[tuple[str, str]]:
    return {(row.case_id, row.reader) for row in session.scalars(select(AudienceRow))}


@pytest.mark.rule("R78")
def test_an_upgrade_tells_anew_who_may_know_of_each_case(tmp_path: Path) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'old.db'}")
    database.migrate(engine, "0018")
    every = (ENDED, TERMINATED, JOINT)
    with database.sessions(engine).begin() as session:
        for case in every:
            cases.add(session, case)
        right = kept(session)
        session.execute(delete(AudienceRow))
        session.execute(insert(AudienceRow), [{"case_id": ENDED.id, "reader": "ai_office"}])

    database.migrate(engine, "head")

    with database.sessions(engine).begin() as session:
        found = kept(session)
    assert found == right
    assert {(TERMINATED.id, "ai_office"), (JOINT.id, "deployer from BankCo")} <= found
    assert (ENDED.id, "ai_office") not in found


@pytest.mark.rule("R78")
@pytest.mark.rule("R57-10")
def test_an_upgrade_gives_cases_of_before_the_seats_at_home_and_keeps_those_they_have(
    tmp_path: Path,
) -> None:
    engine = database.connect(f"sqlite:///{tmp_path / 'old.db'}")
    database.migrate(engine, "0021")
    sector = Seat(Role.MARKET_SURVEILLANCE, "NL", "sector authority", Capacity.CONCERNED, NOON)
    data = Seat(Role.DATA_PROTECTION, "NL", "", Capacity.ASSOCIATED, NOON)
    given = replace(data, country="DE", given_by="Sue")
    old = {
        "national": (APPLICATION, (sector,)),
        "body": (replace(APPLICATION, union_body=True, country="BE"), ()),
        "abroad": (replace(APPLICATION, country="US"), (data,)),
        "nowhere": (replace(APPLICATION, country="US"), ()),
        "byhand": (APPLICATION, (given,)),
    }
    with database.sessions(engine).begin() as session:
        for name, (application, seats) in old.items():
            facts = {"application": application, "seats": seats, "dpa_reviewer": "D"}
            cases.add(session, a_case(id=CaseId(name), stage=Stage.ADMITTED, **facts))

    database.migrate(engine, "head")

    with database.sessions(engine).begin() as session:
        found = {name: cases.load(session, CaseId(name)).seats for name in old}
        readers = {name: {r for c, r in kept(session) if c == name} for name in old}
    assert {name: seats[: len(old[name][1])] for name, seats in found.items()} == {
        name: seats for name, (_, seats) in old.items()
    }
    surveillance, protection = "market_surveillance of NL", "data_protection of NL"
    assert {surveillance, protection} < readers["national"]
    assert {surveillance, protection} < readers["abroad"]
    assert "data_protection from EDPS" in readers["body"]
    assert not {"data_protection of BE", "market_surveillance of BE"} & readers["body"]
    assert found["nowhere"] == ()
    assert {surveillance, "data_protection of DE"} < readers["byhand"]
    assert protection not in readers["byhand"]
