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
screening seat_authority authority screening
information_requested seat_authority authority information_requested
admitted seat_authority authority admitted
plan_negotiation seat_authority authority plan_negotiation
plan_agreed seat_authority authority plan_agreed
active seat_authority authority active
suspended seat_authority authority suspended
completed seat_authority authority completed
terminated seat_authority authority terminated
screening reject authority rejected
screening declare_interests authority screening
screening assign_reviewer authority screening
screening review authority screening
information_requested declare_interests authority information_requested
information_requested assign_reviewer authority information_requested
information_requested review authority information_requested
screening review_practice authority screening
information_requested review_practice authority information_requested
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
active suspend system suspended
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
admitted start_clock provider admitted
plan_negotiation start_clock provider plan_negotiation
plan_agreed start_clock provider plan_agreed
active start_clock provider active
suspended start_clock provider suspended
completed start_clock provider completed
terminated start_clock provider terminated
closed start_clock provider closed
admitted start_clock authority admitted
plan_negotiation start_clock authority plan_negotiation
plan_agreed start_clock authority plan_agreed
active start_clock authority active
suspended start_clock authority suspended
completed start_clock authority completed
terminated start_clock authority terminated
closed start_clock authority closed
admitted meet_clock provider admitted
plan_negotiation meet_clock provider plan_negotiation
plan_agreed meet_clock provider plan_agreed
active meet_clock provider active
suspended meet_clock provider suspended
completed meet_clock provider completed
terminated meet_clock provider terminated
closed meet_clock provider closed
admitted meet_clock authority admitted
plan_negotiation meet_clock authority plan_negotiation
plan_agreed meet_clock authority plan_agreed
active meet_clock authority active
suspended meet_clock authority suspended
completed meet_clock authority completed
terminated meet_clock authority terminated
closed meet_clock authority closed
active open_incident provider active
suspended open_incident provider suspended
completed open_incident provider completed
terminated open_incident provider terminated
active open_incident deployer active
suspended open_incident deployer suspended
completed open_incident deployer completed
terminated open_incident deployer terminated
active classify_incident provider active
suspended classify_incident provider suspended
completed classify_incident provider completed
terminated classify_incident provider terminated
active classify_incident authority active
suspended classify_incident authority suspended
completed classify_incident authority completed
terminated classify_incident authority terminated
active classify_incident market_surveillance active
suspended classify_incident market_surveillance suspended
completed classify_incident market_surveillance completed
terminated classify_incident market_surveillance terminated
active respond_to_incident provider active
suspended respond_to_incident provider suspended
completed respond_to_incident provider completed
terminated respond_to_incident provider terminated
active respond_to_incident system active
suspended respond_to_incident system suspended
completed respond_to_incident system completed
terminated respond_to_incident system terminated
active report_incident provider active
suspended report_incident provider suspended
completed report_incident provider completed
terminated report_incident provider terminated
active inform_of_change provider active
suspended inform_of_change provider suspended
completed inform_of_change provider completed
terminated inform_of_change provider terminated
active take_measures authority active
suspended take_measures authority suspended
completed take_measures authority completed
terminated take_measures authority terminated
active take_measures market_surveillance active
suspended take_measures market_surveillance suspended
completed take_measures market_surveillance completed
terminated take_measures market_surveillance terminated
active close_incident authority active
suspended close_incident authority suspended
completed close_incident authority completed
terminated close_incident authority terminated
active close_incident market_surveillance active
suspended close_incident market_surveillance suspended
completed close_incident market_surveillance completed
terminated close_incident market_surveillance terminated
plan_agreed release_consent_form provider plan_agreed
active release_consent_form provider active
suspended release_consent_form provider suspended
active record_consent provider active
suspended record_consent provider suspended
active withdraw_consent system active
suspended withdraw_consent system suspended
completed withdraw_consent system completed
terminated withdraw_consent system terminated
closed withdraw_consent system closed
active prove_subject_deletion provider active
suspended prove_subject_deletion provider suspended
completed prove_subject_deletion provider completed
terminated prove_subject_deletion provider terminated
closed prove_subject_deletion provider closed
active give_order authority active
suspended give_order authority suspended
active give_order market_surveillance active
suspended give_order market_surveillance suspended
active confirm_order provider active
suspended confirm_order provider suspended
completed confirm_order provider completed
terminated confirm_order provider terminated
active confirm_order deployer active
suspended confirm_order deployer suspended
completed confirm_order deployer completed
terminated confirm_order deployer terminated
active mitigate_order provider active
suspended mitigate_order provider suspended
active lift_order authority active
suspended lift_order authority suspended
active lift_order market_surveillance active
suspended lift_order market_surveillance suspended
active tell_authorities authority active
suspended tell_authorities authority suspended
completed tell_authorities authority completed
terminated tell_authorities authority terminated
active tell_authorities market_surveillance active
suspended tell_authorities market_surveillance suspended
completed tell_authorities market_surveillance completed
terminated tell_authorities market_surveillance terminated
active open_inspection authority active
suspended open_inspection authority suspended
completed open_inspection authority completed
terminated open_inspection authority terminated
active open_inspection market_surveillance active
suspended open_inspection market_surveillance suspended
completed open_inspection market_surveillance completed
terminated open_inspection market_surveillance terminated
active close_inspection authority active
suspended close_inspection authority suspended
completed close_inspection authority completed
terminated close_inspection authority terminated
closed close_inspection authority closed
active close_inspection market_surveillance active
suspended close_inspection market_surveillance suspended
completed close_inspection market_surveillance completed
terminated close_inspection market_surveillance terminated
closed close_inspection market_surveillance closed
active ask_authority authority active
suspended ask_authority authority suspended
completed ask_authority authority completed
terminated ask_authority authority terminated
closed ask_authority authority closed
active ask_authority market_surveillance active
suspended ask_authority market_surveillance suspended
completed ask_authority market_surveillance completed
terminated ask_authority market_surveillance terminated
closed ask_authority market_surveillance closed
active ask_authority rights_body active
suspended ask_authority rights_body suspended
completed ask_authority rights_body completed
terminated ask_authority rights_body terminated
closed ask_authority rights_body closed
active answer_authority authority active
suspended answer_authority authority suspended
completed answer_authority authority completed
terminated answer_authority authority terminated
closed answer_authority authority closed
active answer_authority market_surveillance active
suspended answer_authority market_surveillance suspended
completed answer_authority market_surveillance completed
terminated answer_authority market_surveillance terminated
closed answer_authority market_surveillance closed
active answer_authority ai_office active
suspended answer_authority ai_office suspended
completed answer_authority ai_office completed
terminated answer_authority ai_office terminated
closed answer_authority ai_office closed
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
