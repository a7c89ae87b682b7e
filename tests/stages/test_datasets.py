"""Datasets come in when all conditions are met, and go in time, or are held (Art. 4a, 59)."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.clock_ledger import read, wrong
from sandbox.domain.dataset import DatasetKind, Trigger
from sandbox.domain.deadline_rules import Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.environment import Phase
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.plan import Bound, Threshold
from sandbox.domain.regime import Regime
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, Reason, RuleBroken
from sandbox.stages import datasets, safeguards
from sandbox.store import documents, environments, ledger, outbox
from tests.factories import ADA, AUTHORITY, PLAN, SUE
from tests.office import Office
from tests.personal_data import SAFEGUARDS, UNDER_ART_59
from tests.stages.personal_data import (
    DAN,
    NEW,
    active,
    agreed,
    comment,
    common,
    declare,
    delete,
    hold,
    let_in,
    lift,
    log,
    publish,
    record_run,
    refuse,
    release,
    state,
    verify,
    write_summary,
)
from tests.stages.supervising import informed, opened

BIAS = replace(NEW, kind=DatasetKind.ART9_BIAS)


def clock_of(case: Case, number: int) -> Deadline | None:
    found = [c for c in case.deadlines if c.subject == f"dataset {number}"]
    assert all(c.name is Name.DL_19 for c in found)
    return found[0] if found else None


def certificates(office: Office, case_id: CaseId) -> list[dict[str, Any]]:
    with office.sessions.begin() as session:
        found = documents.of_case(session, case_id)
    return [d.assembled or {} for d in found if d.kind is Paper.DATASET_CERTIFICATE]


def leave(office: Office, case_id: CaseId) -> None:
    """End the participation, and let the sweep and the workers do what they do."""
    record_run(office, case_id)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    office.work()
    office.sweep()
    office.work()


def told(office: Office, kind: str) -> list[str]:
    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=50)
    return sorted(p.addressee for p in posted if p.kind == kind)


def phase(office: Office, case_id: CaseId) -> Phase:
    with office.sessions.begin() as session:
        return environments.load(session, case_id)[0].phase


@pytest.mark.rule("R59-j")
def test_a_test_waits_for_its_project_to_be_published(office: Office) -> None:
    case_id = agreed(office)
    assert office.case(case_id).stage is Stage.PLAN_AGREED
    assert "R59-j" in office.look(case_id).environment.waiting_for  # type: ignore[union-attr]  # it stands

    write_summary(office, case_id)
    publish(office, case_id)
    office.work()

    assert office.case(case_id).stage is Stage.ACTIVE
    (project,) = safeguards.published(after=None, limit=9, sessions=office.sessions)
    assert (project.project, project.objectives) == ("A fair score", "a small gap")
    assert Paper.PROJECT_SUMMARY in {d.kind for d in office.look(case_id).documents}


@pytest.mark.rule("R59-j")
def test_a_newer_text_is_public_when_it_is_published_and_an_exempt_one_is_taken_back(
    office: Office,
) -> None:
    case_id = office.apply(**UNDER_ART_59, law_enforcement=True)
    office.decide(case_id)
    write_summary(office, case_id)
    publish(office, case_id)
    write_summary(office, case_id, "A fairer score")

    def projects() -> list[str]:
        found = safeguards.published(after=None, limit=9, sessions=office.sessions)
        return [project.project for project in found]

    assert projects() == ["A fair score"]
    publish(office, case_id)
    assert projects() == ["A fairer score"]
    safeguards.exempt_summary(case_id, "operational", nudge=office.nudge, **common(office, SUE))
    assert projects() == []
    with pytest.raises(NotFound):
        safeguards.one_published(1, sessions=office.sessions)


@pytest.mark.rule("R58-D18")
def test_a_summary_that_tells_what_is_marked_is_not_published(office: Office) -> None:
    case_id = office.apply(novelty="Weights by age.", confidential=("novelty",))
    office.decide(case_id)
    write_summary(office, case_id, "A score with weights by age")

    with pytest.raises(RuleBroken, match="marked confidential: novelty"):
        publish(office, case_id)

    assert safeguards.published(after=None, limit=9, sessions=office.sessions) == []


def test_nothing_is_confirmed_or_published_that_was_not_written(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)

    with pytest.raises(NotFound):
        safeguards.confirm_interest(case_id, **common(office, SUE))
    with pytest.raises(NotFound):
        publish(office, case_id)


@pytest.mark.rule("R59-c")
def test_an_alert_is_on_something_that_is_measured(office: Office) -> None:
    case_id = office.apply()
    office.decide(case_id)
    strange = Threshold("mood", Bound.AT_LEAST, 1, "Art. 59(1)(c)")

    with pytest.raises(FieldRefused, match="mood"):
        state(office, case_id, replace(SAFEGUARDS, alerts=(strange,)))


@pytest.mark.rule("R59-a")
def test_an_interest_that_changes_must_be_confirmed_again(office: Office) -> None:
    case_id = active(office)

    kept = state(office, case_id).processing.interest
    moved = safeguards.state(
        case_id,
        SAFEGUARDS,
        replace(kept, reasons="something else", confirmed_at=None),  # type: ignore[type-var]  # it is stated
        catalogue=office.catalogue,
        **common(office, ADA),
    ).processing.interest

    assert kept is not None
    assert kept.confirmed_at is not None
    assert moved is not None
    assert moved.confirmed_at is None


@pytest.mark.rule("R59-a")
def test_personal_data_without_an_area_stay_on_the_old_path_and_nothing_comes_in(
    office: Office,
) -> None:
    case_id = office.active()
    number = declare(office, case_id)

    with pytest.raises(RuleBroken) as refused:
        release(office, case_id, number)

    assert office.case(case_id).stage is Stage.ACTIVE
    assert {"R59-a", "R59-c", "R59-j"} <= {reason.rule for reason in refused.value.reasons}


@pytest.mark.rule("R59-b")
def test_the_obstacles_are_what_a_release_would_be_refused_for(office: Office) -> None:
    case_id = active(office)
    number = declare(office, case_id)

    def obstacles() -> list[str]:
        found = datasets.obstacles(
            case_id, number, by=SUE, sessions=office.sessions, clock=office.clock
        )
        return [reason.rule for reason in found]

    assert obstacles() == ["R59-b"]  # the data protection authority was not heard
    let_in(office, case_id)
    with pytest.raises(RuleBroken):
        release(office, case_id, number)
    assert obstacles() == ["R59-b"]


@pytest.mark.rule("R57-10")
def test_the_data_protection_authority_hears_of_a_dataset_that_is_reused(office: Office) -> None:
    case_id = active(office)
    declare(office, case_id)
    declare(office, case_id, replace(NEW, kind=DatasetKind.SYNTHETIC))

    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=50)
    told = [(p.case_id, p.addressee, p.facts) for p in posted if p.kind == "dataset"]
    assert told == [(case_id, "data_protection:NL", {"dataset": 1})]


@pytest.mark.rule("R57-10")
@pytest.mark.rule("R4a")
@pytest.mark.parametrize("kind", [DatasetKind.ORIGINAL, DatasetKind.ART9_BIAS])
def test_an_objection_keeps_personal_data_out_whatever_they_stand_on(
    office: Office, kind: DatasetKind
) -> None:
    case_id = active(office)
    number = declare(office, case_id, replace(NEW, kind=kind, other_basis="Art. 6(4) GDPR"))
    if kind is DatasetKind.ORIGINAL:
        datasets.confirm_basis(case_id, number, "a contract", **common(office, SUE))
    comment(office, case_id, number, objects=True)

    with pytest.raises(RuleBroken) as objected:
        release(office, case_id, number)

    assert [(r.rule, r.sentence) for r in objected.value.reasons] == [
        ("R57-10", "dataset 1: the data protection authority objects")
    ]


@pytest.mark.rule("R57-10")
def test_provider_and_authority_hear_of_every_view_on_a_dataset(office: Office) -> None:
    case_id = active(office)
    number = declare(office, case_id)

    comment(office, case_id, number, objects=True)
    comment(office, case_id, number, objects=False)

    for kind in ("objection_to_dataset", "view_on_dataset"):
        assert told(office, kind) == ["authority", "provider:CreditCo"]
    assert not [text for _, text in office.look(case_id).alarms if "objects" in text]


@pytest.mark.rule("R57-10")
def test_personal_data_of_which_nobody_spoke_come_in_under_an_authority_for_data_protection(
    office: Office,
) -> None:
    case_id = office.apply(personal_data=False)
    office.decide(case_id)
    sha256 = office.propose(case_id, replace(PLAN, personal_data=False)).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()
    number = declare(office, case_id, replace(NEW, other_basis="consent"))
    datasets.confirm_basis(case_id, number, "consent", **common(office, SUE))

    with pytest.raises(RuleBroken) as alone:
        release(office, case_id, number)

    assert "R57-10" in {reason.rule for reason in alone.value.reasons}
    with office.sessions.begin() as session:
        posted = outbox.page(session, state=None, after=None, limit=50)
    assert [p.addressee for p in posted if p.kind == "dataset"] == ["authority"]


def test_a_dataset_that_is_in_is_not_let_in_again_and_none_that_is_unknown(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)

    with pytest.raises(FieldRefused):
        release(office, case_id, number)
    with pytest.raises(NotFound):
        release(office, case_id, 7)
    with pytest.raises(FieldRefused, match="end of retention"):
        declare(office, case_id, replace(NEW, retention_until=None))


@pytest.mark.rule("R59-3")
def test_the_authority_confirms_another_basis_once(office: Office) -> None:
    case_id = active(office)
    named = declare(office, case_id, replace(NEW, other_basis="consent", requirement=None))
    unnamed = declare(office, case_id)
    with pytest.raises(RuleBroken, match="has not confirmed consent"):
        release(office, case_id, named)

    datasets.confirm_basis(case_id, named, "the forms were read", **common(office, SUE))

    assert release(office, case_id, named).processing.datasets[0].basis_confirmed_by == str(SUE)
    for number in (named, unnamed):
        with pytest.raises(FieldRefused):
            datasets.confirm_basis(case_id, number, "again", **common(office, SUE))


@pytest.mark.rule("R59-c")
def test_the_provider_alone_does_not_switch_off_the_alerts(office: Office) -> None:
    case_id = active(office)
    let_in(office, case_id)

    with pytest.raises(RuleBroken, match="no alert watches"):
        state(office, case_id, replace(SAFEGUARDS, alerts=()))

    assert office.case(case_id).processing.safeguards == SAFEGUARDS


@pytest.mark.rule("R59-e")
def test_weights_are_assessed_by_the_authority_and_the_switch_decides_until_then(
    office: Office,
) -> None:
    case_id = active(office)
    weights = replace(NEW, kind=DatasetKind.MODEL_WEIGHTS)
    number = declare(office, case_id, weights)
    other = let_in(office, case_id)

    def assess(number: int, *, personal: bool) -> Case:
        return datasets.assess_weights(
            case_id, number, personal=personal, reasons="probed", **common(office, SUE)
        )

    assert office.case(case_id).processing.datasets[number - 1].personal
    assert not assess(number, personal=False).processing.datasets[number - 1].personal
    with pytest.raises(FieldRefused):
        assess(other, personal=False)

    office.regime = Regime(weights_are_personal_data=False)
    free = declare(office, case_id, replace(weights, retention_until=None))
    assert not office.case(case_id).processing.datasets[free - 1].personal
    with pytest.raises(FieldRefused, match="retention"):
        assess(free, personal=True)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("DL-19")
def test_weights_that_hold_no_personal_data_are_not_to_be_deleted(office: Office) -> None:
    case_id = active(office)
    number = declare(office, case_id, replace(NEW, kind=DatasetKind.MODEL_WEIGHTS))
    leave(office, case_id)
    due = clock_of(office.case(case_id), number)
    assert due is not None
    assert due.met_at is None

    found = datasets.assess_weights(
        case_id, number, personal=False, reasons="probed", **common(office, SUE)
    )

    met, dataset = clock_of(found, number), found.processing.datasets[number - 1]
    assert met is not None
    assert (met.met_at, dataset.due_by) == (office.clock(), None)


@pytest.mark.rule("R4a")
@pytest.mark.rule("DL-19")
def test_special_categories_go_when_the_bias_is_corrected(office: Office) -> None:
    case_id = active(office)
    number, other = let_in(office, case_id, BIAS), let_in(office, case_id)

    def correct(number: int) -> Case:
        return datasets.correct_bias(case_id, number, authority=AUTHORITY, **common(office, ADA))

    case = correct(number)
    dataset, clock = case.processing.datasets[0], clock_of(case, number)
    assert (dataset.due_by, dataset.due_on) == (Trigger.BIAS_CORRECTED, date(2026, 11, 24))
    assert clock is not None
    assert clock.due == date(2026, 12, 24)
    for unfit in (number, other):
        with pytest.raises(FieldRefused):
            correct(unfit)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("DL-19")
def test_the_sweep_calls_for_deletion_when_a_retention_ends(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id, replace(NEW, retention_until=date(2026, 11, 26)))
    office.sweep()
    office.work()
    assert clock_of(office.case(case_id), number) is None

    office.clock.forward(days=2)
    office.sweep()
    office.work()
    office.sweep()
    office.work()  # again changes nothing

    case = office.case(case_id)
    clock = clock_of(case, number)
    assert case.processing.datasets[0].due_by is Trigger.RETENTION
    assert clock is not None
    assert (clock.started_on, clock.met_at) == (date(2026, 11, 26), None)
    gone = delete(office, case_id, number)
    met = clock_of(gone, number)
    assert gone.processing.datasets[0].deletion is not None
    assert gone.processing.datasets[0].deletion.trigger is Trigger.RETENTION
    assert met is not None
    assert met.met_at == office.clock()


@pytest.mark.rule("R59-g")
def test_a_case_closes_only_when_its_data_are_gone_and_somebody_has_seen_that(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    leave(office, case_id)
    assert office.case(case_id).stage is Stage.COMPLETED
    assert phase(office, case_id) is Phase.ABSENT
    clock = clock_of(office.case(case_id), number)
    assert clock is not None
    assert clock.met_at is None  # the certificate of the environment is not that of the dataset

    delete(office, case_id, number, exceptions="a court's copy", exceptions_basis="Art. 12")
    office.sweep()
    office.work()
    assert office.case(case_id).stage is Stage.COMPLETED
    verify(office, case_id, number)

    assert office.case(case_id).stage is Stage.CLOSED
    (paper,) = certificates(office, case_id)
    assert (paper["deleted"], paper["trigger"], paper["verifier"]) == (True, "exit", "Sue")
    assert paper["exceptions"] == ["a court's copy (Art. 12)"]
    for again in (delete, verify):
        with pytest.raises(FieldRefused):
            again(office, case_id, number)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_who_verifies_is_told_of_a_report_of_deletion_and_everybody_when_it_is_verified(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)

    delete(office, case_id, number)
    assert told(office, "deletion_reported") == ["authority", "data_protection:NL"]
    assert told(office, "deletion_verified") == []
    verify(office, case_id, number, DAN)
    gone = office.case(case_id).processing.datasets[0].deletion
    assert gone is not None
    assert (gone.verified_by, gone.verified_at) == (str(DAN), office.clock())
    assert told(office, "deletion_verified") == [
        "authority",
        "data_protection:NL",
        "provider:CreditCo",
    ]


@pytest.mark.rule("R59-g")
@pytest.mark.rule("DL-19")
@pytest.mark.parametrize("by", [SUE, DAN], ids=str)
def test_a_wrong_report_of_deletion_is_refused_and_made_again(office: Office, by: Person) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    leave(office, case_id)
    delete(office, case_id, number)

    with pytest.raises(NotAllowedError):
        refuse(office, case_id, number, ADA)
    refused = refuse(office, case_id, number, by)

    [dataset] = refused.processing.datasets
    clock = clock_of(refused, number)
    assert dataset.deletion is None
    assert [r.by for r in dataset.refused_deletions] == [str(by)]
    assert clock is not None
    assert clock.met_at is None  # the clock runs as if nobody had reported
    with pytest.raises(FieldRefused, match="waits to be verified"):
        verify(office, case_id, number)
    delete(office, case_id, number)
    verify(office, case_id, number)
    with pytest.raises(FieldRefused, match="waits to be verified"):
        refuse(office, case_id, number)
    assert office.case(case_id).stage is Stage.CLOSED
    with office.sessions.begin() as session:
        account = tuple(sealed.entry for sealed in ledger.of_case(session, case_id))
    assert wrong(read(account)) == ()
    assert any(entry.action == "refuse_deletion" for entry in account)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_what_was_accessed_after_a_deletion_was_not_deleted(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    reported = dict.fromkeys(("began_at", "ended_at"), office.clock())
    office.clock.forward(hours=1)
    log(office, case_id, "a")
    office.clock.forward(hours=1)

    with pytest.raises(FieldRefused, match=f"dataset {number} was accessed at"):
        delete(office, case_id, number, **reported)
    delete(office, case_id, number)
    refuse(office, case_id, number)
    with pytest.raises(FieldRefused, match=f"dataset {number} was accessed at"):
        delete(office, case_id, number, **reported)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
@pytest.mark.rule("DL-19")
@pytest.mark.parametrize("verified", [False, True])
def test_a_report_of_deletion_that_a_later_access_contradicts_does_not_count(
    office: Office, verified: bool
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    delete(office, case_id, number)
    if verified:
        verify(office, case_id, number)
    office.clock.forward(hours=2)

    log(office, case_id, "a")

    [dataset] = office.case(case_id).processing.datasets
    assert dataset.deletion is None
    assert told(office, "deletion_refused") == [
        *("authority", "data_protection:NL", "provider:CreditCo")
    ]
    with pytest.raises(FieldRefused, match="waits to be verified"):
        verify(office, case_id, number)
    leave(office, case_id)
    case = office.case(case_id)
    clock = clock_of(case, number)
    assert case.stage is Stage.COMPLETED
    assert clock is not None
    assert clock.met_at is None
    delete(office, case_id, number)
    verify(office, case_id, number)
    assert office.case(case_id).stage is Stage.CLOSED
    assert certificates(office, case_id)[-1]["refused_reports"] == [
        "2026-11-24 14:00:00 UTC, system: dataset 1 was accessed at 2026-11-24 14:00 UTC all the same"
    ]


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_what_is_excepted_from_a_deletion_may_be_accessed(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    delete(office, case_id, number, exceptions="ten rows", exceptions_basis="Art. 12")
    office.clock.forward(hours=2)

    log(office, case_id, "a")

    [dataset] = office.case(case_id).processing.datasets
    assert dataset.deletion is not None
    assert told(office, "unauthorised_access") == ["authority", "data_protection:NL"]


@pytest.mark.rule("R59-g")
def test_while_a_hold_stands_nothing_is_deleted_and_the_case_may_close(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    hold(office, case_id, number)
    leave(office, case_id)

    case = office.case(case_id)
    assert case.stage is Stage.CLOSED
    assert phase(office, case_id) is Phase.READY  # frozen, with everything in it
    (held,) = certificates(office, case_id)
    assert (held["deleted"], held["method"]) == (False, "nothing was deleted")
    assert held["exceptions"][0].startswith("legal hold 1 since 2026-11-24: court case 7")
    clock = clock_of(case, number)
    assert clock is not None
    assert clock.met_at is None
    with pytest.raises(RuleBroken) as refused:
        delete(office, case_id, number)
    assert [reason.rule for reason in refused.value.reasons] == ["R59-g"]

    lift(office, case_id)
    office.sweep()
    office.work()
    assert phase(office, case_id) is Phase.ABSENT
    assert any(d.kind is Paper.DELETION_CERTIFICATE for d in office.look(case_id).documents)
    delete(office, case_id, number)
    verify(office, case_id, number)
    final = certificates(office, case_id)[-1]
    assert final["deleted"]
    assert "until 2026-11-24" in final["exceptions"][0]
    assert office.sweep() == 0


@pytest.mark.rule("R73-06")
def test_while_evidence_is_held_no_dataset_goes(office: Office) -> None:
    case_id = active(office)
    before, number = let_in(office, case_id), let_in(office, case_id)
    delete(office, case_id, before)
    office.clock.forward(minutes=1)
    opened(office, case_id)

    with pytest.raises(RuleBroken) as refused:
        delete(office, case_id, number)
    assert refused.value.reasons == (
        Reason("R73-06", f"dataset {number}: evidence of incident 1 is held"),
    )

    informed(office, case_id)
    delete(office, case_id, number)
    verify(office, case_id, number)
    assert office.case(case_id).processing.datasets[number - 1].is_deleted


@pytest.mark.rule("R59-g")
def test_what_called_for_a_deletion_is_not_for_the_provider_to_say(office: Office) -> None:
    case_id = active(office)
    early, late = let_in(office, case_id), let_in(office, case_id)

    chosen = delete(office, case_id, early).processing.datasets[early - 1].deletion
    office.end(case_id, Action.TERMINATE)  # and before any sweep
    forced = delete(office, case_id, late).processing.datasets[late - 1].deletion

    assert chosen is not None
    assert forced is not None
    assert (chosen.trigger, forced.trigger) == (Trigger.CHOICE, Trigger.EXIT)


@pytest.mark.rule("R59-g")
def test_a_hold_placed_after_the_end_stops_a_deletion_that_is_due(office: Office) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    office.end(case_id, Action.TERMINATE)
    office.sweep()
    office.work()

    hold(office, case_id)

    (held,) = certificates(office, case_id)
    assert not held["deleted"]
    with pytest.raises(RuleBroken):
        delete(office, case_id, number)
    with pytest.raises(NotFound):
        lift(office, case_id, 2)
    with pytest.raises(NotFound):
        hold(office, case_id, 7)
