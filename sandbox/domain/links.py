"""Applications that may come from one hand: repeat and linked applicants are found, not refused."""

from sandbox.domain.application import Application
from sandbox.domain.conflict import mail_domain, organisation_key


def links(application: Application, other: Application) -> tuple[str, ...]:
    """What two applications have in common; nothing that is empty counts."""
    table = (
        ("registration number", application.registration_number, other.registration_number),
        ("VAT number", application.vat_number, other.vat_number),
        ("legal entity identifier", application.lei, other.lei),
        ("e-mail domain", mail_domain(application.contact_email), mail_domain(other.contact_email)),
        ("applicant", organisation_key(application.applicant), organisation_key(other.applicant)),
        ("system", _plain(application.system_name), _plain(other.system_name)),
    )
    return tuple(what for what, ours, theirs in table if ours and ours == theirs)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
