"""What the provider shows after a testing plan was submitted reaches whoever decides on it (Art. 60(4))."""

from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain.action import Action
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.supervision import OrderKind
from sandbox.domain.territory import TerritoryEvent, TerritoryState
from sandbox.domain.testing_conditions import Mechanism, Protection, Proven, Transfer
from sandbox.errors import FieldRefused, RuleBroken
from sandbox.stages import overview, testing_evidence
from sandbox.store import documents, ledger
from tests.office import Office
from tests.real_world import EVIDENCE
from tests.stages.supervising import order
from tests.stages.testing import (
    DORA,
    MAX,
    answer,
    approved,
    draft,
    more,
    running,
    show,
    submit,
    told,
    with_a_test,
)
from tests.stages.under_way import issued, the_test

OTHER = replace(
    EVIDENCE,
    protections=(Protection("elderly", "none"),),
    transfers=(Transfer("US", Mechanism.STANDARD_CLAUSES),),
    recall_runbook=Proven("call somebody", "c" * 64),
)


def newest_plans(office: Office, case_id: CaseId) -> dict[str, dict[str, Any]]:
    """The newest D5 of each Member State."""
    with office.sessions.begin() as session:
        found = [d.assembled for d in documents.of_case(session, case_id)]
    return {said["submitted_to"]: said for said in found if said and "submitted_to" in said}


def entries(office: Office, case_id: CaseId, action: Action) -> list[dict[str, Any]]:
    with office.sessions.begin() as session:
        found = [e.entry for e in ledger.of_case(session, case_id)]
    return [entry.facts for entry in found if entry.action == action]


@pytest.mark.rule("R78")
def test_what_one_authority_asks_and_is_told_another_reads_nowhere(office: Office) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    answer(office, case_id, MAX, "NL", TerritoryEvent.QUESTION, "Why this bank?")
    testing_evidence.show(
        case_id,
        replace(EVIDENCE, insurance="policy 13"),
        answer="It lends most.",
        cluster=office.cluster,
        **more(office),
    )
    office.work()

    read: dict[str, list[str]] = {}
    for by in (MAX, DORA):
        seen = office.look(case_id, by)
        lines = overview.account(case_id, by=by, after=0, limit=None, sessions=office.sessions)
        plans = [d.assembled for d in seen.documents if d.kind is Paper.TESTING_PLAN]
        read[by.country] = [str(seen.facts), str(lines), str(plans)]

    assert all("It lends most." in text for text in (read["NL"][0], read["NL"][2]))
    assert not any("It lends most." in text for text in read["DE"])
    assert not any("Why this bank?" in text for text in read["DE"])
    assert "Why this bank?" in read["NL"][1]
    assert "'submitted_to': 'DE'" in read["DE"][2]


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R60-4a")
@pytest.mark.rule("D5")
def test_other_evidence_after_approval_reaches_every_authority_with_what_changed(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    approved(office, case_id)
    before = len(told(office))

    show(office, case_id)
    assert issued(office, case_id, Paper.TESTING_PLAN) == 2
    show(office, case_id, OTHER)

    assert told(office)[before:] == [
        ("testing_plan_evidence_changed", "market_surveillance:NL"),
        ("testing_plan_evidence_changed", "market_surveillance:DE"),
        ("testing_plan_evidence_changed", "authority"),
    ]
    for paper in newest_plans(office, case_id).values():
        assert paper["vulnerable_groups"] == ["elderly: none"]
        assert paper["evidence_sha256_before"] == EVIDENCE.sha256
        assert paper["evidence_sha256"] == OTHER.sha256
        assert paper["changes"] == [
            "transfers: added “country US, mechanism standard clauses”",
            "protections: removed “group elderly, measures a person explains”",
            "protections: added “group elderly, measures none”",
            "recall_runbook.what: “switched off in a minute” became “call somebody”",
            f"recall_runbook.sha256: “{'b' * 64}” became “{'c' * 64}”",
        ]
    approval = entries(office, case_id, Action.ANSWER_TESTING_PLAN)[-1]
    shown = entries(office, case_id, Action.SHOW_EVIDENCE)[-1]
    assert approval["evidence_sha256"] == EVIDENCE.sha256
    assert shown["evidence_sha256"] == OTHER.sha256
    assert all(t.is_approved for t in the_test(office, case_id).territories)


@pytest.mark.rule("R60-4b")
def test_other_evidence_of_a_running_test_is_told_too_but_not_where_an_order_ended_it(
    office: Office,
) -> None:
    case_id = running(office)
    order(office, case_id, DORA, "DE", kind=OrderKind.TERMINATE)
    before = len(told(office))

    show(office, case_id, OTHER)

    assert the_test(office, case_id).is_under_way
    assert told(office)[before:] == [
        ("testing_plan_evidence_changed", "market_surveillance:NL"),
        ("testing_plan_evidence_changed", "authority"),
    ]


@pytest.mark.rule("R60-4e")
@pytest.mark.rule("R60-4g")
@pytest.mark.rule("R60-4j")
def test_evidence_that_would_undo_what_was_submitted_is_refused_with_every_reason(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    less = replace(
        EVIDENCE,
        protections=(),
        transfers=(Transfer("US", Mechanism.NONE),),
        overseers=(),
        insurance="",
    )
    show(office, case_id, less)
    show(office, case_id, EVIDENCE)
    submit(office, case_id, "NL")

    with pytest.raises(RuleBroken) as refused:
        show(office, case_id, less)

    assert [reason.rule for reason in refused.value.reasons] == ["R60-4e", "R60-4g", "R60-4j"]
    assert the_test(office, case_id).evidence == EVIDENCE


@pytest.mark.rule("R60-4b")
@pytest.mark.rule("R60-4g")
@pytest.mark.rule("D5")
def test_a_question_is_answered_with_evidence_and_words_and_approvals_elsewhere_stay(
    office: Office,
) -> None:
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id)
    answer(office, case_id, MAX, "NL")
    with pytest.raises(FieldRefused, match="no authority has asked"):
        reply(office, case_id, "nobody asked")
    answer(office, case_id, DORA, "DE", TerritoryEvent.QUESTION, "how are the elderly protected?")
    before = len(told(office))

    reply(office, case_id, "a nurse is there")

    assert told(office)[before:] == [
        ("testing_plan_question_answered", "market_surveillance:DE"),
        ("testing_plan_question_answered", "authority"),
    ]
    nurse = replace(EVIDENCE, protections=(Protection("elderly", "a nurse"),))
    show(office, case_id, nurse)
    assert ("testing_plan_evidence_changed", "market_surveillance:NL") in told(office)
    territory = the_test(office, case_id).territory("DE")
    assert [r.text for r in territory.replies] == ["a nurse is there", ""]
    assert territory.state is TerritoryState.AWAITING_AUTHORISATION
    assert the_test(office, case_id).territory("NL").is_approved
    papers = newest_plans(office, case_id)
    assert papers["NL"]["questions_and_replies"] == []
    assert papers["DE"]["questions_and_replies"] == [
        "2026-11-24 Dora (BNetzA): how are the elderly protected?",
        "2026-11-24 Ada (CreditCo): a nurse is there",
        f"2026-11-24 Ada (CreditCo): {nurse.sha256}",
    ]
    answer(office, case_id, DORA, "DE")
    with pytest.raises(FieldRefused, match="or it decided since"):
        reply(office, case_id, "once more")


def reply(office: Office, case_id: CaseId, text: str) -> None:
    shown = the_test(office, case_id).evidence
    testing_evidence.show(case_id, shown, answer=text, cluster=office.cluster, **more(office))
