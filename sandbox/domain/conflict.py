"""Conflicts of interest that are found whatever somebody declared."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from sandbox.domain.case import Case, Person
from sandbox.domain.review import Assignment, interests_of, newest

# Said in an organisation's name and no part of it; dots are dropped before.
LEGAL_FORMS = frozenset(
    [
        "ab",
        "ag",
        "as",
        "asbl",
        "aps",
        "bv",
        "bvba",
        "doo",
        "eood",
        "gmbh",
        "kft",
        "kg",
        "lda",
        "ltd",
        "nv",
        "ohg",
        "oy",
        "oyj",
        "plc",
        "sa",
        "sarl",
        "sas",
        "se",
        "sia",
        "sl",
        "spa",
        "srl",
        "sro",
        "uab",
        "vof",
        "zoo",
    ]
)
# Domains that many share; the same one says nothing.
SHARED_MAIL = frozenset(
    [
        "gmail.com",
        "gmx.de",
        "gmx.net",
        "googlemail.com",
        "hotmail.com",
        "icloud.com",
        "outlook.com",
        "proton.me",
        "protonmail.com",
        "web.de",
        "yahoo.com",
    ]
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is to review or to decide; organisation and e-mail may be unknown."""

    name: str
    organisation: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Parties:
    """Whose interests a case touches; `acted` are persons on record as acting for the provider."""

    organisations: tuple[str, ...]
    emails: tuple[str, ...] = ()
    acted: tuple[str, ...] = ()


def parties_of(case: Case, acted: tuple[str, ...]) -> Parties:
    """The applicant, who stands for it or takes part beside it, and enterprises close to it."""
    application = case.application
    size = application.size
    return Parties(
        (
            *(case.provider, application.applicant, application.authorised_representative),
            *(party.name for party in application.parties),
            *(linked.name for linked in size.linked),
            *(partner.name for partner in size.partners),
        ),
        (application.contact_email, *(party.email_domain for party in application.parties)),
        acted,
    )


def of_decider(case: Case, by: Person, acted: tuple[str, ...]) -> tuple[str, ...]:
    """What stands against somebody who decides, confirms or rules: declared for this case or found."""
    declared = newest(case.declarations, str(by))
    candidate = Candidate(by.name, by.organisation, declared.email if declared else "")
    return (*interests_of(case.declarations, str(by)), *detect(candidate, parties_of(case, acted)))


def of_reviewer(case: Case, reviewer: str, acted: tuple[str, ...]) -> tuple[str, ...]:
    """What is found against a reviewer, as far as the newest declaration tells who that is."""
    declared = newest(case.declarations, reviewer)
    candidate = (
        Candidate(declared.name, declared.organisation, declared.email)
        if declared
        else Candidate(reviewer)
    )
    return detect(candidate, parties_of(case, acted))


def looked_at_again(case: Case, acted: tuple[str, ...]) -> tuple[Assignment, ...]:
    """The assignments with what is found by the application and the declarations as they are now."""
    return tuple(
        replace(given, detected=of_reviewer(case, given.reviewer, acted))
        for given in case.assignments
    )


def detect(candidate: Candidate, parties: Parties) -> tuple[str, ...]:
    """Every conflict found, as a sentence."""
    return tuple(_detect(candidate, parties))


def organisation_key(name: str) -> str:
    """A name without its legal form, so that `CreditCo B.V.` and `CREDITCO` are one."""
    words = name.casefold().replace(".", "").replace(",", " ").split()
    return " ".join(word for word in words if word not in LEGAL_FORMS)


def mail_domain(email: str) -> str:
    """The domain of an address; empty for none, and for one that many share."""
    domain = email.casefold().rpartition("@")[2].strip()
    return "" if domain in SHARED_MAIL else domain


def _detect(candidate: Candidate, parties: Parties) -> Iterator[str]:
    own = organisation_key(candidate.organisation)
    same = [name for name in parties.organisations if own and organisation_key(name) == own]
    if same:
        yield f"{candidate.name} belongs to {same[0]}, a party of the case"
    domain = mail_domain(candidate.email)
    if domain and domain in {mail_domain(email) for email in parties.emails}:
        yield f"{candidate.name} has an e-mail address at {domain}, as a party of the case has"
    name = _person_key(candidate.name)
    if any(_person_key(person.partition(" (")[0]) == name for person in parties.acted):
        yield f"{candidate.name} has acted for the provider"


def _person_key(name: str) -> str:
    return " ".join(name.casefold().split())
