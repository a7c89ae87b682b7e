"""What a hold on evidence takes from the participant, and what it notes."""

import pytest

from sandbox.domain.lifecycle import Stage
from sandbox.stages import (
    incident_reports,
)
from tests.factories import ADA, TOM
from tests.office import Office
from tests.stages.supervising import informed, opened, responded, simple


@pytest.mark.rule("R73-06")
def test_a_hold_takes_the_right_to_change_pods_and_notes_what_ran(office: Office) -> None:
    case_id = office.active()
    before = office.case(case_id)
    opened(office, case_id)
    office.work()

    held = office.engine.standing[case_id]
    case = office.case(case_id)
    assert (held.held, held.frozen, held.generation) == (True, False, 2)
    assert case.incidents[0].images == office.cluster.images
    assert case.isolation == before.isolation
    assert case.stretches == before.stretches

    informed(office, case_id)
    office.work()
    lifted = office.engine.standing[case_id]
    assert (lifted.held, lifted.generation) == (False, 3)
    assert office.case(case_id).stage is Stage.ACTIVE


@pytest.mark.rule("R73-06")
def test_the_hold_stands_until_the_last_incident_lifts_it(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    opened(office, case_id)
    office.work()
    informed(office, case_id)
    office.work()
    assert office.engine.standing[case_id].held

    parts = simple(office, ADA) | {"nudge": office.nudge}
    incident_reports.inform_of_change(case_id, 2, "another threshold", **parts)
    office.work()
    assert not office.engine.standing[case_id].held


@pytest.mark.rule("R73-06")
def test_what_ran_is_noted_when_the_cluster_answers_again(office: Office) -> None:
    case_id = office.active()
    office.cluster.away = True
    opened(office, case_id)
    office.work()
    assert office.case(case_id).incidents[0].images_at is None

    office.cluster.away = False
    office.nudge("provision", case_id)
    office.nudge("pin", case_id)
    office.work()
    noted = office.case(case_id)
    office.nudge("pin", case_id)
    office.work()

    assert noted.incidents[0].images_at is not None
    assert office.case(case_id) == noted


@pytest.mark.rule("R73-06")
def test_a_suspended_test_resumes_with_the_rights_it_had(office: Office) -> None:
    case_id = office.active()
    opened(office, case_id)
    responded(office, case_id, mitigated=False)
    office.work()
    assert office.engine.standing[case_id].frozen
    informed(office, case_id)
    office.clock.forward(seconds=1)
    office.mitigate(case_id)
    office.resume(case_id, TOM)
    office.work()

    built = office.engine.standing[case_id]
    assert (built.frozen, built.held) == (False, False)
    assert office.case(case_id).is_measured
