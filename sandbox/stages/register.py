"""The public register: sandboxes, exit reports, annual reports, for anybody (57(8), 57(15)-(17))."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sandbox.domain.authority import Authority
from sandbox.domain.call import Call
from sandbox.domain.naming import INSTALLATION, CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.public_version import public_version
from sandbox.domain.regime import Regime, Sandbox
from sandbox.errors import NotFound
from sandbox.ports import Clock
from sandbox.store import calls, documents, register
from sandbox.store.database import Sessions
from sandbox.store.register import Published


@dataclass(frozen=True, slots=True)
class KnownSandbox:
    """The sandbox of this installation, and the calls that take applications today."""

    sandbox: Sandbox
    authority: Authority
    today: date
    calls: tuple[Call, ...]


def sandbox(
    *, sessions: Sessions, regime: Regime, authority: Authority, clock: Clock
) -> KnownSandbox:
    """The sandbox, planned or existing (Art. 57(15))."""
    today = authority.day(clock())
    with sessions.begin() as session:
        known = calls.newest(session)
    return KnownSandbox(
        regime.sandbox, authority, today, tuple(call for call in known if call.is_open(today))
    )


def exit_reports(
    *,
    after: CaseId | None,
    limit: int,
    sessions: Sessions,
    regime: Regime,
    authority: Authority,
) -> list[dict[str, Any]]:  # Any: JSON documents
    """What is public of cases, a page of it."""
    with sessions.begin() as session:
        page = register.page(session, regime.exit_report_publish, after=after, limit=limit)
    return [_told(found, authority) for found in page]


def exit_report(
    case_id: CaseId, *, sessions: Sessions, regime: Regime, authority: Authority
) -> dict[str, Any]:  # Any: a JSON document
    """What is public of one case; NotFound when nothing is."""
    with sessions.begin() as session:
        found = register.find(session, case_id, regime.exit_report_publish)
    if found is None:
        raise NotFound(f"nothing is public of {case_id}")
    return _told(found, authority)


def annual_reports(*, sessions: Sessions) -> list[dict[str, Any]]:  # Any: JSON documents
    """The public abstract of every year's newest sealed report, the oldest first."""
    with sessions.begin() as session:
        sealed = documents.sealed_of_kind(session, INSTALLATION, Paper.ANNUAL_REPORT)
    newest = {d.assembled["year"]: (d.assembled, d.sha256) for d in sealed if d.assembled}
    return [
        {
            "document": facts["document"],
            "authority": facts["authority"],
            "member_states": facts["member_states"],
            "year": year,
            "period": facts["period"],
            "abstract": facts["public_abstract"]["text"],
            "figures": facts["public_abstract"]["figures"],
            "made_at": facts["made_at"],
            "sealed_sha256": sha256,
        }
        for year, (facts, sha256) in sorted(newest.items())
    ]


def _told(found: Published, authority: Authority) -> dict[str, Any]:
    report = found.report
    return public_version(
        found.case,
        authority.name,
        report.assembled if report else None,
        report.sha256 if report else None,
    )
