"""The lead shows parts of a case to another authority, for a purpose and until a day (Art. 57(13), 78)."""

from dataclasses import replace
from datetime import date

from sandbox.domain import shares, views
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.shares import NATIONAL, Consultation, Part, Share
from sandbox.domain.sight import rests_on_law
from sandbox.ports import Clock
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def share(
    case_id: CaseId,
    *,
    role: Role,
    country: str,
    parts: tuple[Part, ...],
    purpose: str,
    legal_basis: str,
    last_day: date,
    consultations: tuple[Consultation, ...],
    by: Person,
    version: int | None,
    sessions: Sessions,
    union: Union,
    clock: Clock,
) -> Share:
    """Share some parts; the provider consents first, unless the law gives that authority the case."""
    at = clock()
    if country and role in NATIONAL:
        union.of(country)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        made = Share(
            number=len(case.shares) + 1,
            role=role,
            country=country,
            parts=parts,
            purpose=purpose,
            legal_basis=legal_basis,
            last_day=last_day,
            by=str(by),
            at=at,
            of_right=rests_on_law(case, Person("", role, "", country), parts),
            consultations=consultations,
        )
        after = take(case, Action.SHARE_CASE, by, shares=(*case.shares, made))
        record(
            session,
            after,
            Action.SHARE_CASE,
            by,
            at,
            share=made.number,
            reader=_reader(made),
            parts=[part.value for part in parts],
            purpose=purpose,
            legal_basis=legal_basis,
            last_day=last_day.isoformat(),
            of_right=made.of_right,
            consulted=[str(asked) for asked in consultations],
        )
        told = _reader(made) if made.is_in_force else f"provider:{case.provider}"
        kind = "case_shared" if made.is_in_force else "consent_to_share_asked"
        outbox.post(session, case_id, kind, told, at, share=made.number)
    return made


def consent(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Share:
    """The provider lets a share take effect; saying so again changes nothing."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = shares.found(case.shares, number)
        if known.is_in_force:
            return known
        agreed = replace(known, consented_by=str(by), consented_at=at)
        after = take(case, Action.CONSENT_TO_SHARE, by, shares=shares.changed(case.shares, agreed))
        record(session, after, Action.CONSENT_TO_SHARE, by, at, share=number)
        outbox.post(session, case_id, "case_shared", _reader(agreed), at, share=number)
    return agreed


def revoke(
    case_id: CaseId,
    number: int,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Share:
    """End a share at once: by the lead, or by the provider who takes its consent back."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = shares.found(case.shares, number)
        ended = replace(known, ended_by=str(by), ended_at=at, ended_because=reasons)
        after = take(case, Action.REVOKE_SHARE, by, shares=shares.changed(case.shares, ended))
        record(session, after, Action.REVOKE_SHARE, by, at, share=number, reasons=reasons)
        outbox.post(session, case_id, "share_ended", _reader(ended), at, share=number)
    return ended


def expire(case_id: CaseId, *, sessions: Sessions, authority: Authority, clock: Clock) -> None:
    """End every share whose last day is over."""
    at = clock()
    today = authority.day(at)
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        for known in case.shares:
            if known.ended_at is None and known.last_day < today:
                ended = replace(known, ended_by=str(SYSTEM), ended_at=at, ended_because="its end")
                kept = shares.changed(case.shares, ended)
                case = take(case, Action.END_SHARE, SYSTEM, shares=kept)
                record(session, case, Action.END_SHARE, SYSTEM, at, share=known.number)


def listed(case_id: CaseId, *, by: Person, sessions: Sessions) -> tuple[Case, tuple[Share, ...]]:
    """The case, and the shares that somebody may know of: their own, or all of them."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by)
    return case, views.narrowed(case, by).shares


def _reader(made: Share) -> str:
    return f"{made.role}:{made.country}" if made.country else made.role.value
