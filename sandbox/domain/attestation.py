"""Whether the walls of a standing environment still are what was declared (Art. 59(1)(d), R59-d).

An attestation changes nothing: what it finds is told, and the authority decides.
"""

from collections.abc import Iterable
from datetime import timedelta

from sandbox.domain.environment import Operation, Probe

EVERY = timedelta(hours=1)  # ours: the rulebook says "periodic"
AFTER_AN_OUTAGE = timedelta(minutes=1)
DECLARED = "what stands is what was declared"


def attested(rights: Iterable[Probe], differences: tuple[Operation, ...]) -> tuple[Probe, ...]:
    """The probes that start nothing, and one for what differs between blueprint and cluster."""
    seen = "; ".join(f"{one.operation} {one.resource}" for one in differences) or "no difference"
    declared = Probe(DECLARED, "every object", "no difference", seen, passed=not differences)
    return (*rights, declared)


def merged(isolation: tuple[Probe, ...], probes: tuple[Probe, ...]) -> tuple[Probe, ...]:
    """The isolation of a case after an attestation, which tries some of its probes again."""
    again = {probe.name: probe for probe in probes}
    kept = tuple(again.pop(probe.name, probe) for probe in isolation)
    return (*kept, *again.values())


def open_walls(isolation: Iterable[Probe]) -> tuple[str, ...]:
    """What a check saw that must not be, in the order of its probes."""
    return tuple(f"{p.name}: {p.seen}" for p in isolation if p.proven and not p.passed)
