"""Questions of the authority to the applicant, and the answers (draft act Art. 4(1), R58-D11).

The clock of DL-01 runs on meanwhile: Art. 58(2)(a) does not say that it stops (rulebook 12).
"""

from dataclasses import dataclass, replace
from datetime import date, datetime

from sandbox.domain.periods import Period

REPLY = Period(working_days=10)  # ours: neither the act nor the draft has a number


@dataclass(frozen=True, slots=True)
class InformationRequest:
    """One question, until when an answer is asked for, and the answer."""

    question: str
    asked_by: str
    asked_at: datetime
    due: date
    answer: str = ""
    answered_by: str = ""
    answered_at: datetime | None = None


def awaited(requests: tuple[InformationRequest, ...], on: date) -> InformationRequest | None:
    """The newest question while it is open and there is still time to answer it."""
    newest = requests[-1] if requests else None
    return newest if newest and newest.answered_at is None and on <= newest.due else None


def answered(
    requests: tuple[InformationRequest, ...], text: str, by: str, at: datetime
) -> tuple[InformationRequest, ...]:
    """The requests with the open ones answered."""
    return tuple(
        request
        if request.answered_at
        else replace(request, answer=text, answered_by=by, answered_at=at)
        for request in requests
    )
