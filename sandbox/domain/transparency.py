"""Duties to say that AI is at work (Art. 50), at latest at the first interaction."""

from collections.abc import Callable, Iterator
from datetime import date

from sandbox.domain.application import Application
from sandbox.domain.finding import Finding, Severity
from sandbox.domain.rule_versions import RuleVersion

EXPOSING = frozenset(["III-1b", "III-1c"])
DUTIES: tuple[tuple[str, Callable[[Application], bool], str], ...] = (
    (
        "T50-1",
        lambda a: a.interacts_with_persons,
        "persons are told that they interact with an AI system (Art. 50(1))",
    ),
    (
        "T50-2",
        lambda a: bool(a.synthetic_output),
        "synthetic output is marked in a machine-readable way (Art. 50(2))",
    ),
    (
        "T50-3",
        lambda a: not EXPOSING.isdisjoint(a.annex_iii),
        "persons exposed to emotion recognition or categorisation are told (Art. 50(3))",
    ),
    ("T50-4a", lambda a: a.deep_fakes, "deep fakes are disclosed (Art. 50(4))"),
    (
        "T50-4b",
        lambda a: a.public_interest_text and not a.editorial_control,
        "text on matters of public interest is disclosed as made by AI (Art. 50(4))",
    ),
)
MARKING_SINCE = date(2026, 8, 2)
MARKING_GRACE_ENDS = date(2026, 12, 2)


def findings(application: Application, rules: RuleVersion) -> Iterator[Finding]:
    """The duties that the system will have."""
    for code, applies, sentence in DUTIES:
        if applies(application):
            grace = code == "T50-2" and _has_grace(application, rules)
            until = f"; on the market before, so by {MARKING_GRACE_ENDS}" if grace else ""
            yield Finding(code, Severity.NOTICE, sentence + until)


def _has_grace(application: Application, rules: RuleVersion) -> bool:
    since = application.on_market_since
    return since is not None and since < MARKING_SINCE and not rules.has_begun(MARKING_GRACE_ENDS)
