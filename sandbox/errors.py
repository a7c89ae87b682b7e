"""Everything that can go wrong and that we expect to go wrong, drawn once.

SandboxError
├─ Refused                 the request is understood and the answer is no
│  ├─ NotAllowedError      no such edge for this stage and role
│  ├─ NotFound             or not yours: the same answer
│  ├─ RuleBroken           one or more guards, each with its rule id
│  ├─ GuardrailBroken      the plan asks for what no plan may ask for
│  ├─ FieldRefused         a field has a value that cannot be right
│  └─ OutOfDate            the version the caller saw is old
├─ Unavailable             an outside system did not answer; trying again is right
│  ├─ EngineBusy           another operation holds the stack
│  ├─ ClusterUnavailable
│  ├─ MetricsUnavailable
│  ├─ EvidenceUnavailable
│  ├─ EvidenceLocked       the store does not let go of a sealed file yet
│  └─ NoticeUndelivered    a mail server or a webhook did not take a notice
├─ EngineFailed            Pulumi or the cluster refused; carries what and why
├─ NotRendered             a document that cannot be set; the fault is ours, other documents go on
├─ EvidenceTampered        a sealed file or the ledger is not what it was
└─ LeaseLost               another worker took over; drop the result

What is not here is a bug and stays one.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not: the rule (an id of the rulebook, or `X` for a house rule) and a sentence for people."""

    rule: str
    sentence: str


class SandboxError(Exception):
    """The root of the tree."""


class Refused(SandboxError):
    """The request is understood and the answer is no."""

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return (Reason("X", str(self)),)


class NotAllowedError(Refused):
    """The lifecycle has no such step from here for this role."""

    def __init__(self, stage: str, action: str, role: str, allowed: tuple[str, ...]) -> None:
        offer = (
            f"; possible now: {', '.join(allowed)}" if allowed else "; nothing is, at this stage"
        )
        super().__init__(f"{action} is not possible for {role} while the case is {stage}{offer}")


class NotFound(Refused):
    """There is no such thing, or it is not yours: the answer is the same on purpose (Art. 78)."""


class _WithReasons(Refused):
    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        super().__init__("; ".join(f"{reason.rule}: {reason.sentence}" for reason in reasons))
        self._reasons = reasons

    @property
    def reasons(self) -> tuple[Reason, ...]:
        return self._reasons


class RuleBroken(_WithReasons):
    """Guards said no; all of their reasons at once."""


class GuardrailBroken(_WithReasons):
    """The plan asks for what no plan may ask for; all reasons at once."""


class FieldRefused(Refused):
    """One field has a value that cannot be right."""

    def __init__(self, field: str, sentence: str) -> None:
        super().__init__(sentence)
        self.field = field


class OutOfDate(Refused):
    """The caller decided on a version that is no longer the current one."""


class Unavailable(SandboxError):
    """An outside system did not answer; trying again is right."""


class EngineBusy(Unavailable):
    """Another operation holds the stack."""


class ClusterUnavailable(Unavailable):
    """The Kubernetes API did not answer."""


class MetricsUnavailable(Unavailable):
    """Prometheus did not answer."""


class EvidenceUnavailable(Unavailable):
    """The S3 store did not answer."""


class EvidenceLocked(Unavailable):
    """The evidence store does not let go of a sealed file yet."""


class NoticeUndelivered(Unavailable):
    """A mail server or a webhook did not take a notice."""


class EngineFailed(SandboxError):
    """An engine operation was refused; says at which resource and with which words."""

    def __init__(self, stack: str, resource: str, diagnostics: str) -> None:
        super().__init__(
            f"{stack}: {resource}: {diagnostics}" if resource else f"{stack}: {diagnostics}"
        )
        self.stack = stack
        self.resource = resource
        self.diagnostics = diagnostics


class NotRendered(SandboxError):
    """A document cannot be set; says with which words typst refused."""


class EvidenceTampered(SandboxError):
    """A sealed file or the ledger is not what it was when it was sealed."""


class LeaseLost(SandboxError):
    """Another worker took over; the result must be dropped."""
