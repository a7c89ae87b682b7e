"""Whether what the engine would do for a plan is what both parties may agree on."""

from sandbox.domain import naming
from sandbox.domain.environment import Operation
from sandbox.errors import Reason, RuleBroken

BUILDING = frozenset({"create", "same", "update"})
CLOSING = (
    f"NetworkPolicy/{naming.ALLOW_EGRESS}"  # an amendment may take away a way out, nothing else
)


def reviewed(operations: tuple[Operation, ...] | None) -> tuple[Operation, ...]:
    """A preview that was made and that replaces and removes nothing; RuleBroken otherwise."""
    if operations is None:
        reason = "the preview of this plan is still being made; try again soon"
        raise RuleBroken((Reason("X-preview", reason),))
    harmful = [o for o in operations if o.operation not in BUILDING and not _closes(o)]
    if harmful:
        raise RuleBroken(
            tuple(Reason("X-preview", f"would {o.operation} {o.resource}") for o in harmful)
        )
    return operations


def _closes(operation: Operation) -> bool:
    return operation.operation == "delete" and operation.resource == CLOSING
