"""A seat is given on a legal basis, and ended; what follows from the case is not ended by hand."""

from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.application import Party, PartyRole
from sandbox.domain.case import Case, Person, Unit
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import against
from sandbox.domain.seats import Capacity, Seat
from sandbox.errors import NotFound, RuleBroken
from sandbox.stages import overview, seats
from sandbox.store import ledger, outbox
from tests.factories import SUE, UNION, a_case
from tests.fakes import NOON
from tests.office import Office
from tests.stages.supervising import closing, inspection, opened, simple
from tests.stages.test_shares import ASKED

FAY = Person("Fay", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
INES = Person("Ines", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR", Unit.ENFORCEMENT)
FRENCH: dict[str, Any] = {"role": Role.MARKET_SURVEILLANCE, "country": "FR", "organisation": ""}


def give(office: Office, case_id: CaseId, **more: Any) -> Case:
    said = FRENCH | {"capacity": Capacity.CONCERNED, "legal_basis": "Art. 57(13)"} | more
    return seats.give(case_id, **said, union=UNION, **simple(office))


def end(office: Office, case_id: CaseId, **more: Any) -> Case:
    return seats.end(case_id, **(FRENCH | {"reasons": "mistyped"} | more), **simple(office))


def listed(office: Office, by: Person) -> list[CaseId]:
    page = overview.queue(by=by, stage=None, after=None, limit=9, sessions=office.sessions)
    return [case.id for case in page.cases]


@pytest.mark.rule("R78")
def test_a_seat_names_its_article_and_its_provider_is_told(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken, match="names no article"):
        give(office, case_id, legal_basis="they asked")
    seat = give(office, case_id).seats[-1]

    with office.sessions.begin() as session:
        said = [e.entry.facts for e in ledger.of_case(session, case_id)][-1]
        posted = outbox.page(session, state=None, after=None, limit=99)
    told = {p.addressee: p.facts.get("seat") for p in posted if p.kind == "seat_given"}
    assert (seat.legal_basis, said["legal_basis"], said["consulted"]) == (*["Art. 57(13)"] * 2, [])
    assert told["market_surveillance:FR"] == told["provider:CreditCo"] == "market_surveillance:FR"


@pytest.mark.rule("R78")
def test_in_matters_of_law_enforcement_a_seat_is_given_after_everybody_named_was_asked(
    office: Office,
) -> None:
    parties = (Party(PartyRole.DEPLOYER, "BankCo", "1", "NL"),)
    case_id = office.apply(annex_iii=("III-6a",), parties=parties)

    with pytest.raises(RuleBroken) as refusal:
        give(office, case_id)
    seat = give(office, case_id, consultations=ASKED).seats[-1]

    assert [r.sentence for r in refusal.value.reasons] == [
        "the originating authority was not consulted",
        "the deployer BankCo was not consulted",
    ]
    assert seat.consultations == ASKED
    with office.sessions.begin() as session:
        said = [e.entry.facts for e in ledger.of_case(session, case_id)][-1]
    asked = ["originating_authority: Police (letter 1)", "deployer: BankCo (letter 2)"]
    assert said["consulted"] == asked


@pytest.mark.rule("R78")
@pytest.mark.rule("R57-13")
def test_whose_seat_ended_knows_the_case_no_more_and_the_seat_is_kept(office: Office) -> None:
    case_id = office.active()
    give(office, case_id)
    assert office.look(case_id, FAY)

    case = end(office, case_id)

    (ended,) = case.ended_seats
    assert (ended.since, ended.ended_at, ended.ended_by) == (office.clock(), office.clock(), "Sue")
    assert ended.ended_because == "mistyped"
    assert ended.place not in {seat.place for seat in case.seats}
    with pytest.raises(NotFound):
        office.look(case_id, FAY)
    assert listed(office, FAY) == []
    with pytest.raises(NotFound, match="market_surveillance FR has no seat"):
        end(office, case_id)
    with office.sessions.begin() as session:
        last = [e.entry for e in ledger.of_case(session, case_id)][-1]
        posted = outbox.page(session, state=None, after=None, limit=99)
    assert (last.action, last.facts["reasons"]) == ("end_seat", "mistyped")
    told = {p.addressee for p in posted if p.kind == "seat_ended"}
    assert told == {"market_surveillance:FR", "provider:CreditCo"}

    give(office, case_id)

    assert office.look(case_id, FAY)
    assert office.case(case_id).ended_seats == (ended,)


@pytest.mark.rule("R57-13")
def test_a_seat_that_follows_from_the_case_is_not_ended_and_an_end_has_reasons(
    office: Office,
) -> None:
    case_id = office.active()
    assert [r.rule for r in against(office.case(case_id), Action.END_SEAT, SUE)] == ["R57-13"]
    give(office, case_id)

    with pytest.raises(RuleBroken, match="NL follows from the case"):
        end(office, case_id, country="NL")
    with pytest.raises(RuleBroken, match="nothing says why"):
        end(office, case_id, reasons=" ")


@pytest.mark.rule("R57-13")
def test_who_opened_an_inspection_keeps_its_seat_until_it_is_closed(office: Office) -> None:
    case_id = office.active()
    give(office, case_id)
    number = inspection(office, case_id, by=INES).inspections[-1].number

    with pytest.raises(RuleBroken, match=f"FR has to finish inspection {number} first"):
        end(office, case_id)
    closing(office, case_id, number, INES)

    assert end(office, case_id).ended_seats


@pytest.mark.rule("R57-13")
def test_who_knows_the_case_without_its_seat_finishes_there_what_it_has_begun(
    office: Office,
) -> None:
    case_id = office.active()
    give(office, case_id, country="DE")
    opened(office, case_id, "DE")

    end(office, case_id, country="DE")

    assert office.look(case_id, Person("Ilse", Role.MARKET_SURVEILLANCE, "BNetzA", "DE"))


@pytest.mark.rule("R57-10")
def test_data_protection_that_is_associated_keeps_a_seat() -> None:
    given = Seat(
        Role.DATA_PROTECTION, "FR", "", Capacity.ASSOCIATED, NOON, "Sue", ended_because="x"
    )
    reasons = against(
        a_case(seats=(), ended_seats=(given,), dpa_reviewer="CNIL"), Action.END_SEAT, SUE
    )

    assert [r.sentence for r in reasons] == ["data protection is associated and has no other seat"]


@pytest.mark.rule("R78")
def test_a_seat_given_before_its_basis_was_kept_stands_in_the_way_of_no_other() -> None:
    of_before = Seat(Role.MARKET_SURVEILLANCE, "FR", "", Capacity.CONCERNED, NOON, "Sue")

    assert against(a_case(seats=(of_before,)), Action.SEAT_AUTHORITY, SUE) == ()


def heard(office: Office, kind: str = "seat_given") -> list[str]:
    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=99)
    return sorted(p.addressee for p in posted if p.kind == kind)


@pytest.mark.rule("R57-13")
def test_a_seat_given_before_admission_is_told_to_its_holder_once_it_may_know_the_case(
    office: Office,
) -> None:
    case_id = office.apply()
    give(office, case_id)
    early = heard(office)
    with pytest.raises(NotFound):
        office.look(case_id, FAY)

    office.decide(case_id)

    assert early == ["provider:CreditCo"]
    assert office.look(case_id, FAY)
    assert heard(office).count("market_surveillance:FR") == 1
    assert heard(office).count("provider:CreditCo") == 1


@pytest.mark.rule("R57-13")
@pytest.mark.rule("R57-10")
def test_a_seat_for_data_protection_is_told_to_its_holder_once_it_is_associated(
    office: Office,
) -> None:
    german = {"role": Role.DATA_PROTECTION, "country": "DE", "capacity": Capacity.ASSOCIATED}
    case_id = office.apply()
    office.decide(case_id)
    give(office, case_id, **german)
    early = heard(office)

    office.associate(case_id)
    french = german | {"country": "FR"}
    give(office, case_id, **french)

    assert not {a for a in early if a.startswith("data_protection")}
    told = [a for a in heard(office) if a.startswith("data_protection")]
    assert told == [f"data_protection:{country}" for country in ("DE", "FR", "NL")]


@pytest.mark.rule("R57-13")
@pytest.mark.rule("R78")
def test_who_was_never_told_of_a_seat_is_not_told_of_its_end(office: Office) -> None:
    case_id = office.apply()
    give(office, case_id)

    end(office, case_id)

    assert heard(office, "seat_ended") == ["provider:CreditCo"]
