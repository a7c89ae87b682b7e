"""What happens when a clock runs down: who is reminded when, and who is told when it ran out.

A ladder is a list of moments; nothing is sent here. The rungs (7 days, 1 day, one working day) are
ours (rulebook 9.2 says at most "escalate").
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from sandbox.domain.deadline_rules import Counting, Name
from sandbox.domain.deadlines import Deadline
from sandbox.domain.lifecycle import Role
from sandbox.domain.member_state import UNION_BODIES
from sandbox.domain.periods import ONE_DAY, WorkingCalendar

WEEK = timedelta(days=7)
ESCALATED_AFTER_WORKING_DAYS = 1  # X: the law names no day


class Effect(StrEnum):
    """What expiry leads to; the words for people are `Rule.at_expiry`.

    Escalation, reminder, information and page are done by the ladder below, for every clock alike.
    Whoever takes its steps also proposes suspension. The others are acts of the stage that owns the
    clock.
    """

    ESCALATE = "escalate"
    REMIND = "remind"
    INFORM = "inform"
    PAGE = "page"
    TACIT = "tacit"
    STOP_TEST = "stop_test"
    SUSPEND = "suspend"
    BLOCK_CLOSURE = "block_closure"
    LAPSE = "lapse"  # a chance is over: nobody owes anything, and the clock stops
    ESCALATE_AT_ONCE = "escalate_at_once"  # on the day it is overdue, not a working day later
    PROPOSE_SUSPENSION = "propose_suspension"  # with an alarm to market surveillance


EFFECTS: dict[Name, tuple[Effect, ...]] = {
    Name.DL_01: (Effect.ESCALATE, Effect.INFORM),
    Name.DL_02: (Effect.TACIT, Effect.ESCALATE),
    Name.DL_03: (Effect.STOP_TEST,),
    Name.DL_04: (Effect.STOP_TEST,),
    Name.DL_05: (Effect.INFORM, Effect.LAPSE),
    Name.DL_06: (Effect.ESCALATE,),
    Name.DL_07: (Effect.REMIND,),
    Name.DL_08: (Effect.ESCALATE,),
    Name.DL_09: (Effect.ESCALATE,),
    Name.DL_10: (Effect.INFORM, Effect.PROPOSE_SUSPENSION),
    Name.DL_11: (Effect.INFORM, Effect.PAGE, Effect.PROPOSE_SUSPENSION),
    Name.DL_12: (Effect.INFORM, Effect.PROPOSE_SUSPENSION),
    Name.DL_13: (Effect.ESCALATE,),
    Name.DL_14: (Effect.ESCALATE_AT_ONCE,),
    Name.DL_15: (Effect.ESCALATE,),
    Name.DL_16: (Effect.SUSPEND,),
    Name.DL_17: (Effect.INFORM,),
    Name.DL_18: (Effect.REMIND,),
    Name.DL_19: (Effect.BLOCK_CLOSURE,),
    Name.DL_20: (),  # never runs out while the participation lasts
    Name.DL_21: (Effect.INFORM,),
    Name.DL_22: (Effect.REMIND,),
    Name.DL_23: (Effect.REMIND,),
    Name.DL_24: (Effect.PAGE,),
    Name.DL_25: (),  # the decision becomes final by itself
    Name.DL_26: (Effect.ESCALATE,),
}

PROVIDER, AUTHORITY, HEAD, ON_CALL = "provider", "authority", "authority_head", "on_call"
MARKET_SURVEILLANCE = "market_surveillance"
AI_OFFICE = "ai_office"  # instead of market surveillance where it is competent (Art. 75(1))
# Who must act, as the catalogue says it -> whom a notice goes to.
MUST_ACT: dict[str, tuple[str, ...]] = {
    "authority": (AUTHORITY,),
    "market surveillance authority": (MARKET_SURVEILLANCE,),
    "provider": (PROVIDER,),
    "controller": (PROVIDER,),
    "applicant": (PROVIDER,),
    "both": (PROVIDER, AUTHORITY),
    "provider and operator": (PROVIDER, "operator"),
    "operator": ("operator",),
    "AI Office": (AI_OFFICE,),
}


class Rung(StrEnum):
    """The steps of a ladder, from the bottom."""

    WEEK_BEFORE = "week_before"
    DAY_BEFORE = "day_before"
    ON_TARGET = "on_target"
    HALF_TIME = "half_time"
    OVERDUE = "overdue"
    ESCALATED = "escalated"

    @property
    def is_reminder(self) -> bool:
        return self not in {Rung.OVERDUE, Rung.ESCALATED}


def must_act(role: Role, clock: Deadline, country: str = "") -> bool:
    """Whether a clock waits for somebody in this role: one of market surveillance for the authority of its
    own Member State, where it is known for which `country` somebody acts.
    """
    is_elsewhere = bool(country and clock.country) and country != clock.country
    if role is Role.MARKET_SURVEILLANCE and is_elsewhere:
        return False
    of_the_union = clock.country == UNION_BODIES
    acting = MUST_ACT[clock.rule.who]
    return role.value in {_of_the_union(r) if of_the_union else r for r in acting}


def lapses(name: Name, rung: Rung) -> bool:
    """Whether a clock is over with this step although nobody met it."""
    return rung is Rung.OVERDUE and Effect.LAPSE in EFFECTS[name]


def proposes_suspension(name: Name, rung: Rung) -> bool:
    """Whether this step of a clock proposes to suspend the test."""
    return rung is Rung.OVERDUE and Effect.PROPOSE_SUSPENSION in EFFECTS[name]


@dataclass(frozen=True, slots=True)
class Step:
    """One rung, its moment, and who is told (roles; `provider` is the one of the case)."""

    rung: Rung
    at: datetime
    told: tuple[str, ...]


def reminder_days(clock: Deadline) -> tuple[tuple[Rung, date], ...]:
    """When a clock in days reminds: before its target and on it, never before its event."""
    is_backward = clock.rule.counting is Counting.BACKWARD  # its event lies ahead
    days = (
        (Rung.WEEK_BEFORE, clock.target - WEEK),
        (Rung.DAY_BEFORE, clock.target - ONE_DAY),
        (Rung.ON_TARGET, clock.target),
    )
    return tuple((rung, day) for rung, day in days if is_backward or day > clock.started_on)


def ladder(clock: Deadline, calendar: WorkingCalendar, zone: ZoneInfo) -> tuple[Step, ...]:
    """Every step of a clock, in order of time; days begin where its authority sits."""
    rule, effects = clock.rule, EFFECTS[clock.name]
    acting = MUST_ACT[rule.who]
    paged = (ON_CALL,) if Effect.PAGE in effects else ()
    informed = (PROVIDER,) if Effect.INFORM in effects else ()
    alarmed = (MARKET_SURVEILLANCE,) if Effect.PROPOSE_SUSPENSION in effects else ()
    late = tuple(dict.fromkeys((*acting, AUTHORITY, *alarmed, *informed, *paged)))
    if clock.started_at is not None and clock.due_at is not None:
        half = clock.started_at + (clock.due_at - clock.started_at) / 2
        return (Step(Rung.HALF_TIME, half, acting), Step(Rung.OVERDUE, clock.due_at, late))
    steps = [Step(rung, _begin(day, zone), acting) for rung, day in reminder_days(clock)]
    steps.append(Step(Rung.OVERDUE, _begin(clock.due + ONE_DAY, zone), late))
    waits = {Effect.ESCALATE: ESCALATED_AFTER_WORKING_DAYS, Effect.ESCALATE_AT_ONCE: 0}
    for working_days in (waits[effect] for effect in effects if effect in waits):
        day = calendar.plus_working_days(clock.due, working_days)
        steps.append(Step(Rung.ESCALATED, _begin(day + ONE_DAY, zone), (HEAD,)))
    return tuple(steps)


def due_steps(
    steps: tuple[Step, ...], now: datetime, *, since: datetime | None
) -> tuple[Step, ...]:
    """The steps whose turn came from `since` on (from the beginning when None) until now.

    A reminder that a later step has overtaken is left out: nobody needs three at once.
    """
    come = tuple(step for step in steps if step.at <= now and (since is None or step.at >= since))
    return tuple(
        step
        for place, step in enumerate(come, 1)
        if not step.rung.is_reminder or place == len(come)
    )


def next_step_at(steps: tuple[Step, ...], now: datetime) -> datetime | None:
    """When the next step comes; None when none is left."""
    return min((step.at for step in steps if step.at > now), default=None)


def addressees(
    step: Step, clock: Deadline, provider: str, surveillance: str = "", *, home: str = ""
) -> tuple[str, ...]:
    """Whom the notices of a step go to: a role, with the name or the country where it has one;
    `surveillance` takes the place of who supervises the market where the clock is counted. `home` is the
    country of the sandbox, whose own head is brought nothing that an authority elsewhere owes.
    """
    is_elsewhere = home and clock.country and clock.country != home
    by_surveillance = MARKET_SURVEILLANCE in MUST_ACT[clock.rule.who]
    called = {
        PROVIDER: f"{PROVIDER}:{provider}" if provider else PROVIDER,
        MARKET_SURVEILLANCE: surveillance or surveillance_of(clock),
        HEAD: f"{HEAD}:{clock.country}" if is_elsewhere and by_surveillance else HEAD,
    }
    return tuple(called.get(role, role) for role in step.told)


def surveillance_of(clock: Deadline) -> str:
    """Who supervises the market where a clock is counted, as an addressee."""
    if clock.country == UNION_BODIES:
        return AI_OFFICE
    return f"{MARKET_SURVEILLANCE}:{clock.country}" if clock.country else MARKET_SURVEILLANCE


def _of_the_union(role: str) -> str:
    return AI_OFFICE if role == MARKET_SURVEILLANCE else role


def _begin(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)
