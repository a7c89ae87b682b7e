"""Every rule that the handbook claims as enforced has a test that carries its id."""

import re
from pathlib import Path

from sandbox.handbook import rule_ids
from tests.domain.test_deadlines import CLOCKS

TESTS = Path(__file__).parent


def test_every_enforced_rule_is_proven_by_a_test() -> None:
    proven = {
        rule
        for path in TESTS.rglob("test_*.py")
        for rule in re.findall(r'mark\.rule\("([^"]+)"\)', path.read_text())
    } | {clock.value for clock, _, _ in CLOCKS}

    assert rule_ids() - proven == set()
