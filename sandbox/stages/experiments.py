"""Training, testing and validation are recorded for the technical documentation (Art. 59(1)(i)), and
what data subjects ask for is too (Art. 59(1)(f)).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.experiment import Experiment
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.processing import Right, RightsRequest, changed
from sandbox.domain.sight import sees
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock
from sandbox.store import cases, experiments
from sandbox.store.database import Sessions
from sandbox.store.record import record

EXPERIMENTS_MAX = 10_000
REQUESTS_MAX = 1000
CHUNK = 200


@dataclass(frozen=True, slots=True)
class TechnicalDocumentation:
    """What Art. 59(1)(i) adds to the file of Annex IV: the process, its data, its results."""

    case: Case
    system: str
    experiments: tuple[Experiment, ...]


def add(
    case_id: CaseId,
    experiment: Experiment,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> int:
    """Keep a record of one run for ever; returns its number."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        number = case.processing.experiments + 1
        if number > EXPERIMENTS_MAX:
            raise FieldRefused("kind", f"a case has at most {EXPERIMENTS_MAX} records")
        unknown = set(experiment.datasets) - {d.number for d in case.processing.datasets}
        if unknown:
            raise FieldRefused("datasets", f"case {case_id} has no dataset {min(unknown)}")
        processing = changed(case.processing, experiments=number)
        after = take(case, Action.RECORD_EXPERIMENT, by, processing=processing)
        kept = replace(experiment, number=number, by=str(by), at=at)
        experiments.add(session, case_id, kept)
        record(
            session,
            after,
            Action.RECORD_EXPERIMENT,
            by,
            at,
            experiment=number,
            kind=kept.kind.value,
            code_commit=kept.code_commit,
            image_digest=kept.image_digest,
            data_sha256=kept.data_sha256,
        )
    return number


def page(
    case_id: CaseId, *, after: int, limit: int, by: Person, sessions: Sessions
) -> list[Experiment]:
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing="experiments", reading=True)
        return experiments.page(session, case_id, after=after, limit=limit)


def technical_documentation(
    case_id: CaseId, *, by: Person, sessions: Sessions
) -> TechnicalDocumentation:
    """Everything of the process in one piece."""

    def every() -> Iterator[Experiment]:
        after = 0
        while chunk := experiments.page(session, case_id, after=after, limit=CHUNK):
            yield from chunk
            after = chunk[-1].number

    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing="experiments", reading=True)
        named = (
            getattr(case.application, name)
            for name in ("system_name", "system_version")
            if sees(case, by, f"application.{name}")
        )
        return TechnicalDocumentation(case, " ".join(named), tuple(every()))


def receive_request(
    case_id: CaseId,
    *,
    right: Right,
    subject: str,
    received_on: date,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Record that a data subject exercises a right, which Art. 59 leaves untouched."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        known = case.processing.rights_requests
        if len(known) >= REQUESTS_MAX:
            raise FieldRefused("right", f"a case has at most {REQUESTS_MAX} requests")
        asked = RightsRequest(len(known) + 1, right, subject, received_on, str(by), at)
        processing = changed(case.processing, rights_requests=(*known, asked))
        after = take(case, Action.RECORD_RIGHTS_REQUEST, by, processing=processing)
        record(
            session,
            after,
            Action.RECORD_RIGHTS_REQUEST,
            by,
            at,
            request=asked.number,
            right=right.value,
        )
    return after


def answer_request(
    case_id: CaseId,
    number: int,
    answer: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Record what was answered to a data subject, once."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        open_ones = {r.number: r for r in case.processing.rights_requests if not r.answered_at}
        if number not in open_ones:
            raise NotFound(f"no request {number} of a data subject is open")
        done = replace(open_ones[number], answer=answer, answered_by=str(by), answered_at=at)
        known = case.processing.rights_requests
        requests = tuple(done if r.number == number else r for r in known)
        processing = changed(case.processing, rights_requests=requests)
        after = take(case, Action.ANSWER_RIGHTS_REQUEST, by, processing=processing)
        record(session, after, Action.ANSWER_RIGHTS_REQUEST, by, at, request=number)
    return after
