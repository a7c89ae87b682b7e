"""What several routes share: the case in the path, the version in If-Match, the case as a body."""

from dataclasses import dataclass
from typing import Annotated, TypedDict

from fastapi import Depends, Header, Path, Response

from sandbox.api.answers import Asked, CaseView
from sandbox.api.identity import Parts, Who
from sandbox.domain import naming
from sandbox.domain.case import Person, Unit
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.stages import overview, readings
from sandbox.store.database import Sessions
from sandbox.wiring import Wired


def known_case(case_id: Annotated[str, Path(max_length=63)]) -> CaseId:
    """A text that can be a case id; anything else is a case that does not exist."""
    try:
        return naming.case_id(case_id)
    except ValueError as error:
        raise NotFound(f"there is no case {case_id[:20]}") from error


def if_match(if_match: Annotated[str | None, Header(max_length=20)] = None) -> int | None:
    """The version of the case that the caller saw (its ETag); None when it does not mind."""
    if if_match is None:
        return None
    digits = if_match.strip().removeprefix("W/").strip('"')
    if not digits.isdecimal():
        raise FieldRefused("If-Match", f"{if_match} is not the ETag of a case")
    return int(digits)


KnownCase = Annotated[CaseId, Depends(known_case)]
IfMatch = Annotated[int | None, Depends(if_match)]


def show(case_id: CaseId, who: Person, parts: Wired, response: Response) -> CaseView:
    """The case as it stands, with its version as ETag."""
    seen = overview.of_case(
        case_id, by=who, sessions=parts.sessions, authority=parts.authority, clock=parts.clock
    )
    response.headers["ETag"] = f'"{seen.case.version}"'
    return CaseView.of(seen, parts.authority)


class Acting(TypedDict):
    """What every stage wants to know of who takes a step."""

    by: Person
    version: int | None
    sessions: Sessions
    clock: Clock


@dataclass(frozen=True, slots=True)
class CaseStep:
    """A step that somebody takes in a case: `**step.acting` for the stage, `show` for the answer."""

    case_id: KnownCase
    by: Who
    parts: Parts
    response: Response
    version: IfMatch

    @property
    def acting(self) -> Acting:
        sessions, clock = self.parts.sessions, self.parts.clock
        return Acting(by=self.by, version=self.version, sessions=sessions, clock=clock)

    def show(self) -> CaseView:
        if self.by.unit is Unit.ENFORCEMENT:  # what a step answers is read too
            readings.note(
                self.case_id, "/", by=self.by, sessions=self.parts.sessions, clock=self.parts.clock
            )
        return show(self.case_id, self.by, self.parts, self.response)

    def asked(self, kind: Paper, number: int) -> Asked:
        """A document that is made in the background, with its place as Location."""
        self.response.headers["Location"] = f"/cases/{self.case_id}/documents/{kind}/{number}"
        return Asked(kind=kind, number=number)


Step = Annotated[CaseStep, Depends()]
