"""The figures of the whole service, for Prometheus: counts, never content."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from sandbox.domain.authority import Authority
from sandbox.domain.environment import Phase
from sandbox.store import attestations, calendar, cases, clocks, documents, environments, ledger


def read(session: Session, now: datetime, authority: Authority) -> dict[str, Any]:
    """The fields of `monitoring.exporter.Snapshot`."""
    today = authority.day(now)
    seen = calendar.last_seen(session)
    granted: dict[str, int] = {}
    for reservation in calendar.held(session, on_or_after=today):
        if reservation.holds(today):
            product = reservation.gpu_product
            granted[product] = granted.get(product, 0) + reservation.gpus
    steps = ledger.milliseconds_of(session, f"environment_{Phase.READY.value}")
    return {
        "cases": cases.count_by_stage(session),
        "environments": environments.count_by_phase(session),
        "deviating": attestations.count_deviating(session),
        "inventory": seen[0] if seen else None,
        "gpus_granted": granted,
        "demand": calendar.demand(session, today),
        "deadlines": clocks.count(session, now, today),
        "queue_length": environments.count_unfinished(session) + len(documents.unsealed(session)),
        "provisioning_seconds": tuple(milliseconds / 1000 for milliseconds in steps),
    }
