"""An authority requires information of the provider, who supplies it (Art. 60(6), 74(12), 77)."""

from dataclasses import replace
from datetime import date

from sandbox.domain import first_page
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import office_of, told_for
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.requisition import Requisition, information_paper
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def require(
    case_id: CaseId,
    required: str,
    until: date,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Require information until a day; the provider is told at once."""
    at = clock()
    if until < authority.day(at):
        raise FieldRefused("until", "the last day to supply the information is over already")
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, enforcing=True)
        office = office_of(by, authority.calendar.country)
        asked = Requisition(len(case.requisitions) + 1, required, until, str(by), at, office)
        after = take(case, Action.REQUIRE_INFORMATION, by, requisitions=(*case.requisitions, asked))
        record(
            session,
            after,
            Action.REQUIRE_INFORMATION,
            by,
            at,
            requisition=asked.number,
            until=until.isoformat(),
        )
        addressee = f"provider:{case.provider}"
        outbox.post(
            session, case_id, "information_required", addressee, at, requisition=asked.number
        )
    nudge("notify", case_id)
    return after


def supply(
    case_id: CaseId,
    number: int,
    information: str,
    evidence_sha256: tuple[str, ...],
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Supply what was required, also late; it is sealed as a document that the authority can pass on.
    Who required it is told; once it knows of the case no more, the authority that runs the sandbox.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        asked = next((r for r in case.requisitions if r.number == number), None)
        if asked is None or asked.supplied_at is not None:
            raise NotFound(f"case {case_id} has no open requisition {number}")
        supplied = replace(
            asked,
            information=information,
            evidence_sha256=evidence_sha256,
            supplied_by=str(by),
            supplied_at=at,
        )
        known = tuple(supplied if r.number == number else r for r in case.requisitions)
        after = take(case, Action.SUPPLY_INFORMATION, by, requisitions=known)
        facts = first_page.head(Paper.INFORMATION, case, authority.name, at)
        facts |= information_paper(supplied) | {"ledger_seal": ledger.head(session, case_id)}
        documents.issue(session, case_id, Paper.INFORMATION, str(by), at, facts)
        record(session, after, Action.SUPPLY_INFORMATION, by, at, requisition=number)
        for addressee in told_for(case, asked.office):
            outbox.post(session, case_id, "information_supplied", addressee, at, requisition=number)
    for stage in ("report", "notify"):
        nudge(stage, case_id)
    return after
