"""The export gateway: every request is classified, decided, recorded and counted (Art. 59(1)(e))."""

from collections import Counter
from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset import Dataset
from sandbox.domain.export import Export, ExportClass, ExportState, classify
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.processing import changed
from sandbox.domain.regime import Regime
from sandbox.errors import FieldRefused, NotFound, Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

EXPORTS_MAX = 500


def request(
    case_id: CaseId,
    *,
    what: str,
    contains: tuple[int, ...],
    claimed: ExportClass,
    recipient: str,
    legal_basis: str,
    content_sha256: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> Export:
    """Ask to let something out; what nobody can let out is blocked at once, and kept on record."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        known = case.processing.exports
        if len(known) >= EXPORTS_MAX:
            raise FieldRefused("what", f"a case has at most {EXPORTS_MAX} requests to export")
        asked = Export(
            number=len(known) + 1,
            what=what,
            contains=contains,
            classified=classify(claimed, _held(case, contains)),
            recipient=recipient,
            legal_basis=legal_basis,
            content_sha256=content_sha256,
            by=str(by),
            at=at,
            weights_are_personal=regime.weights_are_personal_data,
        )
        if asked.never:
            asked = replace(asked, state=ExportState.BLOCKED, reasons=asked.never, decided_at=at)
        processing = changed(case.processing, exports=(*known, asked))
        after = take(case, Action.REQUEST_EXPORT, by, processing=processing)
        record(
            session,
            after,
            Action.REQUEST_EXPORT,
            by,
            at,
            export=asked.number,
            claimed=claimed.value,
            classified=asked.classified.value,
            recipient=recipient,
            content_sha256=content_sha256,
            state=asked.state.value,
        )
        outbox.post(session, case_id, "export", Role.AUTHORITY, at, export=asked.number)
    nudge("notify", case_id)
    return asked


def decide(
    case_id: CaseId,
    number: int,
    *,
    release: bool,
    classified: ExportClass | None,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Export:
    """The authority reviews a request and lets it out or not; it may classify it anew.

    RuleBroken for what nobody can let out, whatever it was called when it was asked for, and for what
    holds a dataset whose last day is past.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        asked = next((e for e in case.processing.exports if e.number == number), None)
        if asked is None:
            raise NotFound(f"case {case_id} has no request {number} to export")
        if asked.state is ExportState.BLOCKED:
            raise RuleBroken((Reason("R59-e", asked.reasons),))
        if asked.state is not ExportState.WAITING:
            raise FieldRefused("number", f"export {number} was {asked.state} already")
        held = _held(case, asked.contains)
        found = classify(classified or asked.classified, held)
        judged = replace(asked, classified=found)
        barred = [Reason("R59-e", judged.never)] if judged.never else []
        barred += [
            Reason("R59-g", f"{dataset.subject}: it was to be deleted on {dataset.last_day}")
            for dataset in held
            if dataset.is_over(authority.day(at))
        ]
        if release and barred:
            raise RuleBroken(tuple(barred))
        decided = replace(
            judged,
            state=ExportState.RELEASED if release else ExportState.REFUSED,
            decided_by=str(by),
            decided_at=at,
            reasons=reasons,
        )
        exports = tuple(decided if e.number == number else e for e in case.processing.exports)
        processing = changed(case.processing, exports=exports)
        after = take(case, Action.DECIDE_EXPORT, by, processing=processing)
        record(
            session,
            after,
            Action.DECIDE_EXPORT,
            by,
            at,
            export=number,
            classified=found.value,
            state=decided.state.value,
            content_sha256=decided.content_sha256,
            reasons=reasons,
        )
    return decided


def counts(case_id: CaseId, *, by: Person, sessions: Sessions) -> dict[tuple[str, str], int]:
    """How many requests of each class came to what."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing="processing", reading=True)
    return dict(Counter((e.classified.value, e.state.value) for e in case.processing.exports))


def _held(case: Case, contains: tuple[int, ...]) -> tuple[Dataset, ...]:
    known = {dataset.number: dataset for dataset in case.processing.datasets}
    unknown = [number for number in contains if number not in known]
    if unknown:
        raise FieldRefused("contains", f"case {case.id} has no dataset {unknown[0]}")
    return tuple(known[number] for number in contains)
