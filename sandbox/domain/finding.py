"""What screening noticed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sandbox.domain.articles import article


class Severity(StrEnum):
    """What a finding means for the case."""

    OK = "ok"
    MISSING = "missing"
    EXCLUDED = "excluded"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that screening noticed, with its rule and the version of the rules; `about` is the field
    of the application that it gives away: who may not see that does not read the finding (Art. 78).
    """

    rule: str
    severity: Severity
    sentence: str
    rules_version: str = ""
    about: str = ""

    @property
    def article(self) -> str:
        return article(self.rule)


@dataclass(frozen=True, slots=True)
class PracticeReview:
    """What a supervisor says of a prohibited practice that was declared or is suspected: it is one,
    or it is none (rulebook 5.4: a human confirms). It is about the application as it was read.
    """

    code: str
    confirmed: bool
    reasons: str
    by: str
    at: datetime
