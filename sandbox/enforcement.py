"""Which guard, clock, document, field or function enforces a rule, and which test proves it.

Guards and clocks name their rule themselves; `PLACES` names what else enforces one. A rule that
nothing enforces is in `NOT_ENFORCED` with the reason.
"""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sandbox.domain.articles import article
from sandbox.domain.deadline_rules import CATALOGUE, Name
from sandbox.domain.high_risk import ANNEX_III, EXITS
from sandbox.domain.papers import CATALOGUE as PAPERS
from sandbox.domain.passage import GUARDS
from sandbox.domain.prohibited import PRACTICES
from sandbox.domain.transparency import DUTIES
from sandbox.rulebook import RULES

SOURCES = Path(__file__).resolve().parent
TESTS = SOURCES.parent / "tests"

# `module:name` below sandbox; a dotted name is a field or a member.
PLACES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(PRACTICES, ("domain.prohibited:findings",)),
    **{code: ("domain.transparency:DUTIES",) for code, _, _ in DUTIES},
    **dict.fromkeys(ANNEX_III, ("domain.high_risk:is_high_risk", "domain.high_risk:findings")),
    **dict.fromkeys(EXITS, ("domain.high_risk:has_left_annex_iii", "domain.high_risk:findings")),
    "D1": ("issuing:application", "domain.application:Application"),
    "D2": ("domain.plan_papers:sandbox_plan",),
    "D3": ("domain.plan_papers:terms", "domain.plan_papers:accepted_terms"),
    "D4": ("domain.letter:decision_letter", "domain.letter:ruling_letter"),
    "D5": ("domain.real_world_papers:testing_plan",),
    "D6": ("domain.consent_papers:consent_record",),
    "D7": ("domain.incident_report:report_facts",),
    "D8": ("domain.exit_report:exit_report",),
    "D9": ("stages.proof:issue", "domain.evaluation:evaluation"),
    "D10": ("domain.annual:annual_report",),
    "D11": ("domain.dataset_papers:project_summary",),
    "D12": ("domain.removal_papers:certificate", "domain.dataset_papers:deletion_certificate"),
    "D13": ("domain.real_world_papers:registration",),
    "D14": (
        "domain.stop_papers:of_participation",
        "domain.stop_papers:of_order",
        "domain.real_world_papers:notice",
    ),
    "D15": ("domain.real_world_papers:deployer_agreement",),
    "D16": ("domain.plan_papers:extension", "domain.real_world_papers:extension"),
    "D17": ("domain.guidance:paper",),
    "D18": ("stages.inspect:close_inspection",),
    "R3-14a": ("domain.size:CEILINGS", "domain.size:aggregated", "domain.size:size_class"),
    "R3-14b": ("domain.size:CEILINGS", "domain.size:size_class"),
    "R49-2": ("domain.high_risk:findings",),
    "R49-4": ("domain.registration:section", "domain.registration:Registration.as_items"),
    "R49-5": ("domain.registration:section",),
    "R60a-1": ("domain.testing_basis:footing", "domain.member_state:Framework"),
    "R60a-5": (
        "domain.real_world:RealWorldTest.is_under_60a",
        "domain.testing_basis:registration_required",
    ),
    "R71-4": ("domain.registration:Registration.public", "domain.registration:updated"),
    "R71-IX": ("domain.registration:AnnexIX", "domain.registration:updated"),
    "GDPR-35": (
        "domain.guards.real_world:impact_and_ethics_were_assessed",
        "domain.processing:Safeguards.dpia_reference",
    ),
    "R57-01": ("domain.regime:SandboxKind",),
    "R57-02": ("domain.regime:SandboxKind",),
    "R57-03": ("domain.routing:findings", "domain.regime:SandboxKind.EDPS"),
    "R57-03a": ("domain.routing:findings", "domain.size:has_priority"),
    "R57-13": ("domain.seats:derived", "stages.shares:share"),
    "R57-14": ("domain.regime:Sandbox.lead_authority", "domain.seats:derived"),
    "R57-07d": ("monitoring.verification:verify", "stages.export:gather"),
    "R57-07b": ("stages.proof:issue", "stages.proof:decline"),
    "R57-07c": ("domain.exit_report:refuse_unless_told", "stages.exit:issue_exit_report"),
    "R57-08": ("domain.publication:is_public", "domain.readers:may_read"),
    "R57-09": ("domain.outcome:Objective", "domain.exit_report:ExitWords.outcomes"),
    "R57-15": ("stages.installation:keep", "domain.regime:Sandbox.status"),
    "R57-16": ("domain.annual:annual_report", "domain.annual_figures:YearFigures.for_everybody"),
    "R57-17": ("api.public_bodies:RegisterView",),
    "R58-01": ("domain.regime:Regime.implementing_act",),
    "R58-02a": ("domain.call:Call.refuse_unless_open", "stages.apply:apply"),
    "R58-02b": (
        "store.cases:page",
        "domain.application:Application.parties",
        "domain.capacity:demand",
        "stages.demand:watch",
    ),
    "R58-02c": ("domain.call:Call.weights", "domain.letter:decision_letter", "wiring:four_eyes"),
    "R58-02d": ("domain.fees:fee_for",),
    "R58-02e": ("domain.plan:Threshold.requirement", "domain.evaluation:evaluation"),
    "R58-D02": ("domain.call:Call.fees", "stages.calls:publish"),
    "R58-D03": ("domain.eligibility:findings", "domain.fees:fee_for"),
    "R58-D05": ("api.application_bodies:ApplicationBody", "store.drafts:save"),
    "R58-D07": ("domain.criteria:weighted_total",),
    "R58-D08": ("domain.call:Call.favours",),
    "R58-D09": ("domain.call:Call.guidance",),
    "R58-D10": ("domain.letter:decision_letter", "stages.appeal:rule"),
    "R58-D11": ("domain.information:InformationRequest", "store.ledger:append"),
    "R58-D24": ("domain.regime:Sandbox.framework_agreement",),
    "R58-D16": ("domain.report:NO_CONFORMITY", "domain.evaluation:evaluation"),
    "R58-D17": ("stages.exit:issue_exit_report", "domain.exit_report:knows_every_incident"),
    "R58-D18": (
        "domain.public_version:public_version",
        "domain.confidential:blotted",
        "stages.learning:confirm",
        "stages.tools:put_on_list",
    ),
    "R58-D22": (
        "domain.annual:AnnualWords",
        "domain.annual:annual_report",
        "stages.register:annual_reports",
    ),
    "R58-D19": ("stages.follow_up:send", "domain.supervision:RequestKind.TESTED_SYSTEM"),
    "R57-11b": (
        "domain.stop_papers:of_participation",
        "domain.stop_papers:addressees",
        "stopping:tell",
    ),
    "R58-D21": ("domain.case:SuspensionGround", "stopping:suspend", "stages.exit:end"),
    "R58-D14": (
        "domain.guards.agreement:a_real_world_test_has_its_plan",
        "domain.plan:ExecutionSite",
        "stages.referrals:refer",
    ),
    "R60-1": ("domain.testing_basis:footing",),
    "R60-4a": ("domain.territory:Territory", "stages.testing_plan:submit"),
    "R60-4b": ("domain.territory:lapsed",),
    "R60-4c": ("domain.registration:section", "stages.testing_evidence:update_registration"),
    "R60-8": (
        "stopping:stop_test",
        "stages.real_world:notify_outcomes",
        "stages.omissions:go_on",
    ),
    "R60-2": ("domain.application:MarketStatus", "domain.eligibility:findings"),
    "R60-4k": ("stages.reversals:ask", "stages.reversals:answer"),
    "R60-5": ("stages.consent:withdraw", "store.consents:is_valid"),
    "R60-6": (
        "stages.inspect:open_inspection",
        "domain.visibility:entries_known_to",
        "domain.offices:inspecting",
        "domain.sight:IN_SESSION",
        "stages.readings:note",
        "stages.snapshot:take",
    ),
    "R61": ("domain.consent:ConsentForm", "stages.consent_record:for_subject"),
    "R62-1": (
        "domain.size:has_priority",
        "domain.selection:standing",
        "domain.eligibility:findings",
        "stages.guidance:ask",
        "stages.helpdesk:ask",
        "stages.helpdesk:answer",
    ),
    "R63": ("domain.size:benefits", "domain.eligibility:findings"),
    "R73-02": ("domain.incident:Classification.clock",),
    "R73-03": ("domain.incident:Classification.clock",),
    "R73-04": ("domain.incident:Classification.clock",),
    "R73-06": ("domain.blueprint:Blueprint.held", "stages.holds:pin", "stages.holds:keep"),
    "R73-09": ("domain.reporting:other_law", "domain.incident:Incident.unreportable_because"),
    "R73-10": ("domain.reporting:recipients", "domain.incident:Incident.unreportable_because"),
    "R75-1a": ("domain.reporting:recipients", "stages.incident_reports:forward"),
    "R73-07": ("domain.incident:Incident.touches_rights",),
    "R73-11": ("stages.incident_reports:take_measures",),
    "R74-12": ("stages.overview:document", "domain.view_table:PAPERS", "domain.sight:IN_SESSION"),
    "R75-01": ("domain.routing:is_for_ai_office",),
    "R75-2a": ("stages.inspect:ask",),
    "R75-3": ("stages.inspect:ask",),
    "R76-5": ("stages.orders:tell_other_authorities",),
    "R77": (
        "stages.inspect:ask",
        "stages.inspect:answer",
        "domain.readers:may_ask",
        "domain.views:asked_for_documents",
        "domain.views:of_document",
        "stages.package:gather",
    ),
    "R99": ("domain.eligibility:findings",),
    "R4a": ("domain.export:NEVER", "stages.datasets:correct_bias"),
    "R59-c": ("stages.processing:stop", "stages.processing:watch"),
    "R59-e": ("domain.export:NEVER", "stages.exports:request", "closing:close"),
    "R59-f": ("domain.processing:Safeguards.sinks", "stages.experiments:receive_request"),
    "R59-g": ("stages.deletion:call", "stages.deletion:verify", "stages.exit:leave"),
    "R59-h": ("stages.access_log:append",),
    "R59-i": ("stages.experiments:technical_documentation",),
    "R59-j": ("stages.safeguards:publish_summary", "api.public_projects:listed"),
    "DL-20": ("stages.access_log:settle",),
    "R57-04": ("domain.readers:observer_scope",),
    "R57-06": ("domain.risk:Risk.concern", "stages.risks:mitigate"),
    "R57-07a": ("stages.guidance:give",),
    "R57-11a": ("domain.regime:Regime.risk_mitigation_days", "stages.risks:tell"),
    "R57-12": ("domain.good_faith:good_faith_file", "domain.guidance:involved"),
    "R57-12b": ("domain.good_faith:good_faith_file", "domain.regime:Regime.fine_shield"),
    "R58-02f": ("domain.observers:ObserverKind", "stages.observers:invite"),
    "R58-02g": ("monitoring.verification:verify", "store.drafts:save"),
    "R58-02i": ("domain.tool:Dimension", "monitoring.queries:Query.dimension"),
    "R58-03": ("stages.referrals:refer",),
    "R58-D12": ("domain.tool:shown",),
    "R57-05": ("stages.plan_end:tell", "issuing:plan"),
    "R57-12a": ("domain.good_faith:LIABILITY", "domain.terms:TermsAcceptance.insurance"),
    "R58-D04": ("domain.plan:not_supervised", "domain.plan_papers:sandbox_plan"),
    "R58-D15": (
        "stages.amend:agree",
        "domain.plan_diff:changes",
        "domain.plan:SandboxPlan.confidential",
    ),
    "R58-D20": ("stages.amend:extend", "domain.plan_papers:extension"),
    "R58-D25": (
        "domain.referral:Referral.runs_there",
        "stages.terms:accept",
        "domain.plan:SandboxPlan.execution_site",
    ),
    "R78": (
        "domain.readers:may_know",
        "domain.sight:sight",
        "domain.views:narrowed",
        "domain.view_table:TABLE",
        "domain.labels:Mark",
        "domain.visibility:known_lines",
        "domain.offices:may_enforce",
        "domain.retention:against",
        "stages.retention:erase",
    ),
}

