"""Which text of the law a case is screened under: old cases keep theirs.

What a date decides is compared with the first day of a version, so that the same facts under the
same version always give the same findings in a sandbox of the same kind; what Member States have for
tests is told as of the day of the screening. A change of the law is one more line here.
"""

from dataclasses import dataclass
from datetime import date

from sandbox.errors import FieldRefused


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """The rules of screening as they stand from a day on."""

    name: str
    effective_on: date
    source: str

    def has_begun(self, day: date) -> bool:
        """Whether what applies from a day on is law under this version."""
        return day <= self.effective_on


VERSIONS = (
    RuleVersion(
        "2026-08-02",
        date(2026, 8, 2),
        "Regulation (EU) 2024/1689 as amended by Regulation (EU) 2026/1744",
    ),
    RuleVersion(
        "2026-12-01",
        date(2026, 12, 1),
        "the same, with evidence of who applies and of the place on the market (draft act Art. 3(2))",
    ),
    RuleVersion(
        "2026-12-02",
        date(2026, 12, 2),
        "the same, with the bans of Art. 5(1)(ba) and (bb) and after the grace of Art. 50(2)",
    ),
)


def in_force(day: date) -> RuleVersion:
    """The version of a day; the first one for what was before it."""
    return next((v for v in reversed(VERSIONS) if v.effective_on <= day), VERSIONS[0])


def named(name: str) -> RuleVersion:
    """A version by its name; FieldRefused when there is none."""
    found = next((v for v in VERSIONS if v.name == name), None)
    if found is None:
        known = ", ".join(v.name for v in VERSIONS)
        raise FieldRefused("version", f"there is no rule version {name}: {known}")
    return found
