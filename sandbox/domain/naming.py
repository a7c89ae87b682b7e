"""Names in Kubernetes, Pulumi and S3, and the arithmetic of their lengths, in one place."""

import re
from typing import NewType

CaseId = NewType("CaseId", str)

CASE_ID = re.compile(r"c[a-z2-7]{10}")
# Whose ledger, clocks and documents belong to no case: the sandbox as a whole. Never a case id.
INSTALLATION = CaseId("installation")
NAMESPACE_PREFIX = "case-"
LABEL_MAX = 63  # RFC 1123 label, the limit of a namespace's name

OWNER_LABEL = "app.kubernetes.io/managed-by"
OWNER = "regulatory-sandbox"
CASE_LABEL = "ai-sandbox.eu/case"
GENERATION_LABEL = "ai-sandbox.eu/generation"
SIMULATED_LABEL = "ai-sandbox.eu/gpu-simulated"
PLAN_ANNOTATION = "ai-sandbox.eu/plan-sha256"
MONITORING_LABEL = "ai-sandbox.eu/monitoring"  # on namespaces whose pods may read metrics

DENY_ALL = "deny-all"  # the policy that stands from the first moment to the last
ALLOW_PREFIX = "allow-"  # every policy that opens something, gone while frozen
ALLOW_EGRESS = "allow-egress"  # the one that opens the ways out of a plan
PARTICIPANT = "participant"  # account, role and binding of the provider in its own namespace


def case_id(text: str) -> CaseId:
    """The case id that a text is; ValueError when it is none."""
    if not CASE_ID.fullmatch(text):
        raise ValueError(f"{text[:LABEL_MAX]!r} is not a case id")
    return CaseId(text)


def namespace(case: CaseId) -> str:
    """The namespace of a case: the same for every generation, so that nothing is left behind."""
    return NAMESPACE_PREFIX + case


def stack(case: CaseId) -> str:
    """The Pulumi stack of a case: one for each environment."""
    return case


def kept_key(case: CaseId, subject: str, sha256: str) -> str:
    """Where in the bucket the series that an incident or an inspection keeps lie; named by their hash,
    so that a second try that measures otherwise is another file.
    """
    return f"cases/{case}/kept-series/{subject.replace(' ', '-')}-{sha256}.zip"


def report_key(case: CaseId, kind: str, number: int, suffix: str) -> str:
    """Where in the bucket a document lies, for example `cases/c…/test-report/1.pdf`."""
    return f"cases/{case}/{kind}/{number}.{suffix}"
