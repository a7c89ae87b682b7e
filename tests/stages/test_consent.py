"""Consent: told first, given once, checked fast, withdrawn at once, deletion proven (Art. 61)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import rfc8785

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.consent import BY_TOKEN, ConsentForm, NewConsent, oldest_that_counts
from sandbox.domain.deadline_rules import Name
from sandbox.domain.language import Language
from sandbox.domain.naming import CaseId
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, OutOfDate, RuleBroken
from sandbox.monitoring.verification import verify
from sandbox.stages import consent, consent_record, real_world, reversals
from sandbox.store import cases, consents, ledger
from tests.factories import ADA, AUTHORITY, EVE, SUE
from tests.fakes import NOON
from tests.office import Office
from tests.real_world import FORM, UNASKED
from tests.stages import testing
from tests.stages.testing import running

CONSENT = NewConsent("p-1", 1, "nl", "signed on paper", "", True, False, "")


def with_a_test(office: Office) -> CaseId:
    """An active case with a real-world test under way: a form was released."""
    return running(office)


def release(office: Office, case_id: CaseId, draft: ConsentForm = FORM) -> Case:
    return consent.release(
        case_id, draft, by=ADA, version=None, sessions=office.sessions, clock=office.clock
    )


def give(office: Office, case_id: CaseId, token: str = "secret", **changes: Any) -> int:
    number, _ = consent.give(
        case_id,
        replace(CONSENT, **changes),
        by=ADA,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        token=lambda: token,
    )
    return number


def valid(office: Office, case_id: CaseId, token: str = "secret") -> bool:
    return consent.is_valid(
        case_id, token, sessions=office.sessions, authority=AUTHORITY, clock=office.clock
    )


@pytest.mark.rule("R61")
@pytest.mark.parametrize(
    "item",
    [
        *("nature_and_objectives", "conditions_and_duration", "rights"),
        *("reversal", "test_number", "contact"),
    ],
)
def test_a_form_that_leaves_an_item_out_cannot_be_made(item: str) -> None:
    with pytest.raises(ValueError, match=item):
        replace(FORM, **{item: " "})  # type: ignore[arg-type]  # a field by name


@pytest.mark.rule("R61")
@pytest.mark.rule("R60-4i")
def test_nobody_consents_before_being_told_or_outside_a_real_world_test(office: Office) -> None:
    case_id = testing.with_a_test(office)
    elsewhere = office.active("other")

    with pytest.raises(RuleBroken) as untold:
        give(office, case_id)
    with pytest.raises(RuleBroken) as no_test:
        release(office, elsewhere)

    assert [r.rule for r in untold.value.reasons] == ["R60-4i", "R61"]
    assert [r.rule for r in no_test.value.reasons] == ["R60-4i"]


@pytest.mark.rule("R60-4i")
@pytest.mark.rule("R61")
def test_without_a_test_there_is_nothing_to_consent_to_and_every_token_is_refused(
    office: Office,
) -> None:
    case_id = testing.with_a_test(office)
    release(office, case_id, replace(FORM, test_number="invented"))

    with pytest.raises(RuleBroken, match="no real-world test is planned"):
        give(office, case_id)
    with office.sessions.begin() as session:
        consents.add(session, case_id, CONSENT, sha256(b"secret").hexdigest(), NOON)

    assert not valid(office, case_id)
    assert consent.counts(case_id, by=SUE, sessions=office.sessions).valid == 0


@pytest.mark.rule("R60-4f")
@pytest.mark.rule("R60-4i")
def test_nobody_is_acted_on_or_asked_after_the_last_day_although_no_sweep_ran(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    give(office, case_id)

    office.clock.now = datetime(2027, 1, 15, 22, 59, tzinfo=UTC)  # the last minute of it
    testing.on_duty(office, case_id)
    assert valid(office, case_id)
    office.clock.forward(minutes=1)

    assert not valid(office, case_id)
    with pytest.raises(RuleBroken, match="the last day of the real-world test is over"):
        give(office, case_id, subject="p-2")


@pytest.mark.rule("R60-4j")
def test_nobody_is_acted_on_while_no_overseer_shows_although_no_sweep_ran(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)

    office.clock.forward(minutes=61)
    assert not valid(office, case_id)
    testing.on_duty(office, case_id)
    assert valid(office, case_id)


@pytest.mark.rule("R60-4i")
def test_when_a_test_is_over_no_consent_is_counted_as_valid(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)
    assert consent.counts(case_id, by=SUE, sessions=office.sessions).valid == 1

    testing.finish(office, case_id)

    counted = consent.counts(case_id, by=SUE, sessions=office.sessions)
    assert (counted.given, counted.valid) == (1, 0)


@pytest.mark.rule("R61")
def test_a_form_that_names_another_test_is_nothing_to_consent_to(office: Office) -> None:
    case_id = with_a_test(office)
    release(office, case_id, replace(FORM, version=2, test_number="EU-2026-2"))

    with pytest.raises(FieldRefused, match="names another test"):
        give(office, case_id, form_version=2)
    with office.sessions.begin() as session:
        given = replace(CONSENT, form_version=2)
        consents.add(session, case_id, given, sha256(b"secret").hexdigest(), NOON)

    assert not valid(office, case_id)


@pytest.mark.rule("R61")
def test_a_new_version_of_the_plan_needs_a_new_form_and_new_consents(office: Office) -> None:
    case_id = testing.with_a_test(office)
    testing.approved(office, case_id)
    testing.prepared(office, case_id)
    give(office, case_id)

    testing.approved(office, case_id)
    testing.agree_terms(office, case_id)
    with pytest.raises(RuleBroken, match="no consent form with the number"):
        real_world.open_consent(case_id, **testing.parts(office, ADA))
    release(office, case_id, replace(FORM, version=2))
    real_world.open_consent(case_id, **testing.parts(office, ADA))
    testing.begin(office, case_id)

    assert not valid(office, case_id)
    give(office, case_id, "anew", form_version=2)
    assert valid(office, case_id, "anew")


@pytest.mark.rule("R60-4i")
@pytest.mark.rule("DL-17")
def test_a_test_in_law_enforcement_may_go_without_consent_and_its_data_are_deleted_afterwards(
    office: Office,
) -> None:
    case_id = testing.with_a_test(office, law_enforcement=True)
    testing.approved(office, case_id, UNASKED)
    testing.agree_terms(office, case_id)
    testing.show(office, case_id)
    testing.sign(office, case_id, ADA)
    testing.sign(office, case_id, testing.BO)
    testing.register(office, case_id)
    real_world.open_consent(case_id, **testing.parts(office, ADA))
    testing.on_duty(office, case_id)
    before = valid(office, case_id, "anybody")
    testing.begin(office, case_id)
    during = valid(office, case_id, "anybody")
    with pytest.raises(RuleBroken, match="none is sought"):
        give(office, case_id)
    with pytest.raises(NotFound, match="no deletion"):
        gone(office, case_id)
    testing.finish(office, case_id)
    (due,) = [c for c in office.case(case_id).deadlines if c.name is Name.DL_17]

    assert (before, during, valid(office, case_id, "anybody")) == (False, True, False)
    assert due.met_at is None
    (met,) = [c for c in gone(office, case_id).deadlines if c.name is Name.DL_17]
    assert met.met_at == office.clock()


def gone(office: Office, case_id: CaseId) -> Case:
    """The data of those who were not asked are deleted."""
    return consent.prove_deletion_of_unasked(
        case_id, "deleted, log 8", **testing.parts(office, ADA)
    )


@pytest.mark.rule("R60-5")
def test_whoever_withdrew_may_consent_again_to_the_same_version(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)
    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)

    give(office, case_id, "again")

    assert (valid(office, case_id), valid(office, case_id, "again")) == (False, True)
    with pytest.raises(OutOfDate):
        give(office, case_id, "once more")


def test_a_consent_counts_for_its_case_and_its_token_only(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)

    assert valid(office, case_id)
    assert not valid(office, case_id, "guessed")
    assert not valid(office, CaseId("cabcdefghij"))


@pytest.mark.rule("R60-5")
@pytest.mark.rule("DL-17")
def test_a_withdrawn_consent_is_blocked_at_once_and_never_valid_again(office: Office) -> None:
    case_id = with_a_test(office)
    number = give(office, case_id)

    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)
    blocked = valid(office, case_id)
    office.clock.forward(hours=1)
    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)
    case = office.case(case_id)
    (clock,) = [c for c in case.deadlines if c.name is Name.DL_17]
    consent.prove_deletion(
        case_id,
        number,
        "deleted, log 7",
        by=ADA,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )

    assert not blocked
    assert not valid(office, case_id)
    assert clock.due_at is not None
    assert clock.met_at is None
    assert [c.met_at for c in office.case(case_id).deadlines if c.name is Name.DL_17] == [
        office.clock()
    ]
    with pytest.raises(NotFound):
        consent.withdraw("guessed", sessions=office.sessions, clock=office.clock)


def test_a_material_change_ends_earlier_consents_and_another_language_does_not(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    give(office, case_id)
    release(office, case_id, replace(FORM, language=Language.ENGLISH))
    still = valid(office, case_id)
    release(office, case_id, replace(FORM, version=2, material=True))

    assert still
    assert not valid(office, case_id)
    with pytest.raises(FieldRefused, match="later version"):
        give(office, case_id, "t2", subject="p-2")
    give(office, case_id, "t3", form_version=2)
    assert valid(office, case_id, "t3")


@pytest.mark.rule("R60-5")
@pytest.mark.rule("DL-17")
def test_whoever_withdraws_leaves_the_test_whichever_form_was_consented_to(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    first = give(office, case_id)
    release(office, case_id, replace(FORM, version=2))
    second = give(office, case_id, "newer", form_version=2)
    give(office, case_id, "another", subject="p-2", form_version=2)

    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)

    assert not valid(office, case_id)
    assert not valid(office, case_id, "newer")
    assert valid(office, case_id, "another")
    due = {c.subject for c in office.case(case_id).deadlines if c.name is Name.DL_17}
    assert due == {f"consent {first}", f"consent {second}"}


def by_letter(office: Office, case_id: CaseId, number: int, by: Person = ADA, **said: Any) -> Case:
    """A subject withdrew without the token."""
    letter: dict[str, Any] = {"method": "letter", "received_at": office.clock()} | said
    return consent.record_withdrawal(case_id, number, **letter, **testing.parts(office, by))


@pytest.mark.rule("R60-5")
@pytest.mark.rule("DL-17")
@pytest.mark.rule("D6")
def test_a_withdrawal_by_letter_ends_every_consent_of_its_subject_from_when_it_came(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    first = give(office, case_id)
    release(office, case_id, replace(FORM, version=2))
    second = give(office, case_id, "newer", form_version=2)
    give(office, case_id, "another", subject="p-2")
    office.clock.forward(minutes=20)
    came = office.clock()
    office.clock.forward(minutes=20)

    by_letter(office, case_id, first, received_at=came)
    again = by_letter(office, case_id, second)

    assert not valid(office, case_id)
    assert not valid(office, case_id, "newer")
    assert valid(office, case_id, "another")
    due = [c for c in again.deadlines if c.name is Name.DL_17]
    assert {(c.subject, c.started_at) for c in due} == {
        (f"consent {first}", came),
        (f"consent {second}", came),
    }
    copy = told(office)
    assert (copy["withdrawn_at"], copy["withdrawn_by_means_of"]) == (came.isoformat(), "letter")
    assert copy["withdrawal_recorded_at"] == copy["made_at"] == office.clock().isoformat()
    assert copy["withdrawal_recorded_by"] == str(ADA)
    with office.sessions.begin() as session:
        entries = [sealed.entry for sealed in ledger.of_case(session, case_id)]
    entry = next(e for e in entries if e.action == Action.WITHDRAW_CONSENT)
    assert (entry.actor, entry.facts["method"]) == (str(ADA), "letter")
    assert entry.facts["received_at"] == came.isoformat()
    assert not wrong(read(entries))


@pytest.mark.rule("R60-5")
def test_a_withdrawal_is_recorded_by_the_provider_with_how_and_when_it_came(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    number = give(office, case_id)
    office.clock.forward(minutes=1)

    early, late = (office.clock() + timedelta(minutes=m) for m in (-2, 1))
    for said, field in (
        ({"method": " "}, "method"),
        ({"received_at": early}, "received_at"),
        ({"received_at": late}, "received_at"),
    ):
        with pytest.raises(FieldRefused) as refusal:
            by_letter(office, case_id, number, **said)
        assert refusal.value.field == field
    with pytest.raises(NotFound):
        by_letter(office, case_id, number + 1)
    with pytest.raises(NotAllowedError):
        by_letter(office, case_id, number, SUE)
    assert valid(office, case_id)


@pytest.mark.rule("R60-5")
def test_the_copy_of_who_withdrew_by_the_token_says_so(office: Office) -> None:
    give(office, with_a_test(office))

    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)

    assert told(office)["withdrawn_by_means_of"] == BY_TOKEN
    assert told(office)["withdrawn_at"] == told(office)["withdrawal_recorded_at"]
    assert told(office)["withdrawal_recorded_by"] is None


def test_one_consent_for_each_subject_and_version(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)

    with pytest.raises(OutOfDate):
        give(office, case_id, "again")


@pytest.mark.rule("R61")
@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"copy_given": False}, "copy_given"),
        ({"subject": " "}, "subject"),
        ({"method": " "}, "method"),
        ({"vulnerable": True}, "protection"),
        ({"language": "fr"}, "form_version"),
    ],
)
def test_a_consent_that_is_not_documented_is_refused(
    office: Office, changes: dict[str, Any], field: str
) -> None:
    case_id = with_a_test(office)

    with pytest.raises(FieldRefused) as refusal:
        give(office, case_id, **changes)

    assert refusal.value.field == field


def test_supervisors_see_counts_and_nobody_sees_a_subject_in_ledger_or_case(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    give(office, case_id, "a", subject="subject-marker-1")
    give(office, case_id, "b", subject="subject-marker-2", vulnerable=True, protection="a nurse")
    consent.withdraw("a", sessions=office.sessions, clock=office.clock)

    counted = consent.counts(case_id, by=SUE, sessions=office.sessions)
    with office.sessions.begin() as session:
        told = "".join(ledger.as_lines(ledger.of_case(session, case_id)))

    assert (counted.given, counted.valid, counted.withdrawn) == (2, 1, 1)
    assert (counted.vulnerable, counted.deletion_pending) == (1, 1)
    assert counted.by_form == {"version 1 nl": 2}
    assert "subject-marker" not in told + repr(office.case(case_id))
    with pytest.raises(NotFound):
        consent.counts(case_id, by=EVE, sessions=office.sessions)


def test_without_a_material_change_the_first_version_counts() -> None:
    assert oldest_that_counts(()) == 1
    assert oldest_that_counts((FORM, replace(FORM, version=2))) == 1
    assert oldest_that_counts((FORM, replace(FORM, version=3, material=True))) == 3


def test_a_version_that_skips_or_repeats_is_refused(office: Office) -> None:
    case_id = with_a_test(office)

    with pytest.raises(FieldRefused, match="next version is 2"):
        release(office, case_id, replace(FORM, version=3))
    with pytest.raises(FieldRefused, match="released in nl already"):
        release(office, case_id)


def told(office: Office, token: str = "secret") -> dict[str, Any]:
    """What the subject's own copy says."""
    return consent_record.for_subject(token, sessions=office.sessions)


