"""What an authority requires a provider to tell (Art. 60(6), 74(12), 77)."""

from datetime import timedelta

import pytest

from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.supervision import RequestKind
from sandbox.errors import FieldRefused, NotAllowedError, NotFound, RuleBroken
from sandbox.stages import overview, requests, requisitions
from sandbox.store.documents import Document
from tests.factories import ADA, AUTHORITY, SUE
from tests.office import Office
from tests.stages.supervising import DORA, FAY, INA, MAX, OLAF, opened, simple
from tests.stages.test_after import told
from tests.stages.test_requests import EVA, requested
from tests.stages.test_seats import end, give
from tests.stages.testing import more


def require(office: Office, case_id: CaseId, by: Person, days: int = 5) -> Case:
    until = AUTHORITY.day(office.clock()) + timedelta(days=days)
    return requisitions.require(case_id, "the training log", until, **more(office, by))


def supply(office: Office, case_id: CaseId, number: int = 1, by: Person = ADA) -> Case:
    evidence = ("ab" * 32,)
    return requisitions.supply(case_id, number, "as follows", evidence, **more(office, by))


def reading(office: Office, case_id: CaseId, by: Person) -> Document:
    kind, sessions = Paper.INFORMATION, office.sessions
    return overview.document(case_id, kind, 1, by=by, sessions=sessions, opened=True)


@pytest.mark.rule("R60-6")
def test_what_is_required_is_told_supplied_once_and_sealed(office: Office) -> None:
    case_id = office.active()

    asked = require(office, case_id, MAX)
    office.clock.forward(days=9)
    supplied = supply(office, case_id)
    office.work()

    assert asked.requisitions[0].office.country == "NL"
    assert supplied.requisitions[0].supplied_by == str(ADA)
    assert told(office, "information_required") == ["provider:CreditCo"]
    assert told(office, "information_supplied") == ["market_surveillance:NL"]
    with pytest.raises(NotFound, match="no open requisition 1"):
        supply(office, case_id)
    document = reading(office, case_id, SUE)
    said = document.assembled or {}
    assert (said["required"], said["information"]) == ("the training log", "as follows")
    assert said["signed_by"] == [str(ADA)]
    assert document.sealed_at is not None


@pytest.mark.rule("R60-6")
def test_a_day_that_is_over_is_refused_and_today_is_not(office: Office) -> None:
    case_id = office.active()

    with pytest.raises(FieldRefused, match="is over already"):
        require(office, case_id, SUE, days=-1)
    assert len(require(office, case_id, SUE, days=0).requisitions) == 1


@pytest.mark.rule("R60-6")
@pytest.mark.rule("R75-01")
def test_competent_authorities_require_and_the_provider_supplies(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id, "DE")

    for by in (SUE, MAX, DORA, INA):
        require(office, case_id, by)
    with pytest.raises(NotFound):
        require(office, case_id, OLAF)
    with pytest.raises(NotAllowedError):
        require(office, case_id, ADA)
    with pytest.raises(NotAllowedError):
        supply(office, case_id, by=SUE)


@pytest.mark.rule("R75-01")
def test_where_the_ai_office_is_competent_it_requires_and_no_national_authority(
    office: Office,
) -> None:
    case_id = office.active(very_large_platform=True)

    with pytest.raises(RuleBroken, match="AI Office is exclusively competent"):
        require(office, case_id, MAX)
    assert require(office, case_id, OLAF).requisitions[0].office.role is Role.AI_OFFICE
    supply(office, case_id)

    assert told(office, "information_supplied") == ["ai_office"]


@pytest.mark.rule("R77")
def test_a_body_for_rights_is_given_what_only_the_provider_had(office: Office) -> None:
    case_id = office.active()
    requested(office, case_id, RequestKind.RIGHTS_DOCUMENTS, EVA)
    require(office, case_id, SUE)
    supply(office, case_id)
    office.work()

    with pytest.raises(NotFound):
        reading(office, case_id, EVA)
    requests.answer(case_id, 1, "here", given=("information-1",), **simple(office, SUE))

    assert reading(office, case_id, EVA).kind is Paper.INFORMATION


@pytest.mark.rule("R57-13")
@pytest.mark.rule("R78")
def test_what_an_ended_seat_required_is_told_to_the_authority_that_reads_it(
    office: Office,
) -> None:
    case_id = office.active()
    give(office, case_id)
    require(office, case_id, FAY)
    end(office, case_id)

    supply(office, case_id)

    assert told(office, "information_supplied") == ["authority"]


@pytest.mark.rule("R78")
def test_whoever_knows_the_case_without_its_ended_seat_hears_what_it_required(
    office: Office,
) -> None:
    case_id = office.active()
    give(office, case_id, country="DE")
    opened(office, case_id, "DE")
    require(office, case_id, DORA)
    end(office, case_id, country="DE")

    supply(office, case_id)

    assert told(office, "information_supplied") == ["market_surveillance:DE"]
