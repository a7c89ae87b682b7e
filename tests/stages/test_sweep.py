"""A round looks at what waits for a worker, not at everything there is."""

from sandbox.domain.lifecycle import Stage
from tests.office import Office


def test_a_case_that_waits_for_a_person_alone_is_not_looked_at_in_every_round(
    office: Office,
) -> None:
    case_id = office.active()
    office.end(case_id)
    assert "exit" in _nudged(office)
    for _ in range(3):
        office.sweep()
        office.work()
    waiting = _nudged(office)

    office.issue_exit_report(case_id)
    office.nudge.given.clear()  # lost
    written = _nudged(office)
    for _ in range(2):
        office.sweep()
        office.work()

    assert waiting == set()
    assert "exit" in written
    assert office.case(case_id).stage is Stage.CLOSED


def _nudged(office: Office) -> set[str]:
    office.nudge.given.clear()
    office.sweep()
    return {stage for stage, _ in office.nudge.given}
