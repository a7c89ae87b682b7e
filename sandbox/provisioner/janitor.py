"""Namespaces and stacks that nobody owns: found by their marks, removed on request.

It works from what is in the cluster and in the state, never from memory: a case is recorded before
anything is built for it, so what bears our mark and belongs to no known case is left over.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

from sandbox.domain import naming
from sandbox.domain.naming import CaseId
from sandbox.errors import EngineFailed, Unavailable
from sandbox.provisioner.discovery import Objects
from sandbox.provisioner.transport import Body

Known = Callable[[], frozenset[CaseId]]


@dataclass(frozen=True, slots=True)
class Orphan:
    """Something that bears the mark of this service and belongs to no known case."""

    kind: Literal["namespace", "stack"]
    case_id: CaseId


@dataclass(frozen=True, slots=True)
class Removal:
    """What came of removing the leavings of one case; no `failure`: they are gone."""

    case_id: CaseId
    failure: str = ""


class Remover(Protocol):
    """The part of the engine that knows what was ever built."""

    def stacks(self) -> frozenset[str]: ...

    def remove(self, case_id: CaseId) -> None: ...


def orphans(kubeconfig: str, engine: Remover, known: Known) -> tuple[Orphan, ...]:
    """What is left over; `known` is asked last, so that no case begun meanwhile is taken for one."""
    objects = Objects(kubeconfig)
    try:
        mark = f"{naming.OWNER_LABEL}={naming.OWNER}"
        marked, _ = objects.listed("v1", "Namespace", labelSelector=mark)
    finally:
        objects.close()
    stacks = engine.stacks()
    return unowned(marked, stacks, known())


def unowned(
    namespaces: list[Body], stacks: frozenset[str], known: frozenset[CaseId]
) -> tuple[Orphan, ...]:
    """Which of these belong to no known case; what bears a strange name is not ours to judge."""
    built = {
        CaseId(case)
        for body in namespaces
        if (case := body["metadata"]["labels"].get(naming.CASE_LABEL))
        and body["metadata"]["name"] == naming.namespace(CaseId(case))
        and naming.CASE_ID.fullmatch(case)
    }
    recorded = {CaseId(stack) for stack in stacks if naming.CASE_ID.fullmatch(stack)}
    return tuple(
        [Orphan("namespace", case) for case in sorted(built - known)]
        + [Orphan("stack", case) for case in sorted(recorded - known)]
    )


def remove(
    found: tuple[Orphan, ...], engine: Remover, *, dry_run: bool = True
) -> tuple[Removal, ...]:
    """Remove what was found, case by case; a failure is reported and does not stop the others."""
    removals = []
    for case_id in sorted({orphan.case_id for orphan in found}):
        failure = "not removed: this was a dry run" if dry_run else ""
        if not dry_run:
            try:
                engine.remove(case_id)
            except (EngineFailed, Unavailable) as error:
                failure = str(error)
        removals.append(Removal(case_id, failure))
    return tuple(removals)
