"""What authorities ask of each other, and what nobody is told who may not know of an incident."""

from dataclasses import replace

import pytest

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.incident import CausalLink, Classification, IncidentClass
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import against
from sandbox.domain.regime import Regime, Sandbox, SandboxKind
from sandbox.domain.shares import Consultation, Consulted
from sandbox.domain.supervision import AuthorityRequest, RequestKind
from sandbox.errors import FieldRefused, NotFound, RuleBroken
from sandbox.stages import clocks, overview, requests
from sandbox.store.documents import Document
from tests.factories import APPLICATION, AUTHORITY, SUE, a_case
from tests.fakes import NOON
from tests.office import Office
from tests.stages import supervising as of_incidents
from tests.stages.supervising import MAX, OLAF, RIGHTS, running, simple
from tests.stages.test_after import told
from tests.stages.testing import draft, submit, with_a_test

EVA = Person("Eva", Role.RIGHTS_BODY, "Equality", "NL")


def touching_rights(office: Office) -> CaseId:
    case_id = office.active()
    of_incidents.opened(office, case_id, "NL")
    of_incidents.classified(office, case_id, RIGHTS)
    return case_id


def planned_in_germany(office: Office) -> CaseId:
    """The case of a test whose plan is before the German authority."""
    case_id = with_a_test(office)
    draft(office, case_id)
    submit(office, case_id, "DE")
    return case_id


def requested(office: Office, case_id: CaseId, kind: RequestKind, by: Person) -> Case:
    return requests.ask(
        case_id, kind=kind, reasons="why", authority=AUTHORITY, **simple(office, by)
    )


@pytest.mark.rule("R75-2a")
@pytest.mark.rule("R75-3")
@pytest.mark.rule("DL-22")
@pytest.mark.rule("DL-23")
@pytest.mark.rule("R77")
@pytest.mark.parametrize(
    ("kind", "clock"),
    [
        (RequestKind.ASSESSMENT, "DL-22"),
        (RequestKind.MODEL_INFORMATION, "DL-23"),
        (RequestKind.RIGHTS_DOCUMENTS, None),
    ],
)
def test_a_request_starts_its_clock_and_its_answer_meets_it(
    office: Office, kind: RequestKind, clock: str | None
) -> None:
    case_id = touching_rights(office)
    asks, answers = (EVA, SUE) if kind is RequestKind.RIGHTS_DOCUMENTS else (MAX, OLAF)

    asked = requested(office, case_id, kind, asks)
    answered = requests.answer(case_id, 1, "so", **simple(office, answers))

    assert ((clock, "request 1") in running(asked)) == (clock is not None)
    assert "request 1" not in {subject for _, subject in running(answered)}
    with pytest.raises(NotFound):
        requests.answer(case_id, 1, "again", **simple(office, answers))


@pytest.mark.rule("R75-2a")
@pytest.mark.rule("DL-22")
def test_who_runs_the_union_level_sandbox_answers_as_the_ai_office(office: Office) -> None:
    office.regime = Regime(sandbox=Sandbox(SandboxKind.UNION))
    case_id = office.active(very_large_platform=True)
    requested(office, case_id, RequestKind.ASSESSMENT, MAX)

    answered = requests.answer(case_id, 1, "so", **simple(office, SUE))

    assert "request 1" not in {subject for _, subject in running(answered)}


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("kind", "asks", "answers"),
    [
        (RequestKind.ASSESSMENT, "EVA", None),
        (RequestKind.MODEL_INFORMATION, "EVA", None),
        (RequestKind.RIGHTS_DOCUMENTS, "MAX", None),
        (RequestKind.ASSESSMENT, "MAX", "MAX"),
        (RequestKind.MODEL_INFORMATION, "MAX", "SUE"),
        (RequestKind.TESTED_SYSTEM, "MAX", "MAX"),
    ],
)
def test_who_may_not_ask_does_not_and_nobody_answers_for_another(
    office: Office, kind: RequestKind, asks: str, answers: str | None
) -> None:
    people = {"EVA": EVA, "MAX": MAX, "SUE": SUE}
    case_id = touching_rights(office)

    if answers is None:
        with pytest.raises(RuleBroken, match="is asked for by"):
            requested(office, case_id, kind, people[asks])
    else:
        requested(office, case_id, kind, people[asks])
        with pytest.raises(RuleBroken, match="request 1 is answered by"):
            requests.answer(case_id, 1, "so", **simple(office, people[answers]))


@pytest.mark.rule("R77")
def test_a_rights_body_reads_the_documents_it_was_given_and_no_other(office: Office) -> None:
    case_id = touching_rights(office)
    requested(office, case_id, RequestKind.RIGHTS_DOCUMENTS, EVA)
    with pytest.raises(FieldRefused, match="no sealed document exit-report-7"):
        requests.answer(case_id, 1, "so", given=("exit-report-7",), **simple(office))

    requests.answer(case_id, 1, "so", given=("decision-1",), **simple(office))

    def reading(by: Person, kind: Paper) -> Document:
        return overview.document(case_id, kind, 1, by=by, sessions=office.sessions, opened=True)

    assert reading(EVA, Paper.DECISION).kind is Paper.DECISION
    for by, kind in ((EVA, Paper.SANDBOX_PLAN), (OLAF, Paper.DECISION)):
        with pytest.raises(NotFound):
            reading(by, kind)
    assert {d.kind for d in office.look(case_id, EVA).documents} == {Paper.DECISION}


