"""What is asked after the exit, and answered by whoever wants to (draft act Art. 7)."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """Questions to a participant who left; answering is voluntary and done once, one text each."""

    number: int
    questions: tuple[str, ...]
    by: str
    at: datetime
    answers: tuple[str, ...] = ()
    answered_by: str = ""
    answered_at: datetime | None = None

    def __post_init__(self) -> None:
        if not self.questions:
            raise ValueError("a questionnaire asks at least one question")
        if self.answered_at is not None and len(self.answers) != len(self.questions):
            asked, answered = len(self.questions), len(self.answers)
            raise ValueError(f"{asked} questions were asked and {answered} answered")
