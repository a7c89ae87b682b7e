"""The documents of the plan as facts: D2, D3, and D16 for an extension of the participation."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sandbox.domain.amendment import Amendment
from sandbox.domain.case import Case
from sandbox.domain.first_page import head
from sandbox.domain.papers import Paper
from sandbox.domain.plan import SandboxPlan, not_supervised
from sandbox.domain.plan_diff import changes
from sandbox.domain.terms import Terms, TermsAcceptance

Document = dict[str, Any]  # Any: JSON

OTHERWISE_RESPONSIBLE = (
    "The participant remains responsible for every Union and national law that is not supervised "
    "in the sandbox, named here or not."
)


def sandbox_plan(
    case: Case,
    plan: SandboxPlan,
    authority: str,
    at: datetime,
    *,
    before: SandboxPlan | None,
    testing_plans: tuple[str, ...] = (),
) -> Document:
    """D2, with every element of draft act Art. 5(2); `before` is the version it amends, `testing_plans`
    are the real-world testing plans (D5) that were submitted: each territory with the hash.
    """
    return head(Paper.SANDBOX_PLAN, case, authority, at) | {
        "version": plan.version,
        "plan_sha256": case.plan_sha256,
        "first_day": plan.first_day.isoformat(),
        "last_day": plan.last_day.isoformat(),
        "milestones": [f"{m.due(plan.first_day)}: {m.what}" for m in plan.milestones],
        "duration_capacity": plan.duration.capacity,
        "duration_conformity_assessment": plan.duration.conformity_assessment,
        "duration_complexity": plan.duration.complexity,
        "objectives": plan.objectives,
        "scope": plan.scope,
        "conditions": plan.conditions,
        "methodology": plan.methodology,
        "guidance_taken_into_account": list(case.call.guidance) if case.call else [],
        "requirements": list(plan.requirements),
        "laws_supervised": list(plan.laws_supervised),
        "laws_not_supervised": [
            *not_supervised(plan, case.application.other_laws),
            OTHERWISE_RESPONSIBLE,
        ],
        "personal_data": case.processes_personal_data,
        "data_protection_authority": case.dpa_reviewer or None,
        "safeguards": plan.safeguards,
        "incident_procedure": plan.incident_procedure,
        "real_world_plan": plan.real_world_plan or None,
        "testing_plans_sha256": list(testing_plans),
        "execution_site": plan.execution_site.value,
        "facility": plan.facility or None,
        "resources": asdict(plan.resources),
        "egress": list(plan.egress),
        "thresholds": [t.in_full for t in plan.thresholds],
        "stop_criteria": [str(t) for t in plan.thresholds if t.stop],
        "settling_seconds": plan.settling_seconds,
        "reporting_cadence": plan.reporting_cadence,
        "exit_criteria": plan.exit_criteria,
        "extra_terms": list(plan.extra_terms),
        "confidential": list(plan.confidential),
        "changes": [str(change) for change in changes(before, plan)] if before else [],
        "signed_by": [
            f"{s.role.value}: {s.by}, {s.at:%Y-%m-%d %H:%M} UTC"
            for s in case.signatures
            if s.plan_sha256 == case.plan_sha256
        ],
    }


def terms(case: Case, given: Terms, authority: str, at: datetime) -> Document:
    """D3, as it is given to the provider."""
    return (
        head(Paper.TERMS, case, authority, at)
        | {"version": given.version, "terms_sha256": given.sha256}
        | {clause.heading.value: clause.text for clause in given.clauses}
    )


def accepted_terms(case: Case, given: Terms, accepted: TermsAcceptance, authority: str) -> Document:
    """D3 once more, with who accepted it."""
    return terms(case, given, authority, accepted.at) | {
        "signatory": accepted.signatory,
        "function": accepted.function,
        "insurance": accepted.insurance,
        "signature": accepted.method.value,
        "signature_reference": accepted.signature_reference or None,
        "signed_in": accepted.by,
    }


def extension(
    case: Case, before: SandboxPlan, agreed: Amendment, authority: str, at: datetime
) -> Document:
    """D16 for the sandbox: an agreement of both (draft act Art. 8(1))."""
    return head(Paper.EXTENSION, case, authority, at) | {
        "old_end": before.last_day.isoformat(),
        "new_end": agreed.plan.last_day.isoformat(),
        "reasons": agreed.reasons,
        "sent_by": f"{agreed.role.value}: {agreed.by}",
        "agreed_by": agreed.settled_by,
        "plan_sha256": agreed.plan_sha256,
        "signed_by": [agreed.by, agreed.settled_by],
    }
