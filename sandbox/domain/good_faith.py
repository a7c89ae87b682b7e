"""The good-faith file: what Art. 57(12) asks about, computed from records that nobody can edit.

An authority that thinks of a fine reads in it whether the plan, the terms and, in good faith, the
guidance were followed. It holds facts and no conclusion.
"""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case
from sandbox.domain.deadline_rules import BY_NAME, Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.escalation import EFFECTS, Effect, must_act
from sandbox.domain.guidance import entry_facts, involved
from sandbox.domain.lifecycle import Role
from sandbox.domain.regime import FineShield
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.seal import SealedEntry
from sandbox.domain.suspension import SuspensionGround

MEANING = (
    "This file states facts. It is no decision on a fine: whoever would impose one judges whether "
    "the plan, the terms and, in good faith, the guidance were followed (Art. 57(12))."
)
LIABILITY = (
    "The participant stays liable under Union and national law for any damage that is inflicted on "
    "third parties by testing in the sandbox (Art. 57(12))."
)
PROTECTS = {
    FineShield.PROSPECTIVE_PROVIDERS: "prospective providers",
    FineShield.PROVIDERS_TOO: "prospective providers and providers",
}
AGREEMENTS = frozenset(
    {Action.AGREE_PLAN, Action.AGREE_AMENDMENT}
)  # steps that bring a plan into force
STOPS = frozenset({Action.SUSPEND, Action.TERMINATE})
# A test that came to its end, and a participation that stops as its participant asked.
BLAMELESS: frozenset[str] = frozenset(
    {SuspensionGround.TEST_ENDED, SuspensionGround.PARTICIPANT_REQUEST}
)
WORDED_BY_THE_SERVICE = frozenset({"incident", "real-world test"})  # what led to a suspension
OWES_NOTHING = {Effect.LAPSE, Effect.STOP_TEST}  # a chance that lapses, a test that ends by itself
Deviation = tuple[datetime, str]


def good_faith_file(
    case: Case,
    entries: Iterable[SealedEntry],
    alarms: Iterable[Deviation],
    *,
    authority: Authority,
    shield: FineShield,
    at: datetime,
) -> dict[str, Any]:  # Any: a JSON document
    """The file as it stands at a moment; the same records give the same file.

    `entries` are the part of the ledger that its reader may know.
    """
    account = tuple(entries)
    found = sorted({*alarms, *_deviations(case, account, authority, at)})
    return {
        "document": "good-faith file",
        "case": case.id,
        "provider": case.application.applicant,
        "system": f"{case.application.system_name} {case.application.system_version}",
        "authority": authority.name,
        "protects": PROTECTS[shield],
        "plan_in_force": _plan(case, account),
        "plans_agreed": [
            {"agreed_at": sealed.entry.at, "sha256": sealed.entry.facts.get("plan_sha256")}
            for sealed in account
            if sealed.entry.action in AGREEMENTS
        ],
        "terms_accepted": list(accepted_terms(case)),
        "guidance": [entry_facts(item) for item in case.guidance if item.answered_at],
        "deviations": [{"seen_at": seen.isoformat(), "deviation": text} for seen, text in found],
        "authorities_involved": list(involved(case.guidance)),
        "meaning": MEANING,
        "liability_for_damage": LIABILITY,
        "made_at": at.isoformat(),
        "ledger_seal": account[-1].seal if account else "",
        "statement": NO_CONFORMITY,
    }


def accepted_terms(case: Case) -> tuple[dict[str, str], ...]:
    """The versions of the terms (D3) that were accepted for the provider, by whom and when."""
    return tuple(
        {
            "version": accepted.version,
            "sha256": accepted.sha256,
            "signatory": accepted.signatory,
            "function": accepted.function,
            "accepted_at": accepted.at.isoformat(),
        }
        for accepted in case.terms_accepted
    )


