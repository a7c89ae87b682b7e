"""What stands against a test under a national framework besides the conditions of Art. 60 (Art. 60a)."""

from collections.abc import Iterator

from sandbox.domain.application import PartyRole
from sandbox.domain.case import Case
from sandbox.domain.guards.real_world import condition
from sandbox.domain.real_world import RealWorldTest


@condition("R60a-6")
def sector_law_is_settled(case: Case, test: RealWorldTest) -> Iterator[str]:
    """That each permit is named, also one that is not needed, is ours (X)."""
    del case
    if not test.is_under_60a:
        return
    if not test.evidence.permits:
        yield "it is not said which permits sector law asks for (Art. 60a(6))"
    for permit in test.evidence.permits:
        if not permit.is_settled:
            yield f"{permit.law}: neither granted by {permit.authority} nor set aside for the test"


@condition("R60a-4")
def owners_of_infrastructure_agreed(case: Case, test: RealWorldTest) -> Iterator[str]:
    if not test.is_under_60a:
        return
    agreed = {access.owner for access in test.evidence.infrastructure if access.agreement.strip()}
    parties = (p.name for p in case.application.parties if p.role is PartyRole.INFRASTRUCTURE_OWNER)
    for owner in dict.fromkeys((*parties, *(a.owner for a in test.evidence.infrastructure))):
        if owner not in agreed:
            yield f"{owner} has not agreed to the use of its infrastructure (Art. 60a(4))"
