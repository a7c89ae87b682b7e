"""What the authorities that get the report of an incident did about it, each for itself (Art. 73(8))."""

from dataclasses import replace
from datetime import datetime

from sandbox.domain.incident import Act, Incident


def measured(incident: Incident, act: Act) -> Incident:
    """The incident with the measures of one recipient."""
    acts = (*incident.measures_taken, act)
    last = act.at if not _missing(incident, acts) else None
    return replace(incident, measures_taken=acts, measures_at=incident.measures_at or last)


def closed(incident: Incident, act: Act) -> Incident:
    """The incident closed by one recipient; it is over when the last one closed it."""
    acts = (*incident.closures, act)
    return _over(replace(incident, closures=acts), act.at)


def gone_on(incident: Incident, silent: tuple[str, ...], at: datetime) -> Incident:
    """The incident without what the authorities of some countries never closed: it is over when none else
    must.
    """
    return _over(replace(incident, silent=(*incident.silent, *silent)), at)


def not_closed_by(incident: Incident) -> tuple[str, ...]:
    """The countries whose authorities owe its closure, also when it is over without it."""
    is_closed = incident.closed_at is not None and not incident.silent
    return () if is_closed else _missing(incident, incident.closures)


def _over(incident: Incident, at: datetime) -> Incident:
    left = set(_missing(incident, incident.closures)) - set(incident.silent)
    return replace(incident, closed_at=incident.closed_at or (None if left else at))


def _missing(incident: Incident, acts: tuple[Act, ...]) -> tuple[str, ...]:
    done = {act.office.country for act in acts}
    return tuple(dict.fromkeys(r.country for r in incident.reported_to if r.country not in done))