def asked(office: Office, what: str = "the refusal of May", token: str = "secret") -> int:
    return reversals.ask(token, what, sessions=office.sessions, clock=office.clock)


def answered(office: Office, case_id: CaseId, number: int, by: Person = ADA) -> Case:
    return reversals.answer(
        case_id,
        number,
        "decided anew by a person",
        is_reversed=True,
        by=by,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )


@pytest.mark.rule("D6")
@pytest.mark.rule("R61")
def test_a_subject_has_a_copy_of_everything_that_was_told_and_consented_to(office: Office) -> None:
    case_id = with_a_test(office)
    number = give(office, case_id, vulnerable=True, protection="a nurse is there")

    copy = told(office)

    assert copy == consent_record.for_provider(case_id, number, by=ADA, sessions=office.sessions)
    items = ("nature_and_objectives", "conditions_and_duration", "rights", "reversal")
    assert {item: copy[item] for item in items} == {item: getattr(FORM, item) for item in items}
    assert (copy["test_number"], copy["contact"]) == (FORM.test_number, FORM.contact)
    assert (copy["subject"], copy["language"], copy["form_version"]) == ("p-1", "nl", 1)
    assert (copy["consented_by_means_of"], copy["copy_given"]) == ("signed on paper", True)
    assert (copy["vulnerable"], copy["protection"]) == (True, "a nurse is there")
    assert copy["consented_at"] == copy["made_at"] == NOON.isoformat()
    assert "secret" not in copy.values()


