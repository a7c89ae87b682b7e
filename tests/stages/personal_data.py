"""A walk through Art. 59 over a real database."""

from typing import Any

from sandbox.domain.access_log import Access
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset import DatasetKind, NewDataset, Requirement
from sandbox.domain.experiment import Experiment, ExperimentKind
from sandbox.domain.export import Export, ExportClass
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.processing import Interest, Safeguards
from sandbox.stages import (
    access_log,
    dataset_views,
    datasets,
    deletion,
    experiments,
    exports,
    named_persons,
    safeguards,
)
from sandbox.stages.access_log import Logged
from tests.factories import ADA, AUTHORITY, PLAN, SUE
from tests.fakes import NOON
from tests.office import Office
from tests.personal_data import AREA, RETENTION, SAFEGUARDS, UNDER_ART_59, a_deletion

DAN = Person("Dan", Role.DATA_PROTECTION, "DPA", "NL")
NEW = NewDataset(
    name="loans of 2025",
    kind=DatasetKind.ORIGINAL,
    source="our loan files",
    lawful_collection="Art. 6(1)(b) GDPR: contracts",
    purpose="to find the gap between groups",
    volume="12 000 records, 3 GiB",
    content_sha256="d" * 64,
    retention_until=RETENTION,
    requirement=Requirement.DATA_GOVERNANCE,
    alternatives="synthetic records",
    why_insufficient="they have no rare groups",
    strictly_necessary="the gap is seen in no other data",
    security="pseudonymised, keys apart",
    named_persons=("Ada",),
)
RUN = Experiment(
    *(0, ExperimentKind.TRAINING, "c0ffee1", f"sha256:{'a' * 64}", "d" * 64, (1,)),
    parameters={"depth": "4"},
    metrics={"accuracy": 0.81},
    rationale="a shallow tree can be explained",
    by="",
    at=NOON,
)


def common(office: Office, by: Person) -> dict[str, Any]:
    return {"by": by, "version": None, "sessions": office.sessions, "clock": office.clock}


def state(office: Office, case_id: CaseId, stated: Safeguards = SAFEGUARDS) -> Case:
    interest = Interest(AREA, "fair loans for all")
    return safeguards.state(
        case_id, stated, interest, catalogue=office.catalogue, **common(office, ADA)
    )


def write_summary(office: Office, case_id: CaseId, project: str = "A fair score") -> None:
    safeguards.write_summary(
        case_id,
        project=project,
        objectives="a small gap",
        expected_results="a method",
        **common(office, ADA),
    )


def publish(office: Office, case_id: CaseId) -> None:
    safeguards.publish_summary(
        case_id, authority=AUTHORITY, nudge=office.nudge, **common(office, SUE)
    )


def agreed(office: Office, key: str = "k") -> CaseId:
    """A case under Art. 59 whose plan is agreed, and of which nothing is public yet."""
    case_id = office.apply(key, **UNDER_ART_59)
    office.decide(case_id)
    office.associate(case_id)
    sha256 = office.propose(case_id, PLAN).plan_sha256
    office.sign(case_id, sha256)
    office.agree(case_id, sha256)
    office.work()
    return case_id


def active(office: Office, key: str = "k") -> CaseId:
    """Running, public, its interest confirmed; no dataset is declared."""
    case_id = agreed(office, key)
    state(office, case_id)
    safeguards.confirm_interest(case_id, **common(office, SUE))
    write_summary(office, case_id)
    publish(office, case_id)
    office.work()
    return case_id


def declare(office: Office, case_id: CaseId, new: NewDataset = NEW) -> int:
    case = datasets.declare(
        case_id,
        new,
        regime=office.regime,
        cluster=office.cluster,
        nudge=office.nudge,
        **common(office, ADA),
    )
    return len(case.processing.datasets)


def comment(
    office: Office, case_id: CaseId, number: int, *, objects: bool, by: Person = DAN
) -> Case:
    return dataset_views.comment(
        case_id,
        number,
        words="never" if objects else "fine",
        objects=objects,
        nudge=office.nudge,
        **common(office, by),
    )


def name(
    office: Office, case_id: CaseId, *added: str, off: tuple[str, ...] = (), number: int = 1
) -> Case:
    return named_persons.change(case_id, number, added=added, taken_off=off, **common(office, ADA))


def release(office: Office, case_id: CaseId, number: int) -> Case:
    return datasets.release(case_id, number, **common(office, SUE))


def let_in(office: Office, case_id: CaseId, new: NewDataset = NEW) -> int:
    number = declare(office, case_id, new)
    comment(office, case_id, number, objects=False)
    release(office, case_id, number)
    return number


def delete(office: Office, case_id: CaseId, number: int, **facts: Any) -> Case:
    when = dict.fromkeys(("began_at", "ended_at", "reported_at"), office.clock())
    gone = a_deletion(**(when | facts))
    return deletion.delete(
        *(case_id, number, gone), authority=AUTHORITY, nudge=office.nudge, **common(office, ADA)
    )


def refuse(office: Office, case_id: CaseId, number: int, by: Person = SUE) -> Case:
    reasons = "the backups are still there"
    return deletion.refuse(case_id, number, reasons, nudge=office.nudge, **common(office, by))


def verify(office: Office, case_id: CaseId, number: int, by: Person = SUE) -> None:
    deletion.verify(case_id, number, authority=AUTHORITY, nudge=office.nudge, **common(office, by))
    office.work()


def hold(office: Office, case_id: CaseId, number: int | None = None) -> Case:
    return deletion.hold(
        case_id,
        number,
        ground="court case 7",
        legal_basis="Art. 17(3)(e) GDPR",
        authority=AUTHORITY,
        nudge=office.nudge,
        **common(office, SUE),
    )


def lift(office: Office, case_id: CaseId, number: int = 1) -> None:
    deletion.lift(case_id, number, "it is decided", nudge=office.nudge, **common(office, SUE))
    office.work()


def ask_for_export(
    office: Office, case_id: CaseId, claimed: ExportClass, *contains: int, basis: str = ""
) -> Export:
    return exports.request(
        case_id,
        what="a table",
        contains=contains,
        claimed=claimed,
        recipient="the bank",
        legal_basis=basis,
        content_sha256="e" * 64,
        regime=office.regime,
        nudge=office.nudge,
        **common(office, ADA),
    )


def decide_export(
    office: Office,
    case_id: CaseId,
    number: int,
    *,
    release: bool = True,
    classified: ExportClass | None = None,
) -> Export:
    return exports.decide(
        case_id,
        number,
        release=release,
        classified=classified,
        reasons="looked at",
        authority=AUTHORITY,
        **common(office, SUE),
    )


def log(office: Office, case_id: CaseId, *keys: str, who: str = "Ada", dataset: int = 1) -> Logged:
    lines = [Access(key, office.clock(), who, dataset, "training", "job-1") for key in keys]
    return access_log.append(
        case_id,
        lines,
        by=ADA,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )


def record_run(office: Office, case_id: CaseId, run: Experiment = RUN) -> int:
    return experiments.add(case_id, run, **common(office, ADA))
