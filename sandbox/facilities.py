"""The facilities that an installation refers to, from a file of its own; none is built in."""

import tomllib
from pathlib import Path

from sandbox.domain.referral import Facility, FacilityKind


def facilities(file: str) -> dict[str, Facility]:
    """What the file (TOML) says: a table for each id with `name`, `kind`, `services`, `contact` and
    perhaps `country`. ValueError for a kind or a key that does not exist.
    """
    said = tomllib.loads(Path(file).read_text()) if file else {}
    found = {}
    for name, table in said.items():
        try:
            found[name] = Facility(**{**table, "id": name, "kind": FacilityKind(table["kind"])})
        except (TypeError, KeyError) as error:
            raise ValueError(
                f"{file}: {name} needs name, kind, services and contact, and may have country"
            ) from error
    return found