# Why nothing enforces a rule, and which rules that goes for.
REASONS: tuple[tuple[str, str], ...] = (
    (
        "it binds a Member State or the Union, not an installation of this service",
        "R62-3",
    ),
    (
        "the draft is not adopted: `ImplementingAct.applies_from` is printed, and switches nothing",
        "R58-D23",
    ),
    (
        "it is a duty after the sandbox, in a database of the Union that this service does not write",
        "R49-1 R49-3",
    ),
    (
        "it is a contract, or a record, that controller and processor keep between themselves",
        "GDPR-28 GDPR-30",
    ),
)
# What the rulebook asks besides, and nothing does yet.
LACKS = {
    "R58-D22": "the template itself: the Board has published none; the elements are those of the draft",
    "R77": "a way to have the provider hand in what is missing: the authority asks outside this service",
}
NOT_ENFORCED = {rule: reason for reason, rules in REASONS for rule in rules.split()}


@dataclass(frozen=True, slots=True)
class Place:
    """One piece of code that enforces a rule: the file, and what it does there."""

    file: str
    what: str


def places() -> dict[str, list[Place]]:
    """Rule id -> every place that enforces it, clocks included."""
    found: dict[str, list[Place]] = {}
    for action, guards in GUARDS.items():
        for rule, function in guards:
            what = f"before *{action}*: {function.__name__.replace('_', ' ')}"
            found.setdefault(rule, []).append(Place(_file(function.__module__), what))
    for clock in CATALOGUE:
        if clock.name in started_clocks():
            place = Place("sandbox/domain/deadline_rules.py", f"clock: {clock.title}")
            found.setdefault(clock.name.value, []).append(place)
    for rule, references in PLACES.items():
        for reference in references:
            module, name = reference.split(":")
            found.setdefault(rule, []).append(Place(_file(f"sandbox.{module}"), f"`{name}`"))
    return found


