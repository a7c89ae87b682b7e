"""What stands against exports, deletions, holds and the end of a case with personal data (Art. 59)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.export import ExportState
from sandbox.domain.guards.registry import guard, step_guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.offices import is_of_another, protecting, to_lift


@guard(Action.DECIDE_EXPORT, rule="R59-e")
def original_data_leave_on_a_legal_basis_only(case: Case, by: Person) -> Iterator[str]:
    del by
    for export in case.processing.exports:
        if export.state is ExportState.RELEASED and export.lacks_a_basis:
            yield f"export {export.number}: no legal basis for sharing original data is named"


@guard(Action.DECIDE_EXPORT, rule="R59-c")
def nothing_leaves_while_processing_is_stopped(case: Case, by: Person) -> Iterator[str]:
    stopped_at = max((s.at for s in case.processing.stops if s.resumed_at is None), default=None)
    for export in case.processing.exports:
        decided = export.decided_at if export.decided_by == str(by) else None
        if export.state is not ExportState.RELEASED or stopped_at is None or decided is None:
            continue
        if decided >= stopped_at:
            yield f"export {export.number}: processing is stopped"


@guard(Action.RESUME_PROCESSING, rule="R59-c")
def measures_come_before_processing_goes_on(case: Case, by: Person) -> Iterator[str]:
    for stop in case.processing.stops:
        if stop.resumed_by == str(by) and not stop.measures.strip():
            yield f"stop {stop.number}: it is not said what was done about the risk"


@step_guard(Action.RESUME_PROCESSING, rule="R59-c")
def a_second_person_of_whoever_stopped_it_resumes(
    before: Case, after: Case, by: Person
) -> Iterator[str]:
    del after
    if not before.processing.is_stopped:
        yield "processing is not stopped"
    for stop in to_lift(before, by):
        if stop.by == str(by):
            yield f"stop {stop.number}: whoever stopped it may not resume it: a second person must"
        if stop.role is Role.DATA_PROTECTION and by.role is not Role.DATA_PROTECTION:
            yield f"stop {stop.number}: the data protection authority stopped it, and lifts it"
        elif is_of_another(before, stop.office, protecting(by)):
            yield f"stop {stop.number}: the {stop.office} stopped it, and lifts it"


@guard(Action.DELETE_DATASET, rule="R59-g")
def a_hold_keeps_it(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in case.processing.datasets:
        if dataset.deletion is None:
            continue
        for hold in case.processing.holds_on(dataset):
            if hold.lifted_at is None and hold.at <= dataset.deletion.reported_at:
                yield f"{dataset.subject}: {hold}"


@guard(Action.PROVE_SUBJECT_DELETION, rule="R59-g")
def a_hold_keeps_everything(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.processing.holds_everything:
        yield "a legal hold on the whole case keeps its data"


@guard(Action.PLACE_HOLD, rule="R59-g")
def a_hold_states_ground_and_basis(case: Case, by: Person) -> Iterator[str]:
    del by
    for hold in case.processing.holds:
        if not hold.ground.strip() or not hold.legal_basis.strip():
            yield f"hold {hold.number} states no ground or no legal basis"


@guard(Action.VERIFY_DELETION, rule="R59-g")
def somebody_else_verifies(case: Case, by: Person) -> Iterator[str]:
    for dataset in case.processing.datasets:
        deletion = dataset.deletion
        if deletion is not None and deletion.verified_by == str(by) == deletion.by:
            yield f"{dataset.subject}: whoever deleted it may not verify it"


@guard(Action.LOG_ACCESS, rule="R59-h")
def the_log_is_open(case: Case, by: Person) -> Iterator[str]:
    del by
    if case.processing.log_settled_at is not None:
        yield "the log of processing is closed"


@guard(Action.COMPLETE, rule="R59-i")
def the_process_was_recorded(case: Case, by: Person) -> Iterator[str]:
    del by
    used = any(d.is_under_art_59 and d.released_at for d in case.processing.datasets)
    if used and not case.processing.experiments:
        yield "no training, testing or validation is recorded for the technical documentation"


@guard(Action.CLOSE, rule="R59-g")
def every_dataset_is_deleted_or_held(case: Case, by: Person) -> Iterator[str]:
    del by
    for dataset in case.processing.datasets:
        if not dataset.is_to_be_deleted:
            continue
        if not case.processing.is_held(dataset):
            yield f"{dataset.subject} ({dataset.name}) is neither deleted nor under a legal hold"
        elif dataset.due_on is None:
            yield f"{dataset.subject} ({dataset.name}) is held, but its clock does not run yet"
