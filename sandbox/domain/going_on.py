"""Why a real-world test must not go on by itself (Art. 3(57), 60(4))."""

from datetime import date, datetime

from sandbox.domain.authority import Authority
from sandbox.domain.case import Case
from sandbox.domain.guards.real_world import unmet
from sandbox.domain.lifecycle import RUNNING
from sandbox.domain.progress import STOPPABLE
from sandbox.domain.real_world import RealWorldTest
from sandbox.domain.testing_conditions import OVERSEER_SILENCE_MAX

AT_ITS_END = "the last day of the real-world test is over (Art. 60(4)(f))"
UNSEEN = f"no overseer gave a sign of life for {OVERSEER_SILENCE_MAX} (Art. 60(4)(j))"


def against_going_on(case: Case, at: datetime, authority: Authority) -> str:
    """What ends or suspends the test of a case now; empty while it may go on."""
    test = case.test
    if test is None or test.state not in STOPPABLE or case.stage not in RUNNING:
        return ""
    if is_past_its_end(test, at, authority):
        return AT_ITS_END
    if test.is_under_way and (test.duty is None or not test.duty.is_fresh(at)):
        return UNSEEN
    return unmet(case)


def is_past_its_end(test: RealWorldTest, at: datetime, authority: Authority) -> bool:
    """Whether the last day of a test is over anywhere, although nobody may have ended it yet."""
    return latest_day(test, at, authority) > (test.end_by() or test.last_day)


def latest_day(test: RealWorldTest, at: datetime, authority: Authority) -> date:
    """The day of the territory where it came first: what ends there ends everywhere."""
    return max(authority.day_in(territory.country, at) for territory in test.territories)
