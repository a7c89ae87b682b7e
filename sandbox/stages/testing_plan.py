"""The plan of a real-world test on its way: drafted, submitted in each Member State, answered or not
(Art. 60(4)(a)-(b), 58(4), 60a, 76(2)).
"""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from sandbox.domain import deadlines, real_world_papers
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import PREPARING, Role
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.readers import is_lead
from sandbox.domain.real_world import drafted
from sandbox.domain.regime import Regime
from sandbox.domain.supervision import is_terminated
from sandbox.domain.territory import (
    AuthorityAnswer,
    Condition,
    Territory,
    TerritoryEvent,
    Waiver,
    lapsed,
    moved,
)
from sandbox.domain.testing_basis import footing, registration_required
from sandbox.domain.testing_clocks import uncapped
from sandbox.domain.testing_conditions import RealWorldPlan
from sandbox.errors import Reason, RuleBroken
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, documents, ledger, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def draft(
    case_id: CaseId,
    plan: RealWorldPlan,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    regime: Regime,
    clock: Clock,
) -> Case:
    """Write the plan, or the next version of it; every territory approves anew (Art. 3(12), X)."""
    at = clock()
    home = authority.calendar.country
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        territories = tuple(
            Territory(
                country,
                footing(
                    case.application,
                    union.of(country, field="countries"),
                    union.of(country).day(at),
                    inside=plan.within_sandbox and regime.sandbox.covers(country, home=home),
                    reviews=case.practice_reviews,
                ),
            )
            for country in plan.countries
        )
        needed = registration_required(
            case.application, tuple(t.footing for t in territories), regime
        )
        test = drafted(
            case.test,
            plan,
            territories,
            registration_required=needed,
            reference=f"{case.id}",
            told_since=case.newest_form + 1,
        )
        over = tuple(c for c in case.deadlines if c.name is not Name.DL_02 or c.met_at)
        after = take(case, Action.PLAN_TEST, by, test=test, deadlines=over)
        record(
            session,
            after,
            Action.PLAN_TEST,
            by,
            at,
            plan_version=test.plan.version,
            stands_on={t.country: t.basis.value for t in territories},
        )
        for country in test.known_before:
            outbox.post(session, case_id, "testing_plan_rewritten", _surveillance(country), at)
    return after


