"""Processes that outlive the command which started them: started, found again, ended.

A process is known by its id and its start time, so that an id that was used again for something
else is never taken for ours.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

LOOK_SECONDS = 0.05
LOG_LINES_SHOWN = 12


class PartFailed(Exception):
    """A part did not come up; says where its log is and what its last words were."""


@dataclass(slots=True)
class Place:
    """The folder in which everything is written, and what it remembers."""

    data: Path
    ports: dict[str, int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)  # parts start side by side

    def __post_init__(self) -> None:
        for name in ("run", "logs", "bin"):
            (self.data / name).mkdir(parents=True, exist_ok=True)
        if self._ports_file.exists():
            self.ports = json.loads(self._ports_file.read_text())

    @property
    def _ports_file(self) -> Path:
        return self.data / "run" / "ports.json"

    def port(self, name: str, part: str) -> int:
        """A free port, the same at every start unless somebody else took it meanwhile."""
        with self.lock:
            known = self.ports.get(name)
            if known is None or (not self.running(part) and not _free(known)):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", 0))
                    self.ports[name] = probe.getsockname()[1]
                self.write(self._ports_file, json.dumps(self.ports, indent=1))
            return self.ports[name]

    def write(self, path: Path, text: str, mode: int = 0o644) -> Path:
        """Write a file whole or not at all."""
        path.parent.mkdir(parents=True, exist_ok=True)
        new = path.with_name(path.name + ".new")
        new.write_text(text)
        new.chmod(mode)
        new.replace(path)
        return path

    def program(self, name: str) -> str:
        """A program that `make tools` built, or the one on PATH."""
        built = self.data / "bin" / name
        if built.exists():
            return str(built)
        found = shutil.which(name)
        if found is None:
            raise PartFailed(f"{name} is not there: run `make tools`")
        return found

    def log(self, part: str) -> Path:
        return self.data / "logs" / f"{part}.log"

    def running(self, part: str) -> int | None:
        """The process id of a part that lives, or None."""
        record = self.data / "run" / f"{part}.json"
        if not record.exists():
            return None
        with suppress(ValueError, KeyError):
            known = json.loads(record.read_text())
            if known["started"] and started_at(known["pid"]) == known["started"]:
                return int(known["pid"])
        return None

    def start(
        self,
        part: str,
        command: list[str],
        *,
        user: int | None = None,
        environment: dict[str, str] | None = None,
        folder: Path | None = None,
    ) -> bool:
        """Start a part that does not run; tells whether it was started."""
        if self.running(part):
            return False
        self._end_group(part)
        with self.log(part).open("ab") as log:
            process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                cwd=folder or self.data,
                env={**os.environ, **(environment or {})},
                user=user,
            )
        record = {"pid": process.pid, "started": started_at(process.pid), "command": command}
        self.write(self.data / "run" / f"{part}.json", json.dumps(record))
        process.returncode = 0  # it outlives this command on purpose; Popen would warn of that
        return True

    def stop(self, part: str, seconds: float = 10.0, sign: int = signal.SIGTERM) -> bool:
        """End a part and its children, by force after some seconds; tells whether it ran."""
        pid = self.running(part)
        if pid:
            end(pid, seconds, sign)
        self._end_group(part)
        (self.data / "run" / f"{part}.json").unlink(missing_ok=True)
        return pid is not None

    def _end_group(self, part: str) -> None:
        """Kill what a part started and left behind: the processes of the group it led.

        While a group has a member its number is not given to another leader.
        """
        record = self.data / "run" / f"{part}.json"
        if not record.exists():
            return
        with suppress(ValueError, KeyError):
            leader = int(json.loads(record.read_text())["pid"])
            if not started_at(leader):
                with suppress(ProcessLookupError, PermissionError):
                    os.killpg(leader, signal.SIGKILL)

    def wait(self, part: str, ready: Callable[[], bool], seconds: float = 60.0) -> None:
        """Wait until a part answers; PartFailed with its last words when it ends or takes too long."""
        until = time.monotonic() + seconds
        while not ready():
            if not self.running(part) or time.monotonic() > until:
                why = "took too long" if self.running(part) else "ended"
                path = self.log(part)
                words = path.read_text(errors="replace").splitlines() if path.exists() else []
                last = "\n    ".join(words[-LOG_LINES_SHOWN:])
                raise PartFailed(f"{part} {why}; its log is {path}:\n    {last}")
            time.sleep(LOOK_SECONDS)


def started_at(pid: int) -> str:
    """When a process began, in ticks since boot (proc(5)); empty when it is gone or a zombie."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    fields = status.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[19]


def end(pid: int, seconds: float, sign: int = signal.SIGTERM) -> None:
    """Ask a process to end, then make it."""
    born = started_at(pid)
    with suppress(ProcessLookupError):
        os.kill(pid, sign)
    until = time.monotonic() + seconds
    while born and started_at(pid) == born:
        if time.monotonic() > until:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
            until += seconds
        time.sleep(LOOK_SECONDS)


def answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True
