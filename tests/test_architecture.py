"""Who may speak to which library, and which words may stand where: the house rules as programs."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
SOURCES = sorted((ROOT / "sandbox").rglob("*.py"))
LINES_MAX = 350
SPEAKERS = {
    "pulumi": ("infra", "sandbox.provisioner"),
    "pulumi_kubernetes": ("infra", "sandbox.provisioner"),
    "kubernetes": ("sandbox.provisioner",),
    "boto3": ("sandbox.monitoring.evidence",),
    "celery": ("sandbox.nudges", "sandbox.worker", "sandbox.wiring"),
    "sqlalchemy": (
        "sandbox.store",
        "sandbox.stages",
        "sandbox.closing",
        "sandbox.holding",
        "sandbox.refusing",
        "sandbox.stopping",
        "sandbox.issuing",
        "sandbox.wiring",
        "sandbox.api.app",
        "sandbox.monitoring.exporter",
    ),
    "fastapi": ("sandbox.api",),
    "httpx": ("infra.demo", "sandbox.monitoring", "sandbox.notifying"),
    "smtplib": ("sandbox.notifying",),
}


@pytest.fixture(scope="module")
def graph() -> grimp.ImportGraph:
    return grimp.build_graph("sandbox", "infra", include_external_packages=True)


def test_the_core_imports_only_the_standard_library(graph: grimp.ImportGraph) -> None:
    for module in graph.find_descendants("sandbox.domain"):
        for imported in graph.find_modules_directly_imported_by(module):
            ours = imported.startswith(("sandbox.domain", "sandbox.rulebook", "sandbox.errors"))
            standard = imported.split(".")[0] in sys.stdlib_module_names
            assert ours or standard, f"{module} -> {imported}"


@pytest.mark.parametrize("library", sorted(SPEAKERS))
def test_only_the_named_modules_speak_to_a_library(graph: grimp.ImportGraph, library: str) -> None:
    if library not in graph.modules:
        pytest.fail(f"nobody imports {library}: the table is out of date")
    for module in graph.find_modules_that_directly_import(library):
        assert module.startswith(SPEAKERS[library]), f"{module} -> {library}"


def calls(tree: ast.AST, name: str) -> Iterator[ast.Attribute]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr == name:
            yield node


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_clock_is_read_in_one_place(path: Path) -> None:
    """A deadline that depends on the machine cannot be computed again from the ledger."""
    if path.name == "wiring.py":
        return
    tree = ast.parse(path.read_text())
    readers = [node for word in ("now", "utcnow", "today") for node in calls(tree, word)]
    owners = [node.value.id for node in readers if isinstance(node.value, ast.Name)]
    assert not {"datetime", "date"} & set(owners)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_transactions_end_with_their_block(path: Path) -> None:
    """`sessions.begin()` commits at the end; a commit in the middle would split a change."""
    assert not list(calls(ast.parse(path.read_text()), "commit"))


@pytest.mark.parametrize(
    "path",
    [p for p in (*SOURCES, *(ROOT / "infra").rglob("*.py")) if "migrations" not in p.parts],
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_a_file_has_one_subject_and_fits_in_three_hundred_lines(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= LINES_MAX
