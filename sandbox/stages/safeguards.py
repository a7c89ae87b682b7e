"""The provider states its safeguards, the authority confirms the interest and publishes (Art. 59(1))."""

from dataclasses import replace

from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.case import Case, Person
from sandbox.domain.dataset_papers import project_summary
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.passage import take
from sandbox.domain.processing import Exemption, Interest, Safeguards, Summary, changed
from sandbox.errors import FieldRefused, NotFound
from sandbox.ports import Catalogue, Clock, Nudge
from sandbox.store import cases, documents, ledger, projects
from sandbox.store.database import Sessions
from sandbox.store.projects import Project
from sandbox.store.record import record


def state(
    case_id: CaseId,
    safeguards: Safeguards,
    interest: Interest | None,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    catalogue: Catalogue,
    clock: Clock,
) -> Case:
    """State the safeguards and the public interest; another interest must be confirmed again."""
    unknown = {alert.metric for alert in safeguards.alerts} - catalogue.names
    if unknown:
        raise FieldRefused("alerts", f"nobody measures {', '.join(sorted(unknown))}")
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        known = case.processing.interest
        if known and interest and (known.area, known.reasons) == (interest.area, interest.reasons):
            interest = known
        processing = changed(case.processing, safeguards=safeguards, interest=interest)
        after = take(case, Action.STATE_SAFEGUARDS, by, processing=processing)
        record(
            session,
            after,
            Action.STATE_SAFEGUARDS,
            by,
            at,
            area=interest.area.value if interest else "none",
            dpia=safeguards.dpia_reference,
            alerts=[str(alert) for alert in safeguards.alerts],
            law_enforcement_basis=safeguards.law_enforcement_basis,
        )
    return after


def confirm_interest(
    case_id: CaseId, *, by: Person, version: int | None, sessions: Sessions, clock: Clock
) -> Case:
    """The authority confirms that the system serves the interest it states (Art. 59(1)(a))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        stated = case.processing.interest
        if stated is None:
            raise NotFound(f"case {case_id} states no public interest")
        interest = replace(stated, confirmed_by=str(by), confirmed_at=at)
        processing = changed(case.processing, interest=interest)
        after = take(case, Action.CONFIRM_INTEREST, by, processing=processing)
        record(session, after, Action.CONFIRM_INTEREST, by, at, area=interest.area.value)
    return after


def write_summary(
    case_id: CaseId,
    *,
    project: str,
    objectives: str,
    expected_results: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """Write what is to be published; what was published before stays until this is."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        before = case.processing.summary
        draft = Summary(project, objectives, expected_results, str(by), at)
        if before is not None:
            draft = replace(
                draft, published_by=before.published_by, published_at=before.published_at
            )
        processing = changed(case.processing, summary=draft)
        after = take(case, Action.WRITE_SUMMARY, by, processing=processing)
        record(session, after, Action.WRITE_SUMMARY, by, at)
    return after


def publish_summary(
    case_id: CaseId,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    authority: Authority,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Publish the summary on the website of the authority and seal it as D11 (Art. 59(1)(j))."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        written = case.processing.summary
        if written is None:
            raise NotFound(f"case {case_id} has no summary to publish")
        summary = replace(written, published_by=str(by), published_at=at)
        processing = changed(case.processing, summary=summary)
        after = take(case, Action.PUBLISH_SUMMARY, by, processing=processing)
        project = projects.publish(
            session,
            case_id,
            project=summary.project,
            objectives=summary.objectives,
            expected_results=summary.expected_results,
            at=at,
        )
        facts = project_summary(case, summary, authority.name, at)
        seal = {"ledger_seal": ledger.head(session, case_id)}
        documents.issue(session, case_id, Paper.PROJECT_SUMMARY, str(by), at, facts | seal)
        record(session, after, Action.PUBLISH_SUMMARY, by, at, project=project)
    for stage in ("report", "provision"):  # a test may have waited for it
        nudge(stage, case_id)
    return after


def exempt_summary(
    case_id: CaseId,
    reasons: str,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
    nudge: Nudge,
) -> Case:
    """Exempt sensitive operational data of law enforcement; what was public is taken back."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        processing = changed(case.processing, exemption=Exemption(reasons, str(by), at))
        after = take(case, Action.EXEMPT_SUMMARY, by, processing=processing)
        projects.withdraw(session, case_id)
        record(session, after, Action.EXEMPT_SUMMARY, by, at, reasons=reasons)
    nudge("provision", case_id)
    return after


def published(*, after: int | None, limit: int, sessions: Sessions) -> list[Project]:
    """What everybody may read, the newest first."""
    with sessions.begin() as session:
        return projects.page(session, after=after, limit=limit)


def one_published(project_id: int, *, sessions: Sessions) -> Project:
    with sessions.begin() as session:
        return projects.load(session, project_id)
