"""What is generated is current, and what the README names exists."""

import re
from pathlib import Path

from sandbox.handbook import write

ROOT = Path(__file__).parents[1]


def test_generated_documents_are_current() -> None:
    assert write(check=True) == []


def test_every_command_in_the_readme_is_in_the_makefile() -> None:
    named = set(re.findall(r"`make ([a-z-]+)", (ROOT / "README.md").read_text()))
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    assert named
    assert named <= known


def test_every_file_that_a_document_links_to_exists() -> None:
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        for target in re.findall(r"\]\(([^)#:]+)\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} -> {target}"
