"""A case is shared for a purpose, on a legal basis, in parts, until a day; it can be taken back."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.application import Party, PartyRole
from sandbox.domain.case import Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.seal import SealedEntry, WithheldEntry, first_break
from sandbox.domain.shares import Consultation, Consulted, Part, Share
from sandbox.errors import NotAllowedError, NotFound, RuleBroken
from sandbox.stages import overview, shares, suspend
from sandbox.store import ledger, outbox
from tests.factories import ADA, SUE, UNION
from tests.fakes import NOON
from tests.office import Office

FAY = Person("Fay", Role.MARKET_SURVEILLANCE, "DGCCRF", "FR")
BEA = Person("Bea", Role.BOARD, "")
ASKED = (
    Consultation(Consulted.ORIGINATING_AUTHORITY, "Police", NOON.date(), "letter 1"),
    Consultation(Consulted.DEPLOYER, "BankCo", NOON.date(), "letter 2"),
)


def parts(office: Office, by: Person) -> dict[str, Any]:
    return {"by": by, "version": None, "sessions": office.sessions, "clock": office.clock}


def share(office: Office, case_id: CaseId, by: Person = SUE, **more: Any) -> Share:
    facts: dict[str, Any] = {
        "role": Role.MARKET_SURVEILLANCE,
        "country": "FR",
        "parts": (Part.PLAN,),
        "purpose": "the same system is tested there",
        "legal_basis": "Art. 57(13)",
        "last_day": (office.clock() + timedelta(days=30)).date(),
        "consultations": (),
    }
    return shares.share(case_id, **(facts | more), union=UNION, **parts(office, by))


def consent(office: Office, case_id: CaseId, number: int = 1) -> Share:
    return shares.consent(case_id, number, **parts(office, ADA))


def revoke(office: Office, case_id: CaseId, by: Person, number: int = 1) -> Share:
    return shares.revoke(case_id, number, "no longer needed", **parts(office, by))


@pytest.mark.rule("R57-13")
def test_a_case_is_read_abroad_once_its_provider_consents(office: Office) -> None:
    case_id = office.active()
    share(office, case_id)
    with pytest.raises(NotFound):
        office.look(case_id, FAY)

    consent(office, case_id)
    seen = office.look(case_id, FAY)

    assert set(seen.facts) == {"id", "provider", "stage", "version", "application", "plan",
                               "plan_sha256", "amendment", "amendments", "shares"}  # fmt: skip
    assert seen.possible == {}
    assert [c.id for c in overview.queue(by=FAY, stage=None, after=None, limit=5, sessions=office.sessions).cases] == [case_id]  # fmt: skip
    assert consent(office, case_id).consented_at == office.case(case_id).shares[0].consented_at


@pytest.mark.rule("R57-13")
@pytest.mark.parametrize("by", [SUE, ADA])
def test_a_share_is_taken_back_at_once_by_either(office: Office, by: Person) -> None:
    case_id = office.active()
    share(office, case_id)
    consent(office, case_id)
    revoke(office, case_id, by)

    with pytest.raises(NotFound):
        office.look(case_id, FAY)
    with pytest.raises(NotFound):
        revoke(office, case_id, by)
    with office.sessions.begin() as session:
        told = [e.entry for e in ledger.of_case(session, case_id)]
        posted = [
            (p.kind, p.addressee) for p in outbox.page(session, state=None, after=None, limit=9)
        ]
    assert [e.action for e in told[-3:]] == ["share_case", "consent_to_share", "revoke_share"]
    assert told[-3].facts["legal_basis"] == "Art. 57(13)"
    assert told[-1].facts["reasons"] == "no longer needed"
    assert ("share_ended", "market_surveillance:FR") in posted
    assert ("consent_to_share_asked", "provider:CreditCo") in posted


@pytest.mark.rule("R57-13")
def test_a_share_ends_after_its_last_day(office: Office) -> None:
    case_id = office.active()
    share(office, case_id, last_day=office.clock().date())
    consent(office, case_id)
    office.sweep()
    office.work()
    assert office.look(case_id, FAY)

    office.clock.forward(days=1)
    office.sweep()
    office.work()

    assert office.case(case_id).shares[0].ended_because == "its end"
    with pytest.raises(NotFound):
        office.look(case_id, FAY)


@pytest.mark.rule("R57-13")
def test_who_has_the_case_by_law_needs_no_consent(office: Office) -> None:
    case_id = office.active()
    made = share(office, case_id, country="NL", parts=(Part.RESULTS,))

    assert (made.of_right, made.is_in_force) == (True, True)
    with pytest.raises(RuleBroken, match="not on consent"):
        revoke(office, case_id, ADA)
    assert revoke(office, case_id, SUE).ended_at


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"purpose": " "}, "states no purpose"),
        ({"legal_basis": ""}, "names no article"),
        ({"parts": ()}, "has no parts"),
        ({"last_day": date(2020, 1, 1)}, "before it begins"),
        ({"country": ""}, "that of a country: name it"),
        ({"role": Role.BOARD}, "of no country"),
        ({"role": Role.OPERATOR, "country": ""}, "authorities and the Union alone"),
        ({"role": Role.PROVIDER, "country": ""}, "authorities and the Union alone"),
    ],
)
def test_a_share_says_why_and_for_whom(office: Office, wrong: dict[str, Any], why: str) -> None:
    case_id = office.active()

    with pytest.raises(RuleBroken, match=why):
        share(office, case_id, **wrong)


@pytest.mark.rule("R78")
def test_matters_of_law_enforcement_are_shared_after_everybody_named_was_asked(
    office: Office,
) -> None:
    parties = (Party(PartyRole.DEPLOYER, "BankCo", "1", "NL"),)
    case_id = office.apply(annex_iii=("III-6a",), parties=parties)

    with pytest.raises(RuleBroken) as refusal:
        share(office, case_id)
    with pytest.raises(RuleBroken, match="the deployer BankCo was not consulted"):
        share(office, case_id, consultations=ASKED[:1])
    made = share(office, case_id, consultations=ASKED)

    assert [r.sentence for r in refusal.value.reasons] == [
        "the originating authority was not consulted",
        "the deployer BankCo was not consulted",
    ]
    assert made.consultations == ASKED


@pytest.mark.rule("R57-13")
def test_a_share_is_for_reading_and_not_for_acting(office: Office) -> None:
    case_id = office.active()
    tess = Person("Tess", Role.AUTHORITY, "FR authority", "FR")
    share(office, case_id, role=Role.AUTHORITY)
    consent(office, case_id)

    assert office.look(case_id, tess).possible == {}
    with pytest.raises(NotAllowedError):
        suspend.notify_ai_office(case_id, "mail 1", **parts(office, tess))
    with pytest.raises(NotAllowedError):
        share(office, case_id, by=tess, country="DE")


@pytest.mark.rule("R57-13")
def test_the_union_reads_what_the_provider_agreed_to(office: Office) -> None:
    case_id = office.active()
    share(office, case_id, role=Role.BOARD, country="", parts=(Part.DECISION,))
    with pytest.raises(NotFound):
        office.look(case_id, BEA)

    consent(office, case_id)

    assert "decision" in office.look(case_id, BEA).facts
    assert "plan" not in office.look(case_id, BEA).facts


@pytest.mark.rule("R78")
def test_what_is_withheld_of_the_ledger_leaves_the_chain_whole(office: Office) -> None:
    case_id = office.active()
    share(office, case_id)
    consent(office, case_id)

    lines = overview.account(case_id, by=FAY, after=0, limit=None, sessions=office.sessions)
    own = overview.account(case_id, by=ADA, after=0, limit=None, sessions=office.sessions)

    assert all(isinstance(line, WithheldEntry) for line in lines)
    assert first_break(lines) is None
    assert first_break([*lines[:1], *lines[2:]]) == lines[2]
    assert first_break([replace(lines[0], seal="0" * 64), *lines[1:]]) == lines[1]
    shared = [e.entry.action for e in own if isinstance(e, SealedEntry)]
    assert Action.SHARE_CASE in shared
