"""Who has not applied asks the authority, and is answered by the people who support (Art. 62(1))."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain.case import Person, Unit
from sandbox.domain.helpdesk import Ticket, TicketState, Topic
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import helpdesk
from sandbox.store import helpdesk as rows
from sandbox.store.database import Sessions
from tests.factories import ADA, EVE, OPA, SUE
from tests.office import Office
from tests.stages.test_after import told
from tests.stages.test_retention import dump, forgotten

BEN = Person("Ben", Role.PROVIDER, ADA.organisation)
WITHOUT_PART = (
    EVE,
    OPA,
    Person("Vera", Role.OBSERVER, "University"),
    Person("Flo", Role.AUTHORITY, "CNIL", "FR"),
    Person("Mia", Role.MARKET_SURVEILLANCE, "", "NL"),
    replace(SUE, unit=Unit.ENFORCEMENT),
)


def acting(office: Office, by: Person) -> dict[str, Any]:
    return {
        "by": by,
        "sessions": office.sessions,
        "clock": office.clock,
        "nudge": office.nudge,
    }


def ask(office: Office, text: str = "May we apply?", by: Person = ADA) -> Ticket:
    return helpdesk.ask(Topic.PARTICIPATION, text, **acting(office, by))


def answer(
    office: Office, ticket: Ticket, by: Person = SUE, case_id: CaseId | None = None
) -> Ticket:
    return helpdesk.answer(ticket.number, "You may.", case_id=case_id, **acting(office, by))


def close(
    office: Office, ticket: Ticket, reasons: str = "", case_id: CaseId | None = None
) -> Ticket:
    return helpdesk.close(ticket.number, reasons, case_id=case_id, **acting(office, SUE))


def read(sessions: Sessions, ticket: Ticket, by: Person) -> Ticket:
    return helpdesk.read(ticket.number, by=by, sessions=sessions)


def listed(office: Office, by: Person, **asked: Any) -> list[int]:
    wanted = {"state": None, "after": None, "limit": 10} | asked
    found = helpdesk.listed(by=by, sessions=office.sessions, **wanted)
    return [ticket.number for ticket in found]


@pytest.mark.rule("R62-1")
def test_whoever_has_no_case_asks_and_a_colleague_reads_the_answer(office: Office) -> None:
    asked = ask(office)
    answered = answer(office, asked)

    assert (asked.state, answered.state) == (TicketState.OPEN, TicketState.ANSWERED)
    assert read(office.sessions, asked, BEN) == answered
    assert (answered.asked_by, answered.answered_by) == ("Ada (CreditCo)", str(SUE))
    assert told(office, "helpdesk_asked") == ["authority"]
    assert told(office, "helpdesk_answered") == ["provider:CreditCo"]


@pytest.mark.rule("R62-1")
def test_the_notice_of_an_answer_leads_to_the_ticket(office: Office) -> None:
    asked = ask(office)
    answer(office, asked)
    office.work()

    assert office.notifier.taken[-1].link.endswith(f"/helpdesk/{asked.number}")


@pytest.mark.rule("R62-1")
@pytest.mark.rule("R78")
@pytest.mark.parametrize("stranger", WITHOUT_PART, ids=str)
def test_a_ticket_is_known_to_who_asked_and_to_who_supports(
    office: Office, stranger: Person
) -> None:
    asked = ask(office)

    with pytest.raises(NotFound):
        read(office.sessions, asked, stranger)
    with pytest.raises(NotFound):
        answer(office, asked, stranger)
    if stranger is EVE:
        assert listed(office, stranger) == []
        return
    with pytest.raises(NotFound):
        listed(office, stranger)
    with pytest.raises(NotFound):
        ask(office, by=stranger)


@pytest.mark.rule("R62-1")
def test_tickets_are_listed_page_by_page_the_newest_first(office: Office) -> None:
    first, second, third = ask(office), ask(office), ask(office, by=EVE)
    answer(office, second)

    assert listed(office, SUE, limit=2) == [third.number, second.number]
    assert listed(office, SUE, limit=2, after=second.number) == [first.number]
    assert listed(office, ADA) == [second.number, first.number]
    assert listed(office, SUE, state=TicketState.OPEN) == [third.number, first.number]
    assert listed(office, SUE, state=TicketState.ANSWERED) == [second.number]
    close(office, second)
    assert listed(office, SUE, state=TicketState.CLOSED) == [second.number]


@pytest.mark.rule("R62-1")
def test_a_ticket_is_answered_once_and_closed_with_reasons_unless_it_was_answered(
    office: Office,
) -> None:
    asked, other = ask(office), ask(office)
    answer(office, asked)

    with pytest.raises(RuleBroken, match="was answered"):
        answer(office, asked)
    with pytest.raises(RuleBroken, match="closed with reasons"):
        close(office, other)
    assert close(office, asked).state is TicketState.CLOSED
    assert close(office, other, "asked twice").reasons == "asked twice"
    with pytest.raises(RuleBroken, match="is closed already"):
        close(office, asked)
    with pytest.raises(RuleBroken, match="is closed"):
        answer(office, other)


@pytest.mark.rule("R62-1")
def test_an_answer_names_the_case_that_came_of_it_if_it_is_of_who_asked(office: Office) -> None:
    case_id = office.apply()
    asked, of_another = ask(office), ask(office, by=EVE)

    with pytest.raises(RuleBroken, match="another provider"):
        answer(office, of_another, case_id=case_id)
    assert answer(office, asked, case_id=case_id).case_id == case_id
    assert close(office, asked).case_id == case_id


@pytest.mark.rule("R62-1")
def test_an_organisation_has_so_many_open_questions_and_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rows, "OPEN_MAX", 1)
    asked = ask(office)
    with pytest.raises(FieldRefused, match="1 questions of yours wait"):
        ask(office)

    answer(office, asked)
    assert ask(office).state is TicketState.OPEN


@pytest.mark.rule("R62-1")
@pytest.mark.rule("R78")
def test_what_was_said_is_erased_a_year_after_the_last_word_and_still_counted(
    office: Office,
) -> None:
    asked, begun = ask(office, "zebra"), office.clock()
    office.clock.forward(days=200)
    answer(office, asked)
    office.clock.forward(days=300)
    forgotten(office)
    assert read(office.sessions, asked, ADA).question == "zebra"

    office.clock.forward(days=67)
    forgotten(office)

    assert "zebra" not in dump(office)
    assert listed(office, SUE) == []
    with pytest.raises(NotFound):
        read(office.sessions, asked, ADA)
    with office.sessions.begin() as session:
        assert rows.asked_between(session, begun, office.clock()) == {"participation": 1}
