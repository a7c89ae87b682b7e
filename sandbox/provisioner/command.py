"""The `pulumi` program: started with a limit, and ended with its caller."""

import signal
import subprocess
from collections.abc import Callable, Mapping
from functools import cache

import semver
from pulumi import automation as auto
from pulumi.automation.errors import create_command_error

LIMIT_SECONDS = 900  # one start of the program; the worker's own limits are lower
CANCEL_SECONDS = 30  # to finish the objects at hand and save the state


@cache
def version_of(program: str) -> semver.VersionInfo:
    """Asked once in a process: each start of the program costs a fifth of a second."""
    words = subprocess.run(
        [program, "version"], check=True, capture_output=True, text=True, timeout=CANCEL_SECONDS
    )
    return semver.VersionInfo.parse(words.stdout.strip().removeprefix("v"))


class Command(auto.PulumiCommand):
    """Like the SDK's own, but whatever ends the caller's wait also ends the program.

    An exception in the caller, such as a soft time limit, interrupts the program once, so that it
    finishes what it is at and saves its state, and kills it when it does not.
    """

    def __init__(self, program: str) -> None:
        self.command = program
        self.version = version_of(program)

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], object] | None = None,
        on_error: Callable[[str], object] | None = None,
    ) -> auto.CommandResult:
        process = subprocess.Popen(
            [self.command, "--non-interactive", *args],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            env={**additional_env, "PULUMI_AUTOMATION_API": "true"},
            encoding="utf-8",
            errors="replace",
            start_new_session=True,  # a signal to our group is ours to hand on, once
        )
        try:
            out, err = process.communicate(timeout=LIMIT_SECONDS)
        except BaseException:
            _stop(process)
            raise
        if process.returncode < 0:
            err += f"\nit was ended by signal {-process.returncode}"
        for callback, text in ((on_output, out), (on_error, err)):
            if callback:
                for line in text.splitlines():
                    callback(line)
        result = auto.CommandResult(stdout=out, stderr=err, code=process.returncode)
        if process.returncode:
            raise create_command_error(result)
        return result


def _stop(process: "subprocess.Popen[str]") -> None:
    process.send_signal(signal.SIGINT)
    try:
        process.communicate(timeout=CANCEL_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
