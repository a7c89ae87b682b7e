"""Builds and removes environments with Pulumi's Automation API.

Each operation has its own home and work folder and its own provider on its own port. Above this
line nobody knows that Pulumi exists.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from subprocess import TimeoutExpired
from tempfile import TemporaryDirectory
from typing import Literal

from pulumi import automation as auto

from infra.objects import objects
from infra.program import declare
from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint
from sandbox.domain.environment import Operation
from sandbox.domain.naming import CaseId
from sandbox.errors import ClusterUnavailable, EngineBusy, EngineFailed
from sandbox.ports import OnProgress
from sandbox.provisioner import stack as stacks
from sandbox.provisioner.account import Account
from sandbox.provisioner.discovery import Objects, Ref
from sandbox.provisioner.plugin import Provider, served
from sandbox.provisioner.readiness import Late, await_gone
from sandbox.provisioner.stack import Stack
from sandbox.provisioner.transport import ApiRefused

_RBAC = "rbac.authorization.k8s.io/v1"
ENDING_SECONDS = 5
UNREACHED = "Resource monitor has terminated"  # the SDK says so of every call that did not arrive
OPENING = ((_RBAC, "RoleBinding"), (_RBAC, "Role"), ("networking.k8s.io/v1", "NetworkPolicy"))


@dataclass(frozen=True, slots=True)
class _Run:
    """One operation on one stack, and what it tells."""

    stack: Stack
    provider: Provider | None  # ours, when it is the one that works
    objects: Objects
    account: Account


class _Program:
    """What Pulumi runs, on an event loop in a thread of its own.

    After a failed run the SDK waits there for resources that nobody will ever register, and the
    process could not exit; so whoever began the run ends it.
    """

    def __init__(self, blueprint: Blueprint | None) -> None:
        self._blueprint = blueprint
        self._loops: list[asyncio.AbstractEventLoop] = []

    def __call__(self) -> None:
        self._loops.append(asyncio.get_running_loop())
        if self._blueprint:
            declare(self._blueprint)

    def end(self) -> None:
        for loop in self._loops:
            with suppress(RuntimeError):  # it ended by itself
                loop.call_soon_threadsafe(self._cancel, loop)
            until = time.monotonic() + ENDING_SECONDS
            while loop.is_running() and time.monotonic() < until:
                time.sleep(0.01)
            with suppress(RuntimeError):  # it runs on, and nothing more can be done
                loop.close()

    @staticmethod
    def _cancel(loop: asyncio.AbstractEventLoop) -> None:
        for task in asyncio.all_tasks(loop):
            task.cancel()


class PulumiEngine:
    """The engine over one cluster, one state backend and the `pulumi` program."""

    def __init__(
        self,
        kubeconfig: str,
        *,
        backend_url: str,
        passphrase: str,
        work: Path,
        pulumi: str = "pulumi",
        provider: Literal["auto", "official", "own"] = "auto",
    ) -> None:
        """An empty `kubeconfig` means the service account of the pod; `backend_url` is `file://…`
        or `postgres://…`; `work` holds what a run needs while it lasts.
        """
        self._kubeconfig = kubeconfig
        self._backend_url = backend_url
        self._passphrase = passphrase
        self._work = work
        self._pulumi = pulumi
        self._plugins = None if provider == "own" else stacks.official_plugins()
        if provider == "official" and self._plugins is None:
            raise ValueError(f"{stacks.PLUGIN} is neither on PATH nor among Pulumi's plugins")

    def preview(self, blueprint: Blueprint, *, stack_exists: bool) -> tuple[Operation, ...]:
        # Without a stack there is nothing to compare with: a state that is thrown away serves.
        account = Account()
        temporary = not stack_exists
        with self._run(blueprint.case_id, account, blueprint, throw_away=temporary) as run:
            self._with_a_stack(run, run.stack.preview, stack_exists=stack_exists)
            return run.account.operations

    def apply(
        self, blueprint: Blueprint, *, stack_exists: bool, on_progress: OnProgress
    ) -> tuple[Operation, ...]:
        with self._run(blueprint.case_id, Account(on_progress), blueprint) as run:
            self._with_a_stack(run, run.stack.up, stack_exists=stack_exists)
            return run.account.operations + _remove_undeclared(run, blueprint)

    def destroy(self, blueprint: Blueprint, *, on_progress: OnProgress) -> None:
        self.remove(blueprint.case_id, on_progress)

    def remove(self, case_id: CaseId, on_progress: OnProgress | None = None) -> None:
        """Destroy what was built for a case, whatever its blueprint was."""
        with self._run(case_id, Account(on_progress)) as run:
            try:
                _unlocked(run, lambda: run.stack.destroy(color="never", on_event=run.account.hear))
                run.stack.workspace.remove_stack(run.stack.name)
            except auto.StackNotFoundError:
                pass  # never built, or gone already
            _remove_unrecorded(run, case_id)

    def drift(self, blueprint: Blueprint) -> tuple[Operation, ...]:
        with self._run(blueprint.case_id, Account()) as run:
            try:
                _unlocked(
                    run,
                    lambda: run.stack.preview_refresh(color="never", on_event=run.account.hear),
                )
            except auto.StackNotFoundError:
                return ()
            return run.account.operations

    def stacks(self) -> frozenset[str]:
        """The stacks of the state backend, of whatever case."""
        with self._run(CaseId("list"), Account()) as run:
            listed = run.stack.workspace.list_stacks(include_all=False)
        return frozenset(found.name.rpartition("/")[2] for found in listed)

    def _with_a_stack(
        self, run: _Run, operation: Callable[..., object], *, stack_exists: bool
    ) -> None:
        """Carry out an operation; what was said of the stack is believed until Pulumi denies it."""

        def carried_out() -> object:
            return operation(color="never", on_event=run.account.hear)

        if stack_exists:
            try:
                _unlocked(run, carried_out)
            except auto.StackNotFoundError:
                pass
            else:
                return
        with suppress(auto.StackAlreadyExistsError):  # a run ended before it could record that
            run.stack.workspace.create_stack(run.stack.name)
        _unlocked(run, carried_out)

    @contextmanager
    def _run(
        self,
        case_id: CaseId,
        account: Account,
        blueprint: Blueprint | None = None,
        *,
        throw_away: bool = False,
    ) -> Iterator[_Run]:
        """The setting of one operation; everything that can go wrong becomes one of our errors.

        Without a blueprint the operation is about what the state holds.
        """
        name = naming.stack(case_id)
        self._work.mkdir(parents=True, exist_ok=True)
        provider: Provider | None = None
        with ExitStack() as held:
            folder = Path(held.enter_context(TemporaryDirectory(dir=self._work, prefix=name)))
            cluster = Objects(self._kubeconfig)
            held.callback(cluster.close)
            environment = {"PULUMI_CONFIG_PASSPHRASE": self._passphrase}
            if self._kubeconfig:
                environment["KUBECONFIG"] = self._kubeconfig
            if self._plugins is None:
                provider, port = held.enter_context(served(cluster))
                environment["PULUMI_DEBUG_PROVIDERS"] = f"kubernetes:{port}"
            program = _Program(blueprint)
            held.callback(program.end)
            opened = stacks.opened(
                name,
                program,
                folder=folder,
                pulumi=self._pulumi,
                backend_url=f"file://{folder}/state" if throw_away else self._backend_url,
                environment=environment,
                plugins=self._plugins,
            )
            try:
                yield _Run(opened, provider, cluster, account)
            except auto.ConcurrentUpdateError as error:
                raise EngineBusy(f"another operation holds the stack {name}") from error
            except (auto.CommandError, TimeoutExpired, ApiRefused, Late) as error:
                if provider and provider.outage:
                    raise ClusterUnavailable(str(provider.outage)) from error
                said = account.diagnostics(otherwise=str(error))
                raise EngineFailed(name, account.failed_resource, said) from error


def _unlocked(run: _Run, operation: Callable[[], object]) -> None:
    """Carry out an operation; a lock is answered once, and so is a program that did not reach the engine
    before anything was done (seen once, on a machine that was busy).

    The caller holds the lease of the case, so whoever made the lock is dead (pulumi 9253, 17876).
    """
    try:
        operation()
    except auto.ConcurrentUpdateError:
        run.stack.cancel()
        _forget_pending(run.stack)
        operation()
    except auto.CommandError as error:
        if UNREACHED not in str(error) or run.account.operations:
            raise
        operation()


def _forget_pending(stack: Stack) -> None:
    """Drop what the dead run was at: an apply takes over what it finds, and removes the rest."""
    state = stack.export_stack()
    deployment = dict(state.deployment or {})
    if deployment.pop("pending_operations", None):
        stack.import_stack(auto.Deployment(version=state.version, deployment=deployment))


def _remove_undeclared(run: _Run, blueprint: Blueprint) -> tuple[Operation, ...]:
    """What bears the mark of the case and opens something, but is in no blueprint and no state.

    A run that is killed may have made an object without recording it; when the next blueprint has
    no such object, Pulumi would leave it standing.
    """
    declared = {Ref.of(body) for body in objects(blueprint).values()}
    mark = f"{naming.CASE_LABEL}={blueprint.case_id}"
    removed = []
    for api_version, kind in OPENING:
        found, _ = run.objects.listed(api_version, kind, blueprint.namespace, labelSelector=mark)
        for ref in sorted({Ref.of(body) for body in found} - declared, key=str):
            run.objects.delete(ref)
            removed.append(Operation("delete", f"{kind}/{ref.name}", "made by an interrupted run"))
    return tuple(removed)


def _remove_unrecorded(run: _Run, case_id: CaseId) -> None:
    """The namespace, when a run was killed between making it and recording that."""
    live = run.objects.get(Ref("v1", "Namespace", naming.namespace(case_id)))
    if live and live["metadata"].get("labels", {}).get(naming.CASE_LABEL) == case_id:
        run.objects.delete(Ref.of(live))
        await_gone(run.objects, live, seconds=None)
