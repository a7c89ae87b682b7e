"""Which process holds a lease, and whether it still lives."""

import os
import socket
from pathlib import Path


def me() -> str:
    """The name of this process, so that others can tell whether it still lives: host, pid, start."""
    return f"{socket.gethostname()} {os.getpid()} {_started(os.getpid())}"


def alive(owner: str) -> bool:
    """Whether the process of a lease lives; on another host nobody can tell, so it does."""
    host, pid, started = owner.rsplit(" ", 2)
    return host != socket.gethostname() or _started(int(pid)) == started


def _started(pid: int) -> str:
    """When a process began, in ticks since boot (proc(5), field 22); empty when it is gone."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return ""
    after_name = status.rpartition(")")[2].split()
    return "" if after_name[0] == "Z" else after_name[19]
