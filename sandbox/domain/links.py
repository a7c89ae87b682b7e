"""Applications that may come from one hand: repeat and linked applicants are found, not refused."""

import unicodedata
from collections.abc import Iterable, Iterator

from sandbox.domain.application import Application, PartyRole
from sandbox.domain.conflict import mail_domain, organisation_key

GROUP = "group of enterprises"


def links(application: Application, other: Application) -> tuple[str, ...]:
    """What two applications have in common; nothing that is empty counts."""
    theirs = dict(marks(other))
    found = [what for what, ours in marks(application) if not ours.isdisjoint(theirs[what])]
    return tuple(what for what in found if what != GROUP or "applicant" not in found)


def marks(application: Application) -> Iterator[tuple[str, frozenset[str]]]:
    """What an application is known by; a co-applicant counts as the applicant does."""
    joint = [p for p in application.parties if p.role is PartyRole.CO_APPLICANT]
    numbers = [(application.country, application.registration_number)]
    numbers += [(p.country, p.registration_number) for p in joint]
    domains = [application.contact_email, *(p.email_domain for p in joint)]
    names = [application.applicant, *(p.name for p in joint)]
    registered = (f"{country} {number}" for country, number in numbers if number)
    yield "registration number", _known(registered)
    yield "VAT number", _known([application.vat_number])
    yield "legal entity identifier", _known([application.lei])
    yield "e-mail domain", _known(mail_domain(domain) for domain in domains)
    yield "applicant", _known(_plain(organisation_key(name)) for name in names)
    size = application.size
    group = [*names, *(e.name for e in size.linked), *(e.name for e in size.partners)]
    yield GROUP, _known(_plain(organisation_key(name)) for name in group)
    yield "system", _known([_plain(application.system_name)])


def _known(marks: Iterable[str]) -> frozenset[str]:
    return frozenset(marks) - {""}


def _plain(text: str) -> str:
    """A name without case, accents, spaces and signs, so that `Fair-Score` and `FAIRSCORE` meet."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in letters if letter.isalnum())
