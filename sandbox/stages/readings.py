"""What inspectors read while an inspection is open is written down before they read it (Art. 60(6))."""

from sandbox.domain.case import Person
from sandbox.domain.naming import CaseId
from sandbox.domain.offices import inspecting
from sandbox.errors import NotFound
from sandbox.ports import Clock
from sandbox.store import cases, inspections
from sandbox.store.database import Sessions


def note(case_id: CaseId, what: str, *, by: Person, sessions: Sessions, clock: Clock) -> None:
    """Write down that somebody asks for something of a case, for each open inspection of their
    authority; whoever inspects nothing there leaves no trace, and reads nothing.
    """
    at = clock()
    with sessions.begin() as session:
        try:
            case = cases.load(session, case_id, lock=True)
        except NotFound:
            return  # whoever answers says so
        for inspection in inspecting(case, by):
            inspections.note(session, case_id, inspection.number, at, str(by), what)