@pytest.mark.rule("R61")
@pytest.mark.rule("D6")
def test_a_consent_bears_the_date_on_which_it_was_given_beside_that_of_its_recording(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    signed = office.clock()
    office.clock.forward(hours=1)

    give(office, case_id, consented_at=signed)

    copy = told(office)
    assert copy["consented_at"] == signed.isoformat()
    assert copy["recorded_at"] == copy["made_at"] == office.clock().isoformat()
    with office.sessions.begin() as session:
        entry = ledger.latest(session, case_id, Action.RECORD_CONSENT)
    assert entry is not None
    assert entry.entry.facts["consented_at"] == signed.isoformat()


@pytest.mark.rule("R61")
@pytest.mark.rule("R60-5")
def test_no_consent_is_dated_ahead_before_its_form_or_before_a_withdrawal(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)
    signed = office.clock()
    office.clock.forward(minutes=1)
    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)

    for consented_at, why in (
        (office.clock() + timedelta(seconds=1), "the future"),
        (office.case(case_id).consent_forms[0].released_at - timedelta(seconds=1), "released"),
        (signed, "withdrew after that"),
    ):
        with pytest.raises(FieldRefused, match=why):
            give(office, case_id, "again", consented_at=consented_at)
    office.clock.forward(minutes=1)
    give(office, case_id, "again", consented_at=office.clock())
    assert valid(office, case_id, "again")


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R60-4i")
def test_no_consent_is_dated_before_subjects_could_be_asked(office: Office) -> None:
    case_id = testing.with_a_test(office)
    testing.approved(office, case_id)
    testing.prepared(office, case_id)
    with office.sessions.begin() as session:
        opened = ledger.latest(session, case_id, Action.OPEN_CONSENT)
    assert opened is not None
    early = datetime.fromisoformat(opened.entry.at) - timedelta(hours=1)
    with office.sessions.begin() as session:  # the form was written early
        case = cases.load(session, case_id, lock=True)
        forms = tuple(replace(f, released_at=early) for f in case.consent_forms)
        cases.save(session, replace(case, consent_forms=forms, version=case.version + 1))

    with pytest.raises(FieldRefused, match="subjects are asked since"):
        give(office, case_id, consented_at=early)


