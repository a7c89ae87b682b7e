"""The blueprint: everything that must exist for a case, complete and immutable, generation n.

Whoever carries it out has nothing left to choose. Quantities are written the way the API server
writes them back, so that a second preview is empty.
"""

from dataclasses import dataclass

from sandbox.domain import naming
from sandbox.domain.naming import CaseId
from sandbox.domain.plan import SandboxPlan

GPU_KEY = "nvidia.com/gpu"


@dataclass(frozen=True, slots=True)
class Blueprint:
    """What stands in the cluster for a case.

    A frozen one has room for no pod, no way out (whatever `egress` lists) and no rights for the
    participant; volumes, quota and metrics stay (rulebook 11: suspension is not deletion). In a held
    one pods go on running, and the participant may only read: nothing may be altered that could
    spoil finding the cause of an incident (Art. 73(6)).
    """

    case_id: CaseId
    generation: int
    plan_sha256: str
    frozen: bool
    gpus: int
    gpu_product: str
    cpus: int
    memory_gib: int
    storage_gib: int
    pods: int
    egress: tuple[str, ...] = ()
    held: bool = False

    @property
    def namespace(self) -> str:
        return naming.namespace(self.case_id)

    @property
    def labels(self) -> dict[str, str]:
        """The owner's mark on every object: the janitor works from these and not from memory."""
        return {
            naming.OWNER_LABEL: naming.OWNER,
            naming.CASE_LABEL: self.case_id,
            naming.GENERATION_LABEL: str(self.generation),
        }


def draw(
    plan: SandboxPlan,
    *,
    case_id: CaseId,
    generation: int,
    plan_sha256: str,
    frozen: bool = False,
    held: bool = False,
) -> Blueprint:
    """The blueprint that a plan asks for."""
    wanted = plan.resources
    return Blueprint(
        case_id=case_id,
        generation=generation,
        plan_sha256=plan_sha256,
        frozen=frozen,
        gpus=wanted.gpus,
        gpu_product=wanted.gpu_product,
        cpus=wanted.cpus,
        memory_gib=wanted.memory_gib,
        storage_gib=wanted.storage_gib,
        pods=wanted.pods,
        egress=plan.egress,
        held=held,
    )
