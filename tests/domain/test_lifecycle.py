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
    ends = {Stage.REJECTED, Stage.CLOSED, Stage.WITHDRAWN}

    assert reached == set(Stage)
    assert {e.source for e in EDGES if e.target != e.source} == set(Stage) - ends
