"""What no plan may ask for, whoever signs it: the limits of a shared cluster with hostile tenants."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from ipaddress import ip_network

from sandbox.domain.plan import SandboxPlan
from sandbox.errors import GuardrailBroken, Reason

EGRESS_PREFIX_MIN = 24  # up to 256 addresses for each entry
EGRESS_ENTRIES_MAX = 20
GPUS_MAX = 64
PODS_MAX = 200
DURATION_MAX = timedelta(
    weeks=520
)  # a slip is noticed; the Act gives no maximum (draft act Art. 4(3))
METADATA = ip_network("169.254.169.254/32")  # the clouds' credential service


def no_open_egress(plan: SandboxPlan) -> Iterator[str]:
    for cidr in plan.egress:
        try:
            network = ip_network(cidr)
        except ValueError:
            yield f"{cidr} is not a network"
            continue
        if network.version == 4 and network.prefixlen < EGRESS_PREFIX_MIN:  # noqa: PLR2004 - IPv4
            yield f"{cidr} lets traffic out to more than 256 addresses"
        if network.version != 4:  # noqa: PLR2004 - IPv4
            yield f"{cidr} is no IPv4 network; only those are enforced"
        elif network.overlaps(METADATA):
            yield f"{cidr} reaches the metadata service of the cloud"
    if len(plan.egress) > EGRESS_ENTRIES_MAX:
        yield f"{len(plan.egress)} egress entries; {EGRESS_ENTRIES_MAX} are the most"


def a_bounded_size(plan: SandboxPlan) -> Iterator[str]:
    wanted = plan.resources
    for name, value, most in (
        ("GPUs", wanted.gpus, GPUS_MAX),
        ("pods", wanted.pods, PODS_MAX),
    ):
        if value > most:
            yield f"{value} {name} were asked for; {most} are the most for one case"
    if wanted.gpus < 0 or min(wanted.cpus, wanted.memory_gib, wanted.pods, wanted.storage_gib) < 1:
        yield "a resource is below its minimum"


def a_bounded_time(plan: SandboxPlan) -> Iterator[str]:
    if plan.last_day - plan.first_day > DURATION_MAX:
        yield f"the plan runs from {plan.first_day} to {plan.last_day}, more than ten years"


def bars_before_runs(plan: SandboxPlan) -> Iterator[str]:
    if not plan.thresholds:
        yield "the plan agrees on no threshold, so nothing could be judged"


RULES: tuple[Callable[[SandboxPlan], Iterator[str]], ...] = (
    no_open_egress,
    a_bounded_size,
    a_bounded_time,
    bars_before_runs,
)


def violations(plan: SandboxPlan) -> tuple[Reason, ...]:
    """Every reason why a plan may not be built; empty means lawful to build."""
    return tuple(Reason(f"X-{rule.__name__}", text) for rule in RULES for text in rule(plan))


def refuse_unless_safe(plan: SandboxPlan) -> None:
    """GuardrailBroken with all reasons, or nothing."""
    reasons = violations(plan)
    if reasons:
        raise GuardrailBroken(reasons)
