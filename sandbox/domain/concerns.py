"""Which incidents and requests of a case are somebody's business (Art. 73, 75, 77, 78)."""

from collections.abc import Iterator

from sandbox.domain.case import Case, Person
from sandbox.domain.incident import Incident
from sandbox.domain.lifecycle import Role
from sandbox.domain.readers import concerns_rights_body
from sandbox.domain.seats import home_of
from sandbox.domain.sight import Sight, column, is_shared, sees, sight
from sandbox.domain.supervision import REQUESTS, AuthorityRequest
from sandbox.domain.view_table import TABLE


def incidents_of(case: Case, person: Person) -> tuple[Incident, ...]:
    """The incidents of a case that are somebody's business; of others there are none."""
    if sight(case, person, "incidents") is Sight.HIDDEN:
        return ()
    return tuple(_incidents_of(case, person))


def _incidents_of(case: Case, person: Person) -> Iterator[Incident]:
    shared = is_shared(case, person, TABLE["incidents"])
    at_home = person.country in {"", home_of(case.seats, case.application.country)}
    for incident in case.incidents:
        match column(case, person):
            case Role.MARKET_SURVEILLANCE:
                own = at_home or person.country in incident.countries
            case Role.DATA_PROTECTION:
                own = incident.touches_rights
            case Role.RIGHTS_BODY:
                own = concerns_rights_body(incident, person)
            case Role.DEPLOYER:
                own = _is_by(incident.opened_by, person)
            case None:
                own = False
            case _:
                own = True
        if own or shared:
            yield incident


def requests_of(case: Case, person: Person) -> tuple[AuthorityRequest, ...]:
    """What an authority asked, or was asked, of what authorities ask each other."""
    if column(case, person) not in {Role.AI_OFFICE, Role.RIGHTS_BODY}:
        return case.requests
    return tuple(
        request
        for request in case.requests
        if person.role in REQUESTS[request.kind].answered_by or _is_by(request.by, person)
    )


def asked_for_documents(case: Case, person: Person) -> tuple[AuthorityRequest, ...]:
    """The requests of a body for fundamental rights for documents of a case (Art. 77)."""
    if person.role is not Role.RIGHTS_BODY:
        return ()
    return tuple(request for request in case.requests if _is_by(request.by, person))


def is_own_subject(case: Case, person: Person, subject: str) -> bool | None:
    """Whether an incident or a request is somebody's business; None for every other subject."""
    about, _, number = subject.partition(" ")
    if about == "incident":
        return number.split(" ")[0] in {str(i.number) for i in incidents_of(case, person)}
    if about == "request":
        asked = requests_of(case, person) if sees(case, person, "requests") else ()
        return subject in {request.subject for request in asked}
    return None


def _is_by(name: str, person: Person) -> bool:
    """Whether the ledger's name of somebody is one of a person's organisation."""
    own = person.organisation
    return name.endswith(f" ({own})") if own else name == str(person)
