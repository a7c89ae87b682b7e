"""What a case leaves behind: removed and certified, or held and certified as held (D12)."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete as delete_rows

from sandbox.domain.dataset import DatasetKind
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.seal import FIRST
from sandbox.errors import ClusterUnavailable
from sandbox.store import documents, ledger
from sandbox.store.documents import Document
from sandbox.store.processing import closed_but_standing
from sandbox.store.tables import DocumentRow
from tests.office import Office
from tests.stages.personal_data import (
    NEW,
    active,
    declare,
    delete,
    hold,
    let_in,
    lift,
    log,
    record_run,
    verify,
)

SYNTHETIC = replace(NEW, kind=DatasetKind.SYNTHETIC)


def certificates(office: Office, case_id: CaseId) -> list[Document]:
    with office.sessions.begin() as session:
        return documents.sealed_of_kind(session, case_id, Paper.DELETION_CERTIFICATE)


def said(paper: Document) -> dict[str, Any]:
    assert paper.assembled is not None
    return paper.assembled


def leave(office: Office, case_id: CaseId) -> None:
    record_run(office, case_id)
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    settle(office)


def settle(office: Office) -> None:
    for _ in range(2):
        office.work()
        office.sweep()
    office.work()


def is_general_clock_met(office: Office, case_id: CaseId) -> bool:
    (clock,) = (c for c in office.case(case_id).deadlines if c.name is Name.DL_19 and not c.subject)
    return clock.met_at is not None


@pytest.mark.rule("R59-g")
@pytest.mark.rule("DL-19")
def test_a_case_closes_under_a_hold_on_a_certificate_of_what_is_held(office: Office) -> None:
    case_id = active(office)
    number = declare(office, case_id, SYNTHETIC)
    hold(office, case_id, number)
    office.evidence.away = True
    leave(office, case_id)
    assert office.case(case_id).stage is Stage.COMPLETED  # a hold alone closes nothing

    office.evidence.away = False
    settle(office)

    case = office.case(case_id)
    (held,) = certificates(office, case_id)
    assert (case.stage, case.deletion_certificate_sha256) == (Stage.CLOSED, held.sha256)
    assert said(held)["deleted"] is False
    assert said(held)["exceptions"] == [
        f"dataset {number}: legal hold 1 since 2026-11-24: court case 7 (Art. 17(3)(e) GDPR)"
    ]
    assert not is_general_clock_met(office, case_id)

    lift(office, case_id)
    settle(office)
    removed = certificates(office, case_id)[-1]
    assert (removed.number, said(removed)["deleted"], said(removed)["exceptions"]) == (2, True, [])
    assert is_general_clock_met(office, case_id)
    assert office.sweep() == 0


@pytest.mark.rule("R59-g")
def test_no_case_closes_on_a_hold_that_was_lifted(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(namespace: str) -> tuple[str, ...]:
        raise ClusterUnavailable(namespace)

    case_id = active(office)
    hold(office, case_id)
    office.end(case_id)
    settle(office)
    with monkeypatch.context() as patch:
        patch.setattr(office.cluster, "remains", away)
        lift(office, case_id)
        office.issue_exit_report(case_id)
        settle(office)
    assert office.case(case_id).stage is Stage.COMPLETED  # the removal takes its time

    office.clock.forward(hours=1)
    settle(office)

    case = office.case(case_id)
    removed = certificates(office, case_id)[-1]
    assert (case.stage, case.deletion_certificate_sha256) == (Stage.CLOSED, removed.sha256)
    assert said(removed)["deleted"]


@pytest.mark.rule("R59-g")
def test_the_sweep_waits_for_a_certificate_of_the_removal_itself(office: Office) -> None:
    case_id = active(office)
    declare(office, case_id, SYNTHETIC)
    hold(office, case_id)
    leave(office, case_id)
    lift(office, case_id)
    with office.sessions.begin() as session:
        assert closed_but_standing(session) == []
        session.execute(delete_rows(DocumentRow).where(DocumentRow.number == 2))
        assert closed_but_standing(session) == [case_id]


@pytest.mark.rule("R59-g")
def test_a_certificate_follows_the_holds_until_the_case_closes(office: Office) -> None:
    case_id = active(office)
    hold(office, case_id)
    office.end(case_id)
    settle(office)
    hold(office, case_id)
    settle(office)
    settle(office)

    first, second = (said(paper)["exceptions"] for paper in certificates(office, case_id))

    assert [line.split(" since")[0] for line in first] == ["everything: legal hold 1"]
    assert second[:1] == first
    assert second[1].startswith("everything: legal hold 2")


@pytest.mark.rule("R59-g")
def test_the_certificate_of_an_environment_says_what_went_when_and_who_has_seen_it(
    office: Office,
) -> None:
    case_id = active(office)
    gone, never = let_in(office, case_id), declare(office, case_id)
    log(office, case_id, "a")
    delete(office, case_id, gone, exceptions="one sheet", exceptions_basis="Art. 17(3)(b) GDPR")
    verify(office, case_id, gone)
    leave(office, case_id)

    (paper,) = certificates(office, case_id)
    facts = said(paper)
    with office.sessions.begin() as session:
        account = [sealed.entry for sealed in ledger.of_case(session, case_id)]
    (removal,) = (e for e in account if e.action == "environment_absent")
    (settled,) = (e for e in account if e.action == "settle_log")
    took = timedelta(milliseconds=int(str(removal.facts["milliseconds"])))
    assert datetime.fromisoformat(facts["began_at"]) + took == datetime.fromisoformat(removal.at)
    assert (facts["removed_at"], facts["left"]) == (removal.at, removal.facts["left"])
    assert (facts["removed"], facts["volumes"]) == (removal.facts["removed"], [])
    assert facts["access_log_sha256"] == settled.facts["log_sha256"] != FIRST
    assert [
        (d["number"], d["state"], d["verifier"], d["verified_on"]) for d in facts["datasets"]
    ] == [
        (gone, "deleted and verified", "Sue", "2026-11-24"),
        (never, "never let in", None, None),
    ]
    assert facts["exceptions"] == [f"dataset {gone}: one sheet (Art. 17(3)(b) GDPR)"]
    assert "asked the cluster" in facts["verifier"]
    assert {"snapshots", "backups", "keys", "trigger", "method"} <= facts.keys()


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_the_last_certificate_tells_of_deletions_that_were_verified_after_the_removal(
    office: Office,
) -> None:
    case_id = active(office)
    first, second = let_in(office, case_id), let_in(office, case_id)
    leave(office, case_id)
    delete(office, case_id, first, exceptions="one sheet", exceptions_basis="Art. 17(3)(b) GDPR")
    verify(office, case_id, first)
    settle(office)
    assert len(certificates(office, case_id)) == 1  # another deletion is waited for

    delete(office, case_id, second)
    settle(office)
    assert len(certificates(office, case_id)) == 1  # nobody has seen it
    verify(office, case_id, second)

    case = office.case(case_id)
    early, last = certificates(office, case_id)
    assert {d["state"] for d in said(early)["datasets"]} == {"not reported as deleted"}
    assert [(d["number"], d["state"], d["verifier"]) for d in said(last)["datasets"]] == [
        (first, "deleted and verified", "Sue"),
        (second, "deleted and verified", "Sue"),
    ]
    assert said(last)["exceptions"] == [f"dataset {first}: one sheet (Art. 17(3)(b) GDPR)"]
    assert said(last)["supersedes"] == 1
    assert (case.stage, case.deletion_certificate_sha256) == (Stage.CLOSED, last.sha256)
    settle(office)
    assert len(certificates(office, case_id)) == 2
    assert office.sweep() == 0


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_a_deletion_that_is_verified_after_the_case_closed_under_a_hold_is_certified(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    hold(office, case_id, number)
    leave(office, case_id)
    settle(office)
    lift(office, case_id)
    settle(office)
    assert office.case(case_id).stage is Stage.CLOSED

    delete(office, case_id, number)
    verify(office, case_id, number)

    told = [said(paper)["datasets"][0]["state"] for paper in certificates(office, case_id)]
    assert told == ["held", "not reported as deleted", "deleted and verified"]
    hold(office, case_id)  # of its records
    settle(office)
    assert len(certificates(office, case_id)) == 3
    assert office.sweep() == 0


@pytest.mark.rule("R59-g")
@pytest.mark.rule("D12")
def test_a_case_closes_on_a_certificate_of_a_hold_that_was_placed_after_the_removal(
    office: Office,
) -> None:
    case_id = active(office)
    number = let_in(office, case_id)
    record_run(office, case_id)
    office.end(case_id)
    settle(office)
    hold(office, case_id, number)
    office.issue_exit_report(case_id)
    settle(office)

    case = office.case(case_id)
    early, last = certificates(office, case_id)
    assert [said(paper)["datasets"][0]["state"] for paper in (early, last)] == [
        "not reported as deleted",
        "held",
    ]
    assert (case.stage, case.deletion_certificate_sha256) == (Stage.CLOSED, last.sha256)
