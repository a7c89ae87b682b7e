"""Operator commands: the same stages and the same engine, from a terminal."""

import argparse
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from sandbox.domain.case import Person, Unit
from sandbox.domain.lifecycle import Role

TOKEN_DAYS = 1
APPEAL_SETTINGS = "SANDBOX_REMEDY and SANDBOX_APPEAL, or SANDBOX_MEMBER_STATES"


def main(arguments: list[str] | None = None) -> int:
    """Parse and carry out one command; the exit code says whether it went well."""
    parser = argparse.ArgumentParser(prog="sandbox", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="command")

    def command(
        name: str, run: Callable[[argparse.Namespace], int], about: str
    ) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=about, description=about)
        added.set_defaults(run=run)
        return added

    command("serve", serve, "start API, workers and beat together")
    command("api", api, "start the API alone")
    worker = command("worker", run_worker, "start one worker")
    worker.add_argument("--queue", choices=("provisioning", "ordinary"), required=True)
    worker.add_argument("--concurrency", type=int, default=1)
    command("beat", beat, "start the clock that sweeps for unfinished work")
    command("migrate", migrate, "bring the database to the newest revision")
    token = command("token", make_token, "print a sign-in token")
    roles = [role.value for role in Role if role is not Role.SYSTEM]
    token.add_argument("--role", choices=roles, required=True)
    token.add_argument("--name", required=True, help="the person")
    token.add_argument(
        "--organisation",
        default="",
        help="whose cases a provider or deployer may see; for whom an observer was invited; which "
        "authority takes a seat that names one",
    )
    token.add_argument("--country", default="", help="the territory an authority acts for, as NL")
    token.add_argument("--unit", choices=[unit.value for unit in Unit], default=Unit.SUPPORT.value)
    token.add_argument("--days", type=float, default=TOKEN_DAYS)
    leavings = command("orphans", run_orphans, "list namespaces and stacks of no known case")
    leavings.add_argument("--remove", action="store_true", help="remove them, case by case")
    verify = command("verify", run_verify, "verify documents and their ledger, offline")
    verify.add_argument("files", nargs="+", type=Path, help="report.json or .pdf, and ledger.jsonl")
    documents = command("docs", write_docs, "write the generated documents")
    documents.add_argument("--check", action="store_true", help="only say which are stale")
    chosen = parser.parse_args(arguments)
    result: int = chosen.run(chosen)
    return result


def serve(chosen: argparse.Namespace) -> int:
    del chosen
    from sandbox.serve import serve as together

    return together()


def api(chosen: argparse.Namespace) -> int:
    del chosen
    import uvicorn

    from sandbox.api.app import create_app
    from sandbox.domain.appeal import remedy_of
    from sandbox.wiring import address, parts

    host, port = address()
    wired = parts()
    today = wired.authority.day(wired.clock())
    kind = wired.regime.sandbox.kind
    for what in remedy_of(wired.authority, wired.union, today, kind).lacks:
        print(f"nobody can be admitted or rejected: {what} is not set ({APPEAL_SETTINGS})")
    uvicorn.run(create_app(wired), host=host, port=port, log_level="warning", access_log=False)
    return 0


def run_worker(chosen: argparse.Namespace) -> int:
    """One queue a worker: an engine operation gets a process of its own (ADR 0007)."""
    from sandbox.wiring import import_parts
    from sandbox.worker.app import app

    arguments = [
        "worker",
        f"--queues={chosen.queue}",
        f"--concurrency={chosen.concurrency}",
        f"--hostname={chosen.queue}@%h",
        "--pool=prefork",
        "--loglevel=WARNING",
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    if chosen.queue == "provisioning":
        arguments.append("--max-tasks-per-child=1")
        # Each operation is a fork of this process; what it imports here, no child imports again.
        import_parts()
    app.worker_main(arguments)
    return 0


def beat(chosen: argparse.Namespace) -> int:
    del chosen
    from sandbox.wiring import place
    from sandbox.worker.app import app

    app.start(["beat", "--loglevel=WARNING", f"--schedule={place('beat-schedule')}", "--pidfile="])
    return 0


def migrate(chosen: argparse.Namespace) -> int:
    del chosen
    from sandbox.wiring import migrate as run

    run()
    return 0


def make_token(chosen: argparse.Namespace) -> int:
    from sandbox.api.identity import token
    from sandbox.wiring import token_key, utc_now

    role = Role(chosen.role)
    if role in {Role.PROVIDER, Role.DEPLOYER, Role.OBSERVER} and not chosen.organisation:
        print(f"a {role} needs --organisation: it sees the cases of that one", file=sys.stderr)
        return 2
    person = Person(chosen.name, role, chosen.organisation, chosen.country, Unit(chosen.unit))
    print(token(person, token_key(), at=utc_now(), lasting=timedelta(days=chosen.days)))
    return 0


def run_orphans(chosen: argparse.Namespace) -> int:
    """Exit code 1 when something is left over."""
    from sandbox.wiring import orphans

    found, removals = orphans(remove=chosen.remove)
    for orphan in found:
        print(f"{orphan.kind} of {orphan.case_id}, which is no known case")
    for removal in removals if chosen.remove else ():
        print(f"{removal.case_id}: {removal.failure or 'removed'}")
    if not found:
        print("nothing is left over")
    elif not chosen.remove:
        print("`sandbox orphans --remove` removes them")
    return int(any(removal.failure for removal in removals))


def run_verify(chosen: argparse.Namespace) -> int:
    """Exit code 0 when every check passed; nothing but the files is read."""
    from sandbox.wiring import verify_files

    checks = verify_files(chosen.files)
    for check in checks:
        print(f"{'ok  ' if check.passed else 'FAIL'} {check.name}: {check.sentence}")
    return 0 if checks and all(check.passed for check in checks) else 1


def write_docs(chosen: argparse.Namespace) -> int:
    from sandbox.handbook import write

    stale = write(check=chosen.check)
    for path in stale:
        print(f"{path} {'is stale: run `make docs`' if chosen.check else 'written'}")
    return 1 if chosen.check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
