"""What every document about a case begins with."""

from datetime import datetime
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.papers import Paper
from sandbox.domain.report import NO_CONFORMITY


def head(paper: Paper, case: Case, authority: str, at: datetime) -> dict[str, Any]:  # Any: JSON
    """The kind of document, whose it is and when it was made."""
    return {
        "document": paper.heading.lower(),
        "case": case.id,
        "authority": authority,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }
