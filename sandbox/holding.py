"""While evidence of an incident is held nobody alters what runs (Art. 73(6), rulebook 5.1).

The held blueprint of the next generation takes the participant's rights to change anything; pods go
on running. Several stages place and lift a hold.
"""

from sqlalchemy.orm import Session

from sandbox.domain.case import Case
from sandbox.domain.environment import Wanted
from sandbox.store import environments


def follow(session: Session, case: Case) -> bool:
    """Bring the rights of the participant in line with the hold; whether something is to be built.

    A frozen environment has no rights to take, and no test resumes while a hold stands.
    """
    environment = environments.find(session, case.id)
    if environment is None or environment.wanted is not Wanted.RUNNING:
        return False
    now = environments.blueprint(session, case.id, environment.wanted_generation)
    if now.held is case.holds_evidence:
        return False
    environments.want_next(session, case, Wanted.RUNNING)
    return True