@pytest.mark.rule("R61")
def test_only_the_provider_and_the_subject_read_a_record(office: Office) -> None:
    case_id = with_a_test(office)
    number = give(office, case_id)

    for stranger in (SUE, EVE):
        with pytest.raises(NotFound):
            consent_record.for_provider(case_id, number, by=stranger, sessions=office.sessions)
    with pytest.raises(NotFound):
        consent_record.for_provider(case_id, number + 1, by=ADA, sessions=office.sessions)
    with pytest.raises(NotFound):
        told(office, "guessed")


@pytest.mark.rule("R60-4k")
def test_a_subject_asks_for_a_reversal_and_reads_the_answer_even_after_withdrawal(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    give(office, case_id)
    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)

    number = asked(office)
    with pytest.raises(OutOfDate, match="no answer yet"):
        asked(office, "once more")
    open_ones = consent.counts(case_id, by=SUE, sessions=office.sessions)
    office.clock.forward(hours=1)
    answered(office, case_id, number)

    (request,) = told(office)["reversal_requests"]
    assert (request["what"], request["reversed"]) == ("the refusal of May", True)
    assert request["answer"] == "decided anew by a person"
    assert told(office)["made_at"] == request["answered_at"] == office.clock().isoformat()
    assert (open_ones.reversals, open_ones.reversals_open) == (1, 1)
    assert consent.counts(case_id, by=SUE, sessions=office.sessions).reversals_open == 0
    assert asked(office, "the refusal of June") > number
    with pytest.raises(NotFound):
        answered(office, case_id, number)
    with pytest.raises(NotFound):
        asked(office, token="guessed")


