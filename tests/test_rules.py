"""Every rule id of the rulebook is enforced and proven by a test, or says why it is not."""

from importlib import import_module

import pytest

from sandbox import enforcement, enforcers
from sandbox.domain.deadline_rules import Name
from tests.rulebook_ids import PRINTED, UNNUMBERED


def test_every_rule_of_the_rulebook_has_its_row_and_no_row_is_made_up() -> None:
    assert enforcement.rules().keys() == {*PRINTED.split(), *UNNUMBERED}
    house = enforcement.places().keys() - enforcement.rules().keys()
    assert {rule for rule in house if not rule.startswith("X-")} == set()


def test_every_rule_has_code_or_a_reason_and_never_both() -> None:
    enforced = enforcement.places().keys()
    given_up = enforcers.NOT_ENFORCED.keys()

    assert enforcement.rules().keys() - enforced - given_up == set()
    assert given_up & enforced == set()
    assert given_up - enforcement.rules().keys() == set()
    assert enforcers.LACKS.keys() - enforcement.places().keys() == set()


def test_every_enforced_rule_is_proven_by_a_test() -> None:
    assert enforcement.places().keys() - enforcement.proofs().keys() == set()


def test_every_clock_that_is_started_is_proven_by_a_test_of_its_event() -> None:
    """All but two: DL-20 lasts as long as the participation, DL-25 as national law has it."""
    assert {name.value for name in Name} - enforcement.started_clocks() == {"DL-20", "DL-25"}


@pytest.mark.parametrize(
    ("rule", "reference"), [(r, ref) for r, refs in enforcers.PLACES.items() for ref in refs]
)
def test_what_is_said_to_enforce_a_rule_is_there(rule: str, reference: str) -> None:
    module, name = reference.split(":")
    found: object = import_module(f"sandbox.{module}")

    for part in name.split("."):
        fields = getattr(found, "__dataclass_fields__", {})
        assert part in fields or hasattr(found, part), f"{rule}: {reference}"
        found = getattr(found, part, None)
