"""What stands against showing a case to another authority (Art. 57(8), 57(13), 78)."""

from collections.abc import Iterator

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.guards.registry import guard
from sandbox.domain.lifecycle import Role
from sandbox.domain.readers import is_lead
from sandbox.domain.shares import (
    NATIONAL,
    OF_THE_UNION,
    Share,
    names_article,
    touches_enforcement,
    unasked,
)


def _newest(case: Case) -> Share | None:
    return case.shares[-1] if case.shares else None


@guard(Action.SHARE_CASE, rule="R57-13")
def the_lead_shares_with_another_authority(case: Case, by: Person) -> Iterator[str]:
    if not is_lead(by):
        yield "a case is shared by the authority that leads it"
    share = _newest(case)
    if share is None:
        return
    if share.role in NATIONAL and not share.country:
        yield f"a {share.role} is that of a country: name it"
    elif share.role in OF_THE_UNION and share.country:
        yield f"the {share.role} is that of the Union and of no country"
    elif share.role not in NATIONAL | OF_THE_UNION:
        yield f"a case is not shared with a {share.role}: authorities and the Union alone"


@guard(Action.SHARE_CASE, rule="R78")
def a_share_says_why_and_on_what_basis(case: Case, by: Person) -> Iterator[str]:
    del by
    share = _newest(case)
    if share is None:
        return
    if not share.purpose.strip():
        yield "the share states no purpose"
    if not names_article(share.legal_basis):
        yield "the share names no article as its legal basis"
    if not share.parts:
        yield "the share has no parts: only what is strictly necessary is shown, and that is named"
    if share.last_day < share.at.date():
        yield f"the share would end on {share.last_day}, before it begins"


@guard(Action.SHARE_CASE, rule="R78")
def whom_the_matter_comes_from_is_asked_first(case: Case, by: Person) -> Iterator[str]:
    del by
    share = _newest(case)
    if share is None or not touches_enforcement(case.application):
        return
    yield from unasked(share.consultations, case.deployers)


@guard(Action.ANSWER_AUTHORITY, rule="R78")
def whom_given_documents_come_from_is_asked_first(case: Case, by: Person) -> Iterator[str]:
    del by
    answered = [r for r in case.requests if r.answered_at is not None]
    newest = max(answered, key=lambda request: request.answered_at or request.at, default=None)
    if newest is None or not newest.documents or not touches_enforcement(case.application):
        return
    yield from unasked(newest.consultations, case.deployers)


@guard(Action.CONSENT_TO_SHARE, rule="R57-13")
def there_is_a_share_to_consent_to(case: Case, by: Person) -> Iterator[str]:
    del by
    if not any(share.ended_at is None and not share.of_right for share in case.shares):
        yield "no share waits for consent, or rests on it"


@guard(Action.REVOKE_SHARE, rule="R57-13")
def what_is_shared_can_be_taken_back_and_by_its_provider_what_rests_on_its_consent(
    case: Case, by: Person
) -> Iterator[str]:
    if not case.shares:
        yield "the case is not shared with anybody"
    if by.role is not Role.PROVIDER:
        return
    for share in case.shares:
        if share.of_right and share.ended_by == str(by):
            yield f"share {share.number} rests on {share.legal_basis}, not on consent"
