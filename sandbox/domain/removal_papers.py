"""Document D12 of an environment: what was removed with it, or what stands on and why (Art. 59(1)(g))."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sandbox.domain.case import Case
from sandbox.domain.dataset import Dataset
from sandbox.domain.environment import Step
from sandbox.domain.naming import namespace
from sandbox.domain.report import NO_CONFORMITY
from sandbox.domain.seal import JSON, Entry

METHOD = (
    "Pulumi destroyed every object of the stack, the participant's rights first; the namespace was "
    "then removed by Kubernetes with everything in it, and the cluster was asked for every kind of "
    "object in that namespace until none was left."
)
NOT_COVERED = (
    "Disks below the cluster, backups of the cluster and images cached on nodes are not "
    "seen by this service."
)


@dataclass(frozen=True, slots=True)
class Removal:
    """When an environment was removed, what was in it, and what was left when the cluster was asked."""

    began_at: datetime
    ended_at: str
    removed: tuple[str, ...]
    left: tuple[str, ...]


def removal(account: Iterable[Entry]) -> Removal:
    """What the ledger says of a removal that is over, since the first attempt at it."""
    tries = [entry for entry in account if entry.facts.get("step") == Step.DESTROY]
    first, last = tries[0], tries[-1]
    lasted = first.facts["milliseconds"]
    return Removal(
        datetime.fromisoformat(first.at)
        - timedelta(milliseconds=lasted if isinstance(lasted, int) else 0),
        last.at,
        _names(last.facts["removed"]),
        _names(last.facts.get("left")),
    )


def certificate(
    case: Case,
    removal: Removal | None,
    evidence: Iterable[dict[str, Any]],
    log_sha256: str,
    authority: str,
    at: datetime,
) -> dict[str, Any]:  # Any: JSON
    """D12; without a removal it certifies that the environment is held. `evidence` stays under lock."""
    removed = removal.removed if removal else ()
    return {
        "document": "deletion certificate",
        "case": case.id,
        "authority": authority,
        "namespace": namespace(case.id),
        "deleted": removal is not None,
        "trigger": "participation completed" if case.completed else "participation terminated",
        "ended_on": f"{case.ended_at:%Y-%m-%d}",
        "method": METHOD if removal else "nothing was removed: the environment stands frozen",
        "began_at": removal.began_at.isoformat() if removal else None,
        "removed_at": removal.ended_at if removal else None,
        "removed": list(removed),
        "left": list(removal.left) if removal else ["everything"],
        "datasets": [_state(case, dataset) for dataset in case.processing.datasets],
        "volumes": _of_kind(removed, "PersistentVolumeClaim"),
        "snapshots": _of_kind(removed, "VolumeSnapshot"),
        "backups": "this service makes none; those of a provider stand in the certificates of datasets",
        "keys": "this service keeps none; those of a provider stand in the certificates of datasets",
        "verifier": (
            "this service, which asked the cluster; who verified the deletion of a dataset is named "
            "with it"
            if removal
            else None
        ),
        "exceptions": exceptions(case),
        "kept": list(evidence),
        "kept_as": "evidence, under object lock",
        "not_covered": NOT_COVERED,
        "access_log_sha256": log_sha256,
        "made_at": at.isoformat(),
        "statement": NO_CONFORMITY,
    }


def is_outdated(case: Case, said: Mapping[str, Any]) -> bool:
    """Whether what a certificate `said` of personal data is not how it ended; never while a deletion is
    still to be reported or verified: nothing has ended yet.
    """
    personal = [dataset for dataset in case.processing.datasets if dataset.personal]
    if any(d.is_to_be_deleted and not case.processing.is_held(d) for d in personal):
        return False
    told = said.get("datasets", [])
    return any(_state(case, dataset) not in told for dataset in personal)


def exceptions(case: Case) -> list[str]:
    """What is not deleted, why, and on which basis: by a hold, or as its deletion was reported."""
    held = [
        f"{f'dataset {hold.dataset}' if hold.dataset else 'everything'}: {hold} ({hold.legal_basis})"
        for hold in case.processing.holds
        if hold.lifted_at is None
    ]
    evidence = [
        f"everything: evidence of {incident.subject} is held (Art. 73(6))"
        for incident in case.incidents
        if incident.holds_evidence
    ]
    excepted = [
        f"{dataset.subject}: {gone.exceptions} ({gone.exceptions_basis})"
        for dataset in case.processing.datasets
        if (gone := dataset.deletion) is not None and gone.exceptions.strip()
    ]
    return [*held, *evidence, *excepted]


def _names(said: JSON) -> tuple[str, ...]:
    return tuple(str(name) for name in said) if isinstance(said, list) else ()


def _state(case: Case, dataset: Dataset) -> dict[str, Any]:
    gone = dataset.deletion
    verified = gone.verified_at if gone else None
    if gone is not None:
        state = "deleted and verified" if verified else "reported as deleted, not verified"
    elif not dataset.is_inside:
        state = "never let in"
    else:
        state = "held" if case.processing.is_held(dataset) else "not reported as deleted"
    return {
        "number": dataset.number,
        "name": dataset.name,
        "state": state,
        "verifier": (gone.verified_by if gone else "") or None,
        "verified_on": f"{verified:%Y-%m-%d}" if verified else None,
    }


def _of_kind(objects: Iterable[str], kind: str) -> list[str]:
    return [name for name in objects if name.startswith(f"{kind}/")]
