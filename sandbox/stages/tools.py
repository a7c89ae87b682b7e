"""Tools made in sandboxes: offered in a case, listed by the authority, shown as their owner permits
(Art. 58(2)(i); draft act Art. 4(2)).
"""

from sandbox.domain.action import Action
from sandbox.domain.case import Case, Person
from sandbox.domain.confidential import refuse_to_tell
from sandbox.domain.naming import CaseId
from sandbox.domain.passage import take
from sandbox.domain.tool import Dimension, ListedTool, Rights, Tool, ToolKind, shown
from sandbox.errors import FieldRefused
from sandbox.ports import Clock
from sandbox.store import cases, tools
from sandbox.store.database import Sessions
from sandbox.store.record import record


def offer(
    case_id: CaseId,
    *,
    title: str,
    kind: ToolKind,
    dimension: Dimension,
    description: str,
    rights: Rights,
    licence: str,
    reference: str,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Tool:
    """Whoever made a tool describes it and says what others may know of it; that never widens."""
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        number = tools.next_number(session, case_id)
        try:
            tool = Tool(
                *(number, title, kind, dimension, description, rights, licence, reference),
                offered_by=str(by),
                offered_at=at,
            )
        except ValueError as error:
            raise FieldRefused("licence", str(error)) from error
        after = take(case, Action.OFFER_TOOL, by)
        tools.add(session, case_id, tool)
        record(session, after, Action.OFFER_TOOL, by, at, tool=number, rights=rights.value)
    return tool


def put_on_list(
    case_id: CaseId,
    number: int,
    *,
    by: Person,
    version: int | None,
    sessions: Sessions,
    clock: Clock,
) -> Case:
    """The authority finds a tool useful for others; RuleBroken when what its owner permits to be
    known of it tells what is marked confidential.
    """
    at = clock()
    with sessions.begin() as session:
        case = cases.load_for(session, case_id, by, version=version)
        after = take(case, Action.LIST_TOOL, by)
        public = shown(tools.put_on_list(session, case_id, number, str(by), at))
        if public is not None:
            refuse_to_tell(case, public.title, public.description, public.licence, public.reference)
        record(session, after, Action.LIST_TOOL, by, at, tool=number)
    return after


def of_case(case_id: CaseId, *, by: Person, sessions: Sessions) -> list[Tool]:
    """The tools of one case, for whoever may know it."""
    with sessions.begin() as session:
        cases.load_for(session, case_id, by, seeing="tools")
        return tools.of_case(session, case_id)


def on_list(dimension: Dimension | None, *, limit: int, sessions: Sessions) -> list[ListedTool]:
    """What anybody may know of the tools that were listed."""
    with sessions.begin() as session:
        found = tools.on_list(session, dimension, limit=limit)
    return [listed for listed in map(shown, found) if listed is not None]