def _plan(case: Case, account: tuple[SealedEntry, ...]) -> dict[str, Any]:
    agreed = [
        sealed.entry.at
        for sealed in account
        if sealed.entry.action in AGREEMENTS
        and sealed.entry.facts.get("plan_sha256") == case.plan_sha256
    ]
    if case.plan is None or not agreed:
        return {"version": 0, "sha256": "", "agreed_at": None, "signed_by": []}
    return {
        "version": case.plan.version,
        "sha256": case.plan_sha256,
        "agreed_at": agreed[-1],
        "signed_by": [s.by for s in case.signatures if s.plan_sha256 == case.plan_sha256],
    }


def _deviations(
    case: Case, account: tuple[SealedEntry, ...], authority: Authority, at: datetime
) -> Iterator[Deviation]:
    """Everything that did not go as the plan, the terms, the guidance or a clock had it."""
    yield from _stops(account)
    for order in case.orders:
        if order.ground in BLAMELESS:
            continue
        where = order.country or "everywhere"
        yield order.at, f"order {order.number} to {order.kind}, {where}: {order.reasons}"
    for omission in case.omissions:
        if not omission.country:  # what an authority owed is no deviation of the provider
            yield omission.at, f"{omission.what}: owed until {omission.last_day}, and not given"
    for item in case.guidance:
        if item.followed is False and item.followed_told_at is not None:
            yield item.followed_told_at, f"guidance {item.number} not followed: {item.evidence}"
    today = authority.day(at)
    for risk in case.risks:
        if risk.overdue(today) and risk.due is not None:
            yield _day(risk.due), f"risk {risk.number} was to be mitigated by {risk.due}"
        elif risk.due and risk.mitigated_at and authority.day(risk.mitigated_at) > risk.due:
            text = f"risk {risk.number} was to be mitigated by {risk.due}, and was later"
            yield risk.mitigated_at, text
    yield from _late(case, authority, at)


def _stops(account: tuple[SealedEntry, ...]) -> Iterator[Deviation]:
    for sealed in account:
        said, action = sealed.entry.facts, sealed.entry.action
        if action not in STOPS or said.get("ground") in BLAMELESS:
            continue
        if action == Action.TERMINATE:
            text = f"terminated ({said.get('ground')}): {said.get('reasons')}"
        elif said.get("because") in WORDED_BY_THE_SERVICE:
            text = f"suspended by the service ({said.get('ground')}): {said.get('reasons')}"
        else:
            text = f"suspended ({said.get('ground')}): {said.get('reasons')}"
        yield datetime.fromisoformat(sealed.entry.at), text


def _late(case: Case, authority: Authority, at: datetime) -> Iterator[Deviation]:
    """The clocks that waited for the provider and ran out, met afterwards or still open."""
    for clock in case.deadlines:
        until = clock.met_at or at
        open_clock = replace(clock, met_at=None)
        if not must_act(Role.PROVIDER, clock) or OWES_NOTHING & {*EFFECTS[clock.name]}:
            continue
        if clock.name is Name.DL_19 and _was_held(case, clock, authority):
            continue
        if not open_clock.is_over(until, authority.day_in(clock.country, until)):
            continue
        about = f" ({clock.subject})" if clock.subject else ""
        what = f"{clock.name} {BY_NAME[clock.name].title}{about}"
        end = f"met at {_moment(clock.met_at)}" if clock.met_at else "still open"
        yield clock.due_at or _day(clock.due), f"{what}: due {clock.due}, {end}"


def _was_held(case: Case, clock: Deadline, authority: Authority) -> bool:
    """Whether a legal hold, or the evidence of an incident, forbade the deletion on its last day."""
    about = {
        None,
        *(d.number for d in case.processing.datasets if clock.subject in {"", d.subject}),
    }
    return case.holds_evidence or any(
        hold.dataset in about
        and authority.day(hold.at) <= clock.due
        and (hold.lifted_at is None or authority.day(hold.lifted_at) >= clock.due)
        for hold in case.processing.holds
    )


def _day(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
