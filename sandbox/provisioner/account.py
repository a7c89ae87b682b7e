"""The engine's account of one run, told in our words as it happens.

Pulumi's event stream is read; its console output never is.
"""

import re
from collections import defaultdict
from datetime import UTC, datetime

from pulumi import automation as auto

from sandbox.domain.environment import Operation, Progress
from sandbox.ports import OnProgress

WORDS = {
    "create-replacement": "replace",
    "delete-replaced": "replace",
    "import-replacement": "replace",
    "read-replacement": "replace",
    "discard-replaced": "replace",
    "remove-pending-replace": "replace",
}
QUIET = frozenset({"same", "read", "refresh"})
DIAGNOSTICS_MAX = 2000  # characters of the last words that are kept
_COLOUR = re.compile(r"<\{%.*?%\}>")
_PREAMBLE = re.compile(r".*?(?:rpc error: code = \w+ desc = |error occurred: )", re.DOTALL)


class Account:
    """What was done, what failed and why; `on_progress` hears each line as it comes."""

    def __init__(self, on_progress: OnProgress | None = None) -> None:
        self._on_progress = on_progress
        self._done: dict[str, Operation] = {}
        self._errors: dict[str, list[str]] = defaultdict(list)
        self._failed: list[str] = []

    @property
    def operations(self) -> tuple[Operation, ...]:
        """What was done, or in a preview would be: one line for each object that changes."""
        return tuple(self._done.values())

    @property
    def failed_resource(self) -> str:
        return self._failed[0] if self._failed else next((r for r in self._errors if r), "")

    def diagnostics(self, otherwise: str) -> str:
        """Why it failed, the failing object first; what `otherwise` ends with when nobody said."""
        first = self._errors.get(self.failed_resource, [])
        rest = [said for r, all_said in self._errors.items() for said in all_said]
        told = list(dict.fromkeys(first or rest))
        last_words = otherwise.rpartition(" stderr: ")[2].strip() or otherwise.strip()
        return "; ".join(told)[:DIAGNOSTICS_MAX] or last_words[-DIAGNOSTICS_MAX:]

    def hear(self, event: auto.EngineEvent) -> None:
        """One event of the stream."""
        at = datetime.fromtimestamp(event.timestamp, UTC)
        if event.diagnostic_event and event.diagnostic_event.severity == "error":
            said = event.diagnostic_event
            self._errors[_named(said.urn or "")].append(_plain(said.message))
        elif event.resource_pre_event:
            self._tell(at, event.resource_pre_event.metadata, done=False)
        elif event.res_outputs_event:
            self._tell(at, event.res_outputs_event.metadata, done=True)
        elif event.res_op_failed_event:
            self._fail(at, event.res_op_failed_event.metadata)

    def _tell(self, at: datetime, step: auto.StepEventMetadata, *, done: bool) -> None:
        word = WORDS.get(step.op.value, step.op.value)
        resource = _named(step.urn)
        if word in QUIET or not resource:
            return
        if done:
            self._done[resource] = Operation(word, resource, ", ".join(sorted(step.diffs or ())))
        self._say(Progress(at, word, resource, done))

    def _fail(self, at: datetime, step: auto.StepEventMetadata) -> None:
        resource = _named(step.urn)
        self._failed.append(resource)
        self._done.pop(resource, None)
        word = WORDS.get(step.op.value, step.op.value)
        why = "; ".join(self._errors.get(resource, ["failed"]))
        self._say(Progress(at, word, resource, done=False, message=why[:DIAGNOSTICS_MAX]))

    def _say(self, line: Progress) -> None:
        if self._on_progress:
            self._on_progress(line)


def _named(urn: str) -> str:
    """`NetworkPolicy/deny-all`; nothing for what is Pulumi's own."""
    if "::kubernetes:" not in urn:
        return ""
    kind, name = urn.split("::")[2:4]
    return f"{kind.rpartition(':')[2]}/{name}"


def _plain(message: str) -> str:
    text = _COLOUR.sub("", message).strip()
    return _PREAMBLE.sub("", text, count=1).strip() or text
