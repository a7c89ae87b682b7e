"""The terms of an installation, from a file of its own (rulebook 10, D3)."""

import tomllib
from pathlib import Path

from sandbox.domain.terms import BUILT_IN, Clause, Heading, Terms


def terms(file: str) -> Terms:
    """What the file (TOML) says: a `version`, and a table `clauses` with a text for each heading.

    Ours without a file; ValueError for a heading that is missing or that nobody knows.
    """
    if not file:
        return BUILT_IN
    said = tomllib.loads(Path(file).read_text())
    clauses = dict(said.pop("clauses", {}))
    version = str(said.pop("version", ""))
    unknown = {*said, *(set(clauses) - set(Heading))}
    if unknown:
        raise ValueError(f"{file}: nobody knows the heading {', '.join(sorted(unknown))}")
    try:
        return Terms(
            version, tuple(Clause(h, str(clauses[h]).strip()) for h in Heading if h in clauses)
        )
    except ValueError as error:
        raise ValueError(f"{file}: {error}") from error