@pytest.mark.rule("R78")
def test_documents_on_law_enforcement_are_given_after_everybody_named_was_asked() -> None:
    police = replace(APPLICATION, annex_iii=("III-6a",), law_enforcement=True)
    given = AuthorityRequest(
        *(1, RequestKind.RIGHTS_DOCUMENTS, "why", str(EVA), NOON, "here", "Sue", NOON),
        documents=("decision-1",),
    )
    asked = (
        Consultation(Consulted.ORIGINATING_AUTHORITY, "Police NL", NOON.date(), "mail 1"),
        Consultation(Consulted.DEPLOYER, "Police NL", NOON.date(), "mail 2"),
    )

    def missing(request: AuthorityRequest) -> list[str]:
        case = a_case(application=police, stage=Stage.ACTIVE, requests=(request,))
        found = against(case, Action.ANSWER_AUTHORITY, SUE)
        return [reason.sentence for reason in found if reason.rule == "R78"]

    assert missing(given) == [
        "the originating authority was not consulted",
        "the deployer was not consulted",
    ]
    assert missing(replace(given, consultations=asked)) == []
    assert missing(replace(given, documents=())) == []


@pytest.mark.rule("R74-12")
def test_market_surveillance_opens_every_document_but_those_between_the_parties(
    office: Office,
) -> None:
    case_id = office.active()
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    def reads(kind: Paper) -> bool:
        try:
            overview.document(case_id, kind, 1, by=MAX, sessions=office.sessions, opened=True)
        except NotFound:
            return False
        return True

    listed = {d.kind for d in office.look(case_id, MAX).documents}
    assert {Paper.SANDBOX_PLAN, Paper.TEST_REPORT, Paper.EXIT_REPORT} <= listed
    assert {kind for kind in listed if not reads(kind)} <= {Paper.TERMS, Paper.APPLICATION}
    assert office.look(case_id, MAX).case.application == office.case(case_id).application


@pytest.mark.rule("R78")
def test_an_incident_that_is_hidden_is_told_by_no_clock_no_entry_and_no_refusal(
    office: Office,
) -> None:
    """A death that touches no right, in the Netherlands: nobody's business but the lead's, the
    provider's and the Dutch authority's.
    """
    case_id = office.active()
    office.associate(case_id)
    of_incidents.opened(office, case_id, "NL")
    of_incidents.classified(
        office, case_id, Classification((IncidentClass.DEATH,), CausalLink.LIKELY)
    )
    of_incidents.responded(office, case_id, mitigated=False)
    of_incidents.reported(office, case_id, complete=False)
    office.work()
    office.clock.forward(days=30)
    office.sweep()
    office.work()
    stopped = office.case(case_id).suspension
    assert stopped is not None
    assert stopped.reasons == "incident 1 could not be mitigated at once (Art. 60(7))"

    for by in (OLAF, Person("Dirk", Role.DATA_PROTECTION, "DPA", "NL")):
        told = [
            *overview.account(case_id, by=by, after=0, limit=None, sessions=office.sessions),
            *clocks.account(case_id, by=by, sessions=office.sessions),
            *clocks.nearest(by=by, after=None, limit=50, sessions=office.sessions).clocks,
            *office.look(case_id, by).case.deadlines,
        ]
        assert "incident 1" not in repr(told).replace(stopped.reasons, "")
        assert "incident-report" not in repr(told)
    with pytest.raises(NotFound):
        of_incidents.taken(office, case_id, OLAF)


@pytest.mark.rule("R78")
def test_an_authority_that_knows_a_case_by_a_plan_reads_no_alarm_of_an_incident_elsewhere(
    office: Office,
) -> None:
    case_id = planned_in_germany(office)
    of_incidents.opened(office, case_id, "NL")
    of_incidents.responded(office, case_id, mitigated=True)
    office.clock.forward(days=17)
    office.sweep_clocks()
    office.work()

    assert any("incident 1 NL" in text for _, text in office.look(case_id).alarms)
    assert office.look(case_id, of_incidents.DORA).alarms == ()
    assert office.look(case_id, of_incidents.DORA).case.stage is Stage.ACTIVE


@pytest.mark.rule("R78")
@pytest.mark.rule("R77")
def test_an_authority_gives_no_document_that_it_does_not_see_itself(office: Office) -> None:
    case_id = planned_in_germany(office)
    of_incidents.opened(office, case_id, "NL")
    of_incidents.classified(office, case_id, RIGHTS)
    of_incidents.reported(office, case_id, complete=True)
    office.work()
    body = Person("Rob", Role.RIGHTS_BODY, "Equality DE", "DE")
    requested(office, case_id, RequestKind.RIGHTS_DOCUMENTS, body)

    for name in ("incident-report-1", "incident-report-9"):
        with pytest.raises(FieldRefused, match=f"there is no sealed document {name}"):
            requests.answer(case_id, 1, "here", given=(name,), **simple(office, of_incidents.DORA))
    requests.answer(
        case_id, 1, "here", given=("sandbox-plan-1",), **simple(office, of_incidents.DORA)
    )


@pytest.mark.rule("R77")
@pytest.mark.rule("R78")
def test_of_a_provider_from_outside_the_union_the_authority_where_the_sandbox_is_at_home_is_asked(
    office: Office,
) -> None:
    office.regime = Regime(sandbox=Sandbox(home="NL"))
    case_id = office.active(country="US")
    of_incidents.opened(office, case_id, "DE")
    of_incidents.classified(office, case_id, RIGHTS)
    requested(
        office, case_id, RequestKind.RIGHTS_DOCUMENTS, Person("Eva", Role.RIGHTS_BODY, "E", "DE")
    )

    assert "market_surveillance:NL" in told(office, "request")
    assert [i.number for i in office.look(case_id, MAX).case.incidents] == [1]