@pytest.mark.rule("R60-4k")
def test_requests_are_listed_for_the_provider_page_by_page_and_for_nobody_else(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    for token in ("a", "b", "c"):
        give(office, case_id, token, subject=token)
        asked(office, f"output {token}", token)

    def page(after: int, by: Person = ADA) -> list[str]:
        found = reversals.listed(case_id, by=by, after=after, limit=2, sessions=office.sessions)
        return [one.what for one in found]

    assert (page(0), page(2)) == (["output a", "output b"], ["output c"])
    with pytest.raises(NotFound):
        page(0, SUE)


def test_the_provider_is_told_at_once_that_somebody_withdrew_or_asks(office: Office) -> None:
    case_id = with_a_test(office)
    give(office, case_id)

    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)
    asked(office)
    office.deliver(case_id)

    told = [(n.kind, n.addressee) for n in office.notifier.taken]
    assert ("consent_withdrawn", "provider:CreditCo") in told
    assert ("reversal_asked", "provider:CreditCo") in told


def test_every_state_of_a_record_can_be_verified_by_the_ledger_alone(
    office: Office, tmp_path: Path
) -> None:
    case_id = with_a_test(office)
    number = give(office, case_id)
    states = [told(office)]
    consent.withdraw("secret", sessions=office.sessions, clock=office.clock)
    states.append(told(office))
    request = asked(office)
    states.append(told(office))
    answered(office, case_id, request)
    states.append(told(office))
    consent.prove_deletion(
        case_id,
        number,
        "deleted, log 7",
        by=ADA,
        version=None,
        sessions=office.sessions,
        clock=office.clock,
    )
    states.append(told(office))
    with office.sessions.begin() as session:
        lines = ledger.as_lines(ledger.of_case(session, case_id))
    kept = tmp_path / "kept"
    kept.mkdir()
    (kept / "ledger.jsonl").write_text("".join(lines))
    for n, state in enumerate((*states, states[0] | {"rights": "None."})):
        (kept / f"{n}.json").write_bytes(rfc8785.dumps(state))

    checks = verify(sorted(kept.iterdir()))

    failed = {check.name for check in checks if not check.passed}
    assert failed == {"5.json: seal", "5.json: ledger"}
    assert sum(check.name.endswith(": record") for check in checks) == len(states)
