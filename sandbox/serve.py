"""Starts API, workers and beat together, starts again what dies, and ends them together."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from sandbox import wiring

PARTS = {
    "api": ("api",),
    "provisioning": ("worker", "--queue", "provisioning", "--concurrency", "2"),
    "ordinary": ("worker", "--queue", "ordinary", "--concurrency", "2"),
    "beat": ("beat",),
}
LOOK_SECONDS = 0.5
RESTART_SECONDS = 2.0
END_SECONDS = 10.0


def serve() -> int:
    """Run until a signal comes; a part that dies is started again after a moment."""
    wiring.migrate()
    host, port = wiring.address()
    announce(wiring.targets_folder(), f"{host}:{port}")
    ending = False

    def end(signum: int, frame: FrameType | None) -> None:
        del signum, frame
        nonlocal ending
        ending = True

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, end)
    running = {name: start(name) for name in PARTS}
    print(f"API on http://{host}:{port}/docs, logs in {wiring.place('logs')}", flush=True)
    try:
        while not ending:
            time.sleep(LOOK_SECONDS)
            for name, process in running.items():
                if process.poll() is not None and not ending:
                    print(f"{name} ended with {process.returncode}; started again", flush=True)
                    time.sleep(RESTART_SECONDS)
                    running[name] = start(name)
    finally:
        for process in running.values():
            process.terminate()
        deadline = time.monotonic() + END_SECONDS
        for process in running.values():
            try:
                process.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
    return 0


def start(name: str) -> subprocess.Popen[bytes]:
    """One part as a process of its own, its words in a log."""
    path = wiring.place("logs", f"sandbox-{name}.log")
    with path.open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "sandbox", *PARTS[name]],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )


def announce(folder: Path | None, address: str) -> None:
    """Tell Prometheus where our own metrics are (its file_sd_configs)."""
    if folder is None:
        return
    folder.mkdir(parents=True, exist_ok=True)
    whole = folder / "sandbox.json.new"
    whole.write_text(json.dumps([{"targets": [address], "labels": {"job": "sandbox"}}]))
    whole.replace(folder / "sandbox.json")
