"""`make bench`: how long things take beside a floor, in ratios. Writes docs/performance.md.

Each subject has a section of the page; one that is not measured again keeps what it says.
"""

import argparse
import re
from collections.abc import Callable
from pathlib import Path

from tests.bench import building, looking

PAGE = Path(__file__).parents[2] / "docs" / "performance.md"
TITLE = (
    "# Performance\n\nWritten by `make bench`. Seconds depend on the machine; the ratios hold "
    "better.\n"
)
SECTIONS: dict[str, tuple[str, Callable[[int], str]]] = {
    "building": ("One environment", building.section),
    "looking": ("Ten thousand cases", looking.section),
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--only", choices=SECTIONS)
    chosen = parser.parse_args()
    written = dict(re.findall(r"^## (.+)\n\n((?:(?!## ).*\n)*)", PAGE.read_text(), re.MULTILINE))
    for name, (heading, measured) in SECTIONS.items():
        if chosen.only in {None, name}:
            written[heading] = measured(chosen.runs) + "\n"
    texts = (f"\n## {heading}\n\n{text.rstrip()}\n" for heading, text in written.items())
    PAGE.write_text(TITLE + "".join(texts))
    print(PAGE.read_text())


if __name__ == "__main__":
    main()
