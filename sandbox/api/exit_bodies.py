"""Request bodies of what comes after the test: exit report, proof, permissions, follow-up."""

from typing import Literal

from pydantic import Field, TypeAdapter

from sandbox.api.bodies import Body, Line, Long, Sha256, Text
from sandbox.domain.exit_report import ExitWords
from sandbox.domain.outcome import Activity, ActivityKind, Objective
from sandbox.domain.publication import Permission

ROWS = 50
WORDS = TypeAdapter(ExitWords)


class ActivityBody(Body):
    kind: ActivityKind
    description: Text

    def to_domain(self) -> Activity:
        return Activity(self.kind, self.description)


class IssueBody(Body):
    """A key regulatory issue and how it was resolved."""

    issue: Text
    resolution: Text


class OutcomeBody(Body):
    """What was reached, and which objective of Art. 57(9) it serves."""

    objective: Objective
    text: Text


class ExitReportBody(Body):
    """Document D8; numbers, incidents and dates are taken from the case. Without an activity and
    results it is refused (Art. 57(7)).
    """

    learning_outcomes: Text
    key_issues: Text
    recommendations: Text
    issues: list[IssueBody] = Field(default=[], max_length=ROWS)
    activities: list[ActivityBody] = Field(default=[], max_length=ROWS)
    results: Long = ""
    good_practice: Long = ""
    reusable: list[Line] = Field(
        default=[], max_length=ROWS, description="tools, benchmarks and measures others may use"
    )
    scalable_lessons: Long = ""
    outcomes: list[OutcomeBody] = Field(default=[], max_length=ROWS)

    def to_domain(self) -> ExitWords:
        return WORDS.validate_python(self.model_dump(), strict=False)


class ProofBody(Body):
    """Document D9: what was successfully done; testing needs a sealed test report."""

    activities: list[ActivityBody] = Field(min_length=1, max_length=ROWS)


class PermissionBody(Body):
    """To publish is agreed to for one sealed report: `report_sha256` is the hash of the newest."""

    permission: Permission
    report_sha256: Sha256 | Literal[""] = ""


class FindingsTextBody(Body):
    text: Text


class QuestionsBody(Body):
    questions: list[Line] = Field(min_length=1, max_length=ROWS)


class AnswersBody(Body):
    """One answer to each question, in their order."""

    answers: list[Text] = Field(min_length=1, max_length=ROWS)
