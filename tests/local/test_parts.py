"""Processes are known by id and start time; files are written whole; images are the same bytes."""

import io
import json
import os
import signal
import sys
import tarfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest

from infra.local.host import _comment, _with_comment
from infra.local.images import image
from infra.local.parts import PartFailed, Place, started_at
from infra.local.services import prometheus_config
from infra.tools.__main__ import TOOLS, main

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def test_a_part_is_started_once_found_again_and_ended(place: Place) -> None:
    assert place.start("sleeper", SLEEP)
    assert not place.start("sleeper", SLEEP)
    pid = Place(place.data).running("sleeper")

    assert pid is not None
    assert place.stop("sleeper")
    assert place.running("sleeper") is None
    os.waitpid(pid, 0)


def test_what_a_killed_part_had_started_goes_before_it_starts_again(place: Place) -> None:
    parent = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(60)"
    place.start("parent", [sys.executable, "-c", parent, "sleep", "61"])
    pid = place.running("parent")
    assert pid is not None
    while len(group(pid)) < 2:
        time.sleep(0.01)
    (child,) = group(pid) - {pid}
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)

    place.start("parent", SLEEP)

    assert group(pid) == set()
    assert started_at(child) == ""
    place.stop("parent")


def group(leader: int) -> set[int]:
    """The living processes of a group."""
    found = set()
    for process in Path("/proc").iterdir():
        if process.name.isdecimal() and started_at(int(process.name)):
            with suppress(OSError):
                if os.getpgid(int(process.name)) == leader:
                    found.add(int(process.name))
    return found


def test_a_process_id_that_was_used_again_is_not_ours(place: Place) -> None:
    record = {"pid": os.getpid(), "started": "1", "command": []}
    place.write(place.data / "run" / "x.json", json.dumps(record))

    assert place.running("x") is None


def test_a_part_that_ends_is_named_with_its_last_words(place: Place) -> None:
    place.start("talker", [sys.executable, "-c", "print('out of cheese'); raise SystemExit(3)"])

    with pytest.raises(
        PartFailed, match=r"talker ended; its log is .*talker\.log:\s+out of cheese"
    ):
        place.wait("talker", lambda: False, 10)


def test_a_port_is_remembered(place: Place) -> None:
    port = place.port("api", "api")

    assert Place(place.data).port("api", "api") == port


def test_parts_that_start_side_by_side_each_get_their_port(place: Place) -> None:
    names = [f"part-{n}" for n in range(40)]
    with ThreadPoolExecutor(8) as pool:
        ports = list(pool.map(lambda name: place.port(name, name), names))

    assert Place(place.data).ports == dict(zip(names, ports, strict=True))


def test_a_port_that_somebody_took_is_chosen_anew(place: Place) -> None:
    import socket

    port = place.port("api", "api")
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()

        assert place.port("api", "api") != port


def test_a_missing_program_says_what_to_run(place: Place) -> None:
    with pytest.raises(PartFailed, match="make tools"):
        place.program("no-such-program")


def test_an_image_holds_its_program_and_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    program = tmp_path / "probe"
    program.write_bytes(b"#!")

    first, again = (image("localhost/x:1", program, "bin/probe", ["sleep"]) for _ in range(2))

    assert first == again
    with tarfile.open(fileobj=io.BytesIO(first)) as archive:
        manifest = json.load(archive.extractfile("manifest.json") or io.BytesIO())
        (layer,) = manifest[0]["Layers"]
        body = archive.extractfile(layer)
        assert body is not None
        with tarfile.open(fileobj=io.BytesIO(body.read())) as files:
            assert files.getnames() == ["bin", "bin/probe"]
    assert manifest[0]["RepoTags"] == ["localhost/x:1"]


def test_the_comment_of_a_rule_stays_one_word() -> None:
    rule = '-A INPUT -m comment --comment "cilium-feeder: CILIUM_INPUT" -j CILIUM_INPUT'
    words = rule.replace('"', "").split()[1:]

    assert _with_comment(words, _comment(rule)) == [
        "INPUT",
        "-m",
        "comment",
        "--comment",
        "cilium-feeder: CILIUM_INPUT",
        "-j",
        "CILIUM_INPUT",
    ]


def test_a_pod_cannot_forge_its_namespace_label() -> None:
    pods = prometheus_config("kubeconfig", Path("targets"))["scrape_configs"][0]

    assert pods["honor_labels"] is False
    assert pods["relabel_configs"][0]["regex"] == "case-.+"


def test_every_tool_has_a_pinned_module_and_an_unknown_one_is_named(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert len({tool.stamp() for tool in TOOLS}) == len(TOOLS)
    assert main(["no-such-tool"]) == 2
    assert "no-such-tool" in capsys.readouterr().out


def test_this_process_lives_and_a_dead_one_does_not() -> None:
    assert started_at(os.getpid())
    assert started_at(2**22 + 1) == ""
