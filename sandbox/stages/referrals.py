"""The authority directs a participant to facilities that help (Art. 58(3))."""

from collections.abc import Mapping

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.referral import Facility, Referral
from sandbox.errors import FieldRefused
from sandbox.ports import Clock, Nudge
from sandbox.store import cases, outbox
from sandbox.store.database import Sessions
from sandbox.store.record import record


def refer(
    case_id: CaseId,
    facility_id: str,
    *,
    reasons: str,
    runs_there: bool,
    by: Person,
    version: int | None,
    sessions: Sessions,
    facilities: Mapping[str, Facility],
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Record a referral and tell the provider; the decision letter names those made before it."""
    facility = facilities.get(facility_id)
    if facility is None:
        known = ", ".join(facilities) or "none is configured"
        raise FieldRefused("facility", f"there is no facility {facility_id}: {known}")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        referral = Referral(
            len(case.referrals) + 1, facility, reasons, str(by), at, runs_there=runs_there
        )
        after = take(case, Action.REFER, by, referrals=(*case.referrals, referral))
        record(
            session,
            after,
            Action.REFER,
            by,
            at,
            referral=referral.number,
            facility=facility.id,
            kind=facility.kind.value,
            runs_there=runs_there,
        )
        addressee = f"provider:{case.provider}"
        outbox.post(session, case_id, "referral", addressee, at, referral=referral.number)
    nudge("notify", case_id)
    return after
