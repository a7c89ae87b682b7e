"""Document D7: the report of a serious incident, after the Commission's draft template (Art. 73)."""

from datetime import datetime
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.incident import Incident
from sandbox.domain.report import NO_CONFORMITY


def report_facts(
    case: Case, known: Incident, authority: str, by: str, at: datetime, *, complete: bool
) -> dict[str, Any]:  # Any: JSON
    """What one report says; what is not known yet is said to be so."""
    classification = known.classification
    return {
        "document": "serious incident report",
        "case": case.id,
        "authority": authority,
        "kind": "complete report" if complete else "initial report",
        "incident": known.number,
        "provider": case.application.applicant,
        "deployers": list(case.deployers),
        "system": f"{case.application.system_name} {case.application.system_version}",
        "test_number": (case.test.number if case.test else "") or None,
        "member_states": list(known.countries),
        "classes": [c.value for c in classification.classes] if classification else [],
        "widespread": classification.widespread if classification else False,
        "causal_link": classification.causal_link.value if classification else "",
        "occurred_at": known.occurred_at.isoformat(),
        "aware_at": known.aware_at.isoformat(),
        "aware": known.aware,
        "aware_party": known.aware_party.value if known.aware_party else "not recorded",
        "description": known.description,
        "persons_affected": known.persons_affected,
        "immediate_response": known.response.value if known.response else "not decided yet",
        "responded_by": known.responded_by or None,
        "measures": known.response_measures,
        "recall": known.recall or "nothing is said of a recall",
        "investigation": known.investigation or "not finished",
        "risk_assessment": known.risk_assessment or "not finished",
        "corrective_action": known.corrective_action or "not decided yet",
        "evidence_hold": "in force" if known.holds_evidence else "lifted",
        "recipients": list(known.addressees),
        "other_reporting_law": known.other_law.law if known.other_law else None,
        "images": [str(image) for image in known.images],
        "volumes": list(known.volumes_said),
        "kept_series": [str(kept) for kept in known.kept] or ["none so far"],
        "reported_by": by,
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }
