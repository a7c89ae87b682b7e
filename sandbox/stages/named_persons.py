"""Who may work with a dataset changes while it is used (Art. 59(1)(d), (h))."""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset import NAMED_MAX, NAMINGS_MAX, Naming
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.processing import with_dataset
from sandbox.errors import FieldRefused
from sandbox.ports import Clock
from sandbox.store import cases
from sandbox.store.database import Sessions
from sandbox.store.record import record


def change(
    case_id: CaseId,
    number: int,
    *,
    added: tuple[str, ...],
    taken_off: tuple[str, ...],
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Name persons and take others off from now on; an access counts by who was named at its moment."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version, seeing="processing")
        dataset = case.processing.found(number)
        named = dataset.named_persons
        if dataset.is_deleted:
            raise FieldRefused("number", f"dataset {number} is gone")
        for who in taken_off:
            if who not in named:
                raise FieldRefused("taken_off", f"{who} is not named for dataset {number}")
        for who in added:
            if who in named:
                raise FieldRefused("added", f"{who} is named for dataset {number} already")
        if not (added or taken_off):
            raise FieldRefused("added", "nobody is added or taken off")
        after_all = (*(who for who in named if who not in taken_off), *added)
        if len(after_all) > NAMED_MAX or len(dataset.namings) >= NAMINGS_MAX:
            most = f"at most {NAMED_MAX} persons are named at once, and {NAMINGS_MAX} times anew"
            raise FieldRefused("added", most)
        naming = Naming(added, taken_off, str(by), at)
        changed = replace(dataset, named_persons=after_all, namings=(*dataset.namings, naming))
        processing = with_dataset(case.processing, changed)
        after = take(case, Action.NAME_PERSONS, by, processing=processing)
        record(
            session,
            after,
            Action.NAME_PERSONS,
            by,
            at,
            dataset=number,
            added=list(added),
            taken_off=list(taken_off),
        )
    return after
