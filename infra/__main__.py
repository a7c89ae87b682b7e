"""`pulumi up` by hand, when the service is down: one environment from a blueprint file.

    pulumi stack init <case id>
    pulumi config set blueprint <file>     # or SANDBOX_BLUEPRINT=<file>
    pulumi up

It needs the repository installed in its virtual environment (`pip install -e ..`). Stack and
objects are the ones the service would make, so the service takes over from there.
"""

import json
import os
from pathlib import Path

import pulumi

from infra.program import declare
from sandbox.domain import naming
from sandbox.domain.blueprint import Blueprint


def read(path: Path) -> Blueprint:
    """The blueprint a JSON file holds: one key for each field of `Blueprint`."""
    fields = json.loads(path.read_text())
    fields["case_id"] = naming.case_id(fields["case_id"])
    fields["egress"] = tuple(fields.get("egress", ()))
    return Blueprint(**fields)


def main() -> None:
    path = os.environ.get("SANDBOX_BLUEPRINT") or pulumi.Config().require("blueprint")
    declare(read(Path(path)))


if __name__ == "__main__":
    main()