def submit(
    case_id: CaseId,
    country: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Submit the plan in one Member State (D5); DL-02 starts in its calendar, except under 60a. Where an
    order ended the test there is nothing to approve.
    """
    at = clock()
    state = union.of(country)
    day = state.day(at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        if is_terminated(case.orders, country):
            raise RuleBroken((Reason("R76-3", f"an order ended the test in {country}"),))
        territory = moved(
            test.territory(country),
            TerritoryEvent.SUBMIT,
            plan_version=test.plan.version,
            submitted_on=day,
        )
        clocks = case.deadlines
        if territory.footing.is_answered_in_time:
            started = deadlines.start(Name.DL_02, day, state.calendar, subject=country)
            clocks = deadlines.with_started(clocks, (started,))
        changed = test.with_territory(territory)
        if changed.thresholds is None:
            changed = replace(changed, thresholds=case.plan.thresholds if case.plan else ())
        after = take(case, Action.SUBMIT_TESTING_PLAN, by, test=changed, deadlines=clocks)
        facts = real_world_papers.testing_plan(case, changed, country, authority.name, at, None)
        seal = {"ledger_seal": ledger.head(session, case_id)}
        documents.issue(session, case_id, Paper.TESTING_PLAN, str(by), at, facts | seal)
        outbox.post(session, case_id, "testing_plan_submitted", _surveillance(country), at)
        said = {"country": country, "evidence_sha256": facts["evidence_sha256"]}
        record(session, after, Action.SUBMIT_TESTING_PLAN, by, at, **said)
    nudge("report", case_id)
    return after


def answer(
    case_id: CaseId,
    country: str,
    event: TerritoryEvent,
    reasons: str,
    *,
    remedy: str = "",
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    union: Union,
    clock: Clock,
) -> Case:
    """An authority asks, approves or objects; any answer ends the chance of tacit approval (X).

    The `remedy` that is configured for its Member State need not be said. A question leaves DL-02 running,
    which a decision meets. An answer after an approval by silence is refused (RuleBroken).
    """
    at = clock()
    state = union.of(country)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        silent = _silent(case, country, state.day(at))
        late = silent is not None and silent.is_approved
        if silent is not None and late:
            _settle(session, case, silent, at)
    if silent is not None and late:
        moved(silent, event)
    whose = authority.calendar.country if is_lead(by) else by.country
    own = authority.remedy if country == authority.calendar.country else ""
    remedy = remedy or state.remedy or own
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        known = test.territory(country)
        said = AuthorityAnswer(event, reasons, remedy, str(by), whose, at)
        approved = {"effective_on": state.day(at)} if event is TerritoryEvent.APPROVE else {}
        territory = moved(known, event, answers=(*known.answers, said), **approved)
        clocks = case.deadlines
        if event is not TerritoryEvent.QUESTION:
            clocks = deadlines.meet(clocks, Name.DL_02, at, subject=country)
        after = take(
            case,
            Action.ANSWER_TESTING_PLAN,
            by,
            test=test.with_territory(territory),
            deadlines=clocks,
        )
        record(
            session,
            after,
            Action.ANSWER_TESTING_PLAN,
            by,
            at,
            country=country,
            answer=event.value,
            reasons=reasons,
            remedy=remedy,
            evidence_sha256=test.evidence.sha256,
        )
        provider = f"provider:{case.provider}"
        outbox.post(session, case_id, "testing_plan_answered", provider, at, country=country)
    return after


def lapse(case_id: CaseId, *, sessions: Sessions, union: Union, clock: Clock) -> None:
    """What the end of DL-02 brings where nobody answered: approval where national law has it
    outside a sandbox, else it stays pending and everybody is told. Once; a second call does nothing, nor
    does one after the end of the participation.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load(session, case_id, lock=True)
        for territory in case.test.territories if case.test else ():
            silent = _silent(case, territory.country, union.of(territory.country).day(at))
            if silent is not None:
                case = _settle(session, case, silent, at)


def _silent(case: Case, country: str, today: date) -> Territory | None:
    """What silence made of a territory whose DL-02 is over; None while it runs, or when it was answered."""
    if case.test is None or case.stage not in PREPARING:
        return None
    for clock in case.deadlines:
        if (clock.name, clock.subject, clock.met_at) == (Name.DL_02, country, None):
            return lapsed(case.test.territory(country), clock, today)
    return None


def _settle(session: Session, case: Case, silent: Territory, at: datetime) -> Case:
    """Keep what silence made of a territory, and tell its authority and the provider."""
    country, clocks = silent.country, case.deadlines
    if silent.is_approved:
        clocks = deadlines.meet(clocks, Name.DL_02, at, subject=country)
    test = case.planned_test().with_territory(silent)
    after = take(case, Action.LAPSE_TESTING_PLAN, SYSTEM, test=test, deadlines=clocks)
    record(
        session,
        after,
        Action.LAPSE_TESTING_PLAN,
        SYSTEM,
        at,
        country=country,
        state_of_approval=silent.state.value,
        effective_on=silent.effective_on.isoformat() if silent.effective_on else "",
    )
    for addressee in (_surveillance(country), f"provider:{case.provider}"):
        kind = f"testing_plan_{silent.state.value}"
        outbox.post(session, case.id, kind, addressee, at, country=country)
    return after


def waive(
    case_id: CaseId,
    country: str,
    condition: Condition,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Waive the cap or the protection of vulnerable groups inside a sandbox (Art. 76(2)). The cap of a
    test under way (DL-03, or DL-04 once it is extended) runs no longer on this territory.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        test = case.planned_test()
        known = test.territory(country)
        waiver = Waiver(condition, reasons, str(by), by.country, at)
        territory = replace(known, waivers=(*known.waivers, waiver))
        changed = test.with_territory(territory)
        ends = condition is Condition.DURATION
        left = uncapped(case.deadlines, country, at) if ends else case.deadlines
        after = take(case, Action.WAIVE_CONDITION, by, test=changed, deadlines=left)
        record(
            session,
            after,
            Action.WAIVE_CONDITION,
            by,
            at,
            country=country,
            condition=condition.value,
            reasons=reasons,
        )
    return after


def _surveillance(country: str) -> str:
    return f"{Role.MARKET_SURVEILLANCE.value}:{country}"
