"""A suspended test goes on when every cause of its standing still was mitigated (Art. 57(11), 60(7))."""

import pytest

from sandbox import stopping
from sandbox.domain.case import SYSTEM
from sandbox.domain.lifecycle import Stage
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.suspension import Suspension, SuspensionGround
from sandbox.errors import RuleBroken
from sandbox.store import cases, documents
from tests.factories import AUTHORITY, TOM
from tests.office import Office
from tests.stages.supervising import DEATH, classified, informed, opened, responded, running


def came_to_its_end(office: Office, case_id: CaseId) -> None:
    """The test stands still as at its planned end: no cause, nothing to mitigate."""
    stop = Suspension(SuspensionGround.TEST_ENDED, "the test ended", str(SYSTEM), office.clock())
    with office.sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        stopping.suspend(session, case, stop, SYSTEM, AUTHORITY)
    office.work()


def refused(office: Office, case_id: CaseId) -> list[tuple[str, str]]:
    with pytest.raises(RuleBroken) as early:
        office.resume(case_id, TOM)
    return [(reason.rule, reason.sentence) for reason in early.value.reasons]


@pytest.mark.rule("R60-7")
@pytest.mark.rule("R57-11b")
def test_what_was_mitigated_before_an_incident_does_not_mitigate_the_incident(
    office: Office,
) -> None:
    case_id = office.active()
    office.suspend(case_id)
    office.mitigate(case_id)
    office.clock.forward(hours=5)
    opened(office, case_id)
    classified(office, case_id, DEATH)
    responded(office, case_id, mitigated=False)
    informed(office, case_id)

    early = refused(office, case_id)
    office.mitigate(case_id)
    office.resume(case_id, TOM)

    assert early == [("R57-11b", "no mitigation was recorded since incident 1 was answered")]
    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R60-7")
@pytest.mark.rule("DL-08")
def test_an_incident_gives_a_test_that_came_to_its_end_a_cause_to_stand_still(
    office: Office,
) -> None:
    case_id = office.active()
    came_to_its_end(office, case_id)
    opened(office, case_id)

    stopped = responded(office, case_id, mitigated=False)
    informed(office, case_id)
    office.work()

    assert stopped.suspension is not None
    assert stopped.suspension.ground is SuspensionGround.UNMITIGABLE_RISK
    assert ("DL-08", "") in running(stopped)
    with office.sessions.begin() as session:
        assert [d.kind for d in documents.of_case(session, case_id)].count(Paper.NOTICE) == 1
    assert [rule for rule, _ in refused(office, case_id)] == ["R57-11b"]


@pytest.mark.rule("DL-16")
def test_an_incident_that_nobody_answers_gives_it_that_cause_too(office: Office) -> None:
    case_id = office.active()
    came_to_its_end(office, case_id)
    opened(office, case_id)
    office.clock.forward(hours=3)
    office.sweep()
    office.work()

    stop = office.case(case_id).suspension
    assert stop is not None
    assert stop.is_for_cause