def rules() -> dict[str, tuple[str, str]]:
    """Every rule id, with its article and what it asks: clocks, documents and Annex III included."""
    clocks = {clock.name.value: (clock.article, clock.title) for clock in CATALOGUE}
    papers = {number: ("rulebook 10", heading) for number, heading in PAPERS.values() if number}
    areas = {code: (article(code), meaning) for code, meaning in ANNEX_III.items()}
    exits = {code.value: (article(code), meaning) for code, meaning in EXITS.items()}
    return RULES | clocks | papers | areas | exits


def proofs() -> dict[str, list[str]]:
    """Rule id -> the test files that carry it; one mark may carry several ids."""
    found: dict[str, set[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        ids = set(" ".join(re.findall(r'\brule\("([^"]+)"\)', path.read_text())).split())
        for rule in ids:
            found.setdefault(rule, set()).add(str(path.relative_to(TESTS.parent)))
    return {rule: sorted(files) for rule, files in found.items()}


@cache
def started_clocks() -> frozenset[Name]:
    """The clocks that some stage or what it calls starts: as its source says and a test of stages proves."""
    proven = {
        rule
        for rule, files in proofs().items()
        if any(file.startswith("tests/stages/") for file in files)
    }
    folders = (SOURCES / "stages", SOURCES / "domain")
    texts = [
        path.read_text()
        for folder in folders
        for path in folder.glob("*.py")
        if path.name not in {"deadline_rules.py", "deadlines.py", "escalation.py", "self_check.py"}
    ]
    return frozenset(
        name
        for name in Name
        if name.value in proven and any(f"Name.{name.name}" in text for text in texts)
    )


def _file(module: str) -> str:
    return module.replace(".", "/") + ".py"
