"""Datasets are declared, and let in by the authority."""

from collections.abc import Callable
from dataclasses import replace

from sandbox import closing
from sandbox.domain import deadlines
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset import (
    PERSONAL,
    Dataset,
    DatasetKind,
    NewDataset,
    Trigger,
)
from sandbox.domain.deadline_rules import Name
from sandbox.domain.lifecycle import Role
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import against, take
from sandbox.domain.processing import with_dataset
from sandbox.domain.regime import Regime
from sandbox.domain.seal import Facts
from sandbox.errors import FieldRefused, Reason
from sandbox.ports import Clock, Cluster, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record

DATASETS_MAX = 100


def declare(
    case_id: CaseId,
    new: NewDataset,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    cluster: Cluster,
    regime: Regime,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Declare a dataset; what was created in the sandbox is in it already, and has no way out."""
    at = clock()
    personal = new.kind in PERSONAL or (
        new.kind is DatasetKind.MODEL_WEIGHTS and regime.weights_are_personal_data
    )
    if personal and new.retention_until is None:
        raise FieldRefused("retention_until", "personal data have an end of retention")
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        number = len(case.processing.datasets) + 1
        if number > DATASETS_MAX:
            raise FieldRefused("name", f"a case has at most {DATASETS_MAX} datasets")
        dataset = Dataset(
            **{name: getattr(new, name) for name in NewDataset.__slots__},
            number=number,
            personal=personal,
            declared_by=str(by),
            declared_at=at,
        )
        processing = with_dataset(case.processing, dataset)
        after = take(case, Action.DECLARE_DATASET, by, processing=processing)
        after, ways = closing.close(session, after, Action.DECLARE_DATASET, at)
        record(
            session,
            after,
            Action.DECLARE_DATASET,
            by,
            at,
            dataset=number,
            kind=new.kind.value,
            content_sha256=new.content_sha256,
            other_basis=new.other_basis,
            forbidden_by=new.forbidden_by,
            ways_closed=list(ways),
        )
        # Where nobody supervises personal data yet, the authority associates somebody (Art. 57(10)).
        for addressee in (case.data_protection or (Role.AUTHORITY,)) if personal else ():
            outbox.post(session, case_id, "dataset", addressee, at, dataset=number)
    if ways:
        closing.cut(case_id, sessions=sessions, cluster=cluster, clock=clock)
        for stage in ("provision", "notify"):
            nudge(stage, case_id)
    return after


def confirm_basis(
    case_id: CaseId,
    number: int,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The authority confirms that another law allows the processing without Art. 59 (Art. 59(3))."""
    at = clock()

    def confirmed(dataset: Dataset) -> Dataset:
        if not dataset.other_basis.strip() or dataset.basis_confirmed_at is not None:
            raise FieldRefused("number", f"dataset {number} names no law that is to be confirmed")
        return replace(dataset, basis_confirmed_by=str(by), basis_confirmed_at=at)

    return _change(
        case_id,
        number,
        Action.CONFIRM_BASIS,
        confirmed,
        by=by,
        version=version,
        sessions=sessions,
        clock=clock,
        reasons=reasons,
    )


def release(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The authority lets a dataset in, when every condition of Art. 59(1) or 4a is met."""
    at = clock()

    def let_in(dataset: Dataset) -> Dataset:
        if dataset.is_inside:
            raise FieldRefused("number", f"dataset {number} is in the sandbox already")
        return replace(dataset, released_by=str(by), released_at=at)

    return _change(
        case_id,
        number,
        Action.RELEASE_DATASET,
        let_in,
        by=by,
        version=version,
        sessions=sessions,
        clock=clock,
    )


def obstacles(
    case_id: CaseId, number: int, *, by: Person, sessions: Sessions, clock: Clock
) -> tuple[Reason, ...]:
    """Everything that stands against letting a dataset in now; empty when nothing does."""
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, seeing="processing", reading=True)
    dataset = case.processing.found(number)
    if dataset.is_inside:
        return ()
    supposed = replace(dataset, released_by=str(by), released_at=clock())
    processing = with_dataset(case.processing, supposed)
    return against(replace(case, processing=processing), Action.RELEASE_DATASET, by)


def assess_weights(
    case_id: CaseId,
    number: int,
    *,
    personal: bool,
    reasons: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The authority says whether the weights of a model hold personal data (X)."""

    def assessed(dataset: Dataset) -> Dataset:
        if dataset.kind is not DatasetKind.MODEL_WEIGHTS:
            raise FieldRefused("number", f"dataset {number} is not the weights of a model")
        if personal and dataset.retention_until is None:
            raise FieldRefused("personal", f"dataset {number} names no end of retention")
        judged = replace(dataset, personal=personal, assessed_by=str(by), assessment=reasons)
        return judged if personal else replace(judged, due_by=None, due_on=None)

    return _change(
        case_id,
        number,
        Action.ASSESS_WEIGHTS,
        assessed,
        by=by,
        version=version,
        sessions=sessions,
        clock=clock,
        personal=personal,
        reasons=reasons,
    )


def correct_bias(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
) -> Case:
    """The bias is corrected: its special categories are deleted now, not at exit; DL-19 starts."""
    at = clock()
    day = authority.day(at)
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        dataset = case.processing.found(number)
        if dataset.kind is not DatasetKind.ART9_BIAS or not dataset.may_fall_due:
            raise FieldRefused(
                "number", f"dataset {number} does not wait for a bias to be corrected"
            )
        due = replace(dataset, due_by=Trigger.BIAS_CORRECTED, due_on=day)
        started = deadlines.start(Name.DL_19, day, authority.calendar, subject=dataset.subject)
        after = take(
            case,
            Action.CORRECT_BIAS,
            by,
            processing=with_dataset(case.processing, due),
            deadlines=(*case.deadlines, started),
        )
        record(session, after, Action.CORRECT_BIAS, by, at, dataset=number)
    return after


def _change(
    case_id: CaseId,
    number: int,
    action: Action,
    change: Callable[[Dataset], Dataset],
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    **facts: Facts,
) -> Case:
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        dataset = change(case.processing.found(number))
        at = clock()
        clocks = case.deadlines
        if not dataset.personal:  # nothing of it is to be deleted any more
            clocks = deadlines.meet(clocks, Name.DL_19, at, subject=dataset.subject)
        processing = with_dataset(case.processing, dataset)
        after = take(case, action, by, processing=processing, deadlines=clocks)
        after, _ = closing.close(session, after, action, at)  # weights may be found to be personal
        record(session, after, action, by, at, dataset=number, **facts)
    return after
