"""The Pulumi program as a graph, without Pulumi's engine: all of the SDK's semi-internal mocks."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from pulumi.runtime import mocks
from pulumi.runtime.stack import run_pulumi_func


@dataclass(frozen=True)
class Declared:
    """One resource as the program asked for it."""

    kind: str
    name: str
    after: frozenset[str]
    deleted_with: str
    protected: bool
    inputs: dict[str, Any]


class Recorder(mocks.Mocks):
    """Answers the program; one resource may be refused."""

    def __init__(self, refuse: str | None) -> None:
        self.refuse = refuse
        self.inputs: dict[str, dict[str, Any]] = {}

    def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str, dict[str, Any]]:
        if args.name == self.refuse:
            raise RuntimeError(f"refused: {args.name}")
        self.inputs[args.name] = args.inputs
        return f"{args.name}-id", args.inputs

    def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, Any], None]:
        return {}, None


class Monitor(mocks.MockMonitor):
    """The mock engine, asked to remember what the options of each resource said."""

    def __init__(self, recorder: Recorder) -> None:
        super().__init__(recorder)
        self.recorder = recorder
        self.seen: list[Declared] = []

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 - the name of the protocol
        with _loop_of_this_thread():
            response = super().RegisterResource(request)
        if request.custom:
            self.seen.append(
                Declared(
                    kind=request.type,
                    name=request.name,
                    after=frozenset(_name(urn) for urn in request.dependencies),
                    deleted_with=_name(request.deletedWith),
                    protected=request.protect,
                    inputs=self.recorder.inputs[request.name],
                )
            )
        return response


@contextmanager
def _loop_of_this_thread() -> Iterator[None]:
    """The mocks make a loop in each thread that has none and never close it; this one is closed."""
    if threading.current_thread() is threading.main_thread():
        yield
        return
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    try:
        yield
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def _name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def declared(program: Callable[[], None], *, refuse: str | None = None) -> list[Declared]:
    """Every resource the program asks for, in the order the engine would hear of them."""
    loop = asyncio.new_event_loop()
    loop.set_exception_handler(lambda *_: None)  # children of a refused resource
    asyncio.set_event_loop(loop)  # before set_mocks, which queues the root stack on it
    monitor = Monitor(Recorder(refuse))
    try:
        mocks.set_mocks(monitor.recorder, project="sandbox", stack="case-1", monitor=monitor)
        loop.run_until_complete(run_pulumi_func(program))
    finally:
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()
        asyncio.set_event_loop(None)
    return monitor.seen
