"""Every stage, action and role: the table is written a second time, since a slip is a legal error."""

import itertools

import pytest

from sandbox.domain.lifecycle import EDGES, Action, Role, Stage, advance, allowed
from sandbox.errors import NotAllowedError

LAWFUL = """
submitted screen system screening
screening ask authority information_requested
information_requested answer provider screening
screening associate_dpa authority screening
admitted associate_dpa authority admitted
plan_negotiation associate_dpa authority plan_negotiation
screening admit authority admitted
screening reject authority rejected
screening declare_interests authority screening
screening assign_reviewer authority screening
screening review authority screening
information_requested declare_interests authority information_requested
information_requested assign_reviewer authority information_requested
information_requested review authority information_requested
screening propose_decision authority screening
rejected lodge_appeal provider rejected
admitted lodge_appeal provider admitted
plan_negotiation lodge_appeal provider plan_negotiation
rejected uphold_appeal authority screening
admitted uphold_appeal authority admitted
plan_negotiation uphold_appeal authority plan_negotiation
plan_agreed uphold_appeal authority plan_agreed
active uphold_appeal authority active
suspended uphold_appeal authority suspended
completed uphold_appeal authority completed
terminated uphold_appeal authority terminated
closed uphold_appeal authority closed
rejected dismiss_appeal authority rejected
rejected withdraw_appeal provider rejected
admitted dismiss_appeal authority admitted
admitted withdraw_appeal provider admitted
plan_negotiation dismiss_appeal authority plan_negotiation
plan_negotiation withdraw_appeal provider plan_negotiation
plan_agreed dismiss_appeal authority plan_agreed
plan_agreed withdraw_appeal provider plan_agreed
active dismiss_appeal authority active
active withdraw_appeal provider active
suspended dismiss_appeal authority suspended
suspended withdraw_appeal provider suspended
completed dismiss_appeal authority completed
completed withdraw_appeal provider completed
terminated dismiss_appeal authority terminated
terminated withdraw_appeal provider terminated
closed dismiss_appeal authority closed
closed withdraw_appeal provider closed
admitted accept_offer provider admitted
admitted warn_of_cost authority admitted
admitted acknowledge_cost provider admitted
plan_negotiation warn_of_cost authority plan_negotiation
plan_negotiation acknowledge_cost provider plan_negotiation
plan_agreed warn_of_cost authority plan_agreed
plan_agreed acknowledge_cost provider plan_agreed
admitted propose_plan provider plan_negotiation
plan_negotiation propose_plan provider plan_negotiation
plan_negotiation propose_plan authority plan_negotiation
plan_negotiation sign_plan provider plan_negotiation
plan_negotiation agree_plan authority plan_agreed
plan_agreed activate system active
active suspend authority suspended
suspended record_mitigation provider suspended
suspended resume authority active
active notify_ai_office authority active
suspended notify_ai_office authority suspended
completed notify_ai_office authority completed
terminated notify_ai_office authority terminated
active request_report authority active
suspended request_report authority suspended
completed request_report authority completed
terminated request_report authority terminated
active complete authority completed
suspended complete authority completed
active terminate authority terminated
suspended terminate authority terminated
completed issue_exit_report authority completed
terminated issue_exit_report authority terminated
completed close system closed
terminated close system closed
submitted withdraw provider withdrawn
screening withdraw provider withdrawn
information_requested withdraw provider withdrawn
admitted withdraw provider withdrawn
plan_negotiation withdraw provider withdrawn
plan_agreed withdraw provider withdrawn
"""
TABLE = {
    (Stage(s), Action(a), Role(r)): Stage(t)
    for s, a, r, t in (line.split() for line in LAWFUL.strip().splitlines())
}


@pytest.mark.parametrize(("stage", "role"), list(itertools.product(Stage, Role)))
def test_a_step_is_possible_exactly_when_the_law_has_it(stage: Stage, role: Role) -> None:
    lawful = {action for s, action, r in TABLE if (s, r) == (stage, role)}

    assert set(allowed(stage, role)) == lawful
    for action in Action:
        if action in lawful:
            assert advance(stage, action, role) == TABLE[stage, action, role]
        else:
            with pytest.raises(NotAllowedError):
                advance(stage, action, role)


def test_no_step_is_written_twice() -> None:
    assert len({(e.source, e.action, e.role) for e in EDGES}) == len(EDGES)


def test_every_stage_can_be_reached_and_every_open_one_can_end() -> None:
    reached = {Stage.SUBMITTED} | {e.target for e in EDGES}
    ends = {Stage.CLOSED, Stage.WITHDRAWN}

    assert reached == set(Stage)
    assert {e.source for e in EDGES if e.target != e.source} == set(Stage) - ends
