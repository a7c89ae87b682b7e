"""Notices: sent once when all goes well, at least once when not, parked in the end, sent again."""

from datetime import timedelta

import pytest

from sandbox.domain.naming import CaseId
from sandbox.errors import NotFound
from sandbox.stages import notify
from sandbox.store import ledger, outbox
from sandbox.store.outbox import ATTEMPTS_MAX, Posted, State
from tests.factories import ADA, CASE_ID, OPA, SUE
from tests.office import Office


def post(office: Office, case_id: CaseId = CASE_ID, addressee: str = "ai_office") -> None:
    with office.sessions.begin() as session:
        outbox.post(session, case_id, "suspension", addressee, office.clock(), secret="content")


def everything(office: Office, state: State | None = None) -> list[Posted]:
    return notify.listed(by=SUE, state=state, after=None, limit=200, sessions=office.sessions)


def replay(office: Office, number: int, by: object = SUE) -> Posted:
    return notify.replay(
        number,
        by=by,  # type: ignore[arg-type] # a person
        sessions=office.sessions,
        clock=office.clock,
        nudge=office.nudge,
    )


def test_a_notice_is_sent_once_without_any_content(office: Office) -> None:
    post(office)
    assert office.sweep_notices() == 1
    office.work()
    office.deliver(CASE_ID)

    (notice,) = office.notifier.taken
    assert notice.link == f"https://sandbox.example/cases/{CASE_ID}"
    assert notice.sentence == "There is something new: suspension."
    assert "content" not in repr(notice)
    (sent,) = everything(office)
    assert (sent.state, sent.attempts, sent.sent_at) == (State.SENT, 1, office.clock())
    assert office.sweep_notices() == 0


def test_what_was_not_taken_is_tried_again_later_each_time_and_then_parked(office: Office) -> None:
    post(office)
    office.notifier.away = True
    pauses = []
    while everything(office)[0].state is not State.PARKED:
        office.deliver(CASE_ID)
        (failed,) = everything(office)
        assert failed.failure == "the post office is closed"
        assert failed.retry_at is not None
        pauses.append(failed.retry_at - office.clock())
        office.deliver(CASE_ID)  # too early: nothing is tried
        assert everything(office)[0].attempts == len(pauses)
        office.clock.now = failed.retry_at

    assert len(pauses) == ATTEMPTS_MAX
    assert pauses[:3] == [timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=2)]
    assert max(pauses) <= notify.LAST_RETRY
    assert office.sweep_notices() == 0
    assert everything(office, State.PARKED) == everything(office)


def test_a_parked_notice_is_sent_again_under_its_own_id(office: Office) -> None:
    case_id = office.apply()
    post(office, case_id)
    office.notifier.away = True
    for _ in range(ATTEMPTS_MAX):
        office.deliver(case_id)
        office.clock.forward(days=1)
    (parked,) = everything(office, State.PARKED)
    office.notifier.away = False

    assert replay(office, parked.id).state is State.ON_ITS_WAY
    office.work()

    assert [notice.id for notice in office.notifier.taken] == [parked.id]
    replay(office, parked.id, OPA)
    office.work()
    assert [notice.id for notice in office.notifier.taken] == [parked.id] * 2
    with office.sessions.begin() as session:
        last = ledger.of_case(session, case_id)[-1].entry
    assert (last.action, last.actor, last.facts) == (
        "notice_replayed",
        "Opa",
        {"notice": parked.id},
    )


def test_who_dies_after_sending_sends_again_and_never_loses_one(office: Office) -> None:
    post(office)
    with office.sessions.begin() as session:
        at = office.clock()
        assert outbox.claim(session, 1, at, until=at + notify.CLAIM) is not None

    office.deliver(CASE_ID)
    assert office.notifier.taken == []  # somebody has it

    office.clock.forward(minutes=3)
    office.deliver(CASE_ID)
    assert [notice.id for notice in office.notifier.taken] == [1]


def test_of_two_workers_one_gets_a_notice(office: Office) -> None:
    post(office)
    at = office.clock()
    with office.sessions.begin() as session:
        first = outbox.claim(session, 1, at, until=at + notify.CLAIM)
    with office.sessions.begin() as session:
        second = outbox.claim(session, 1, at, until=at + notify.CLAIM)

    assert first is not None
    assert second is None


def test_an_addressee_that_nobody_knows_waits_and_is_found_when_somebody_says_where(
    office: Office,
) -> None:
    post(office)
    office.notifier.known = frozenset()
    for _ in range(ATTEMPTS_MAX + 1):
        office.deliver(CASE_ID)
        office.clock.forward(hours=2)

    (waiting,) = everything(office, State.WAITING)
    assert waiting.failure == "waiting: nobody told where"

    office.notifier.known = frozenset({"ai_office"})
    office.deliver(CASE_ID)
    assert len(office.notifier.taken) == 1


def test_notices_leave_in_the_order_they_were_posted(office: Office) -> None:
    for addressee in ("a", "b", "c"):
        post(office, addressee=addressee)

    office.deliver(CASE_ID)

    assert [notice.addressee for notice in office.notifier.taken] == ["a", "b", "c"]


def test_a_provider_neither_lists_nor_replays(office: Office) -> None:
    post(office)

    with pytest.raises(NotFound):
        notify.listed(by=ADA, state=None, after=None, limit=1, sessions=office.sessions)
    with pytest.raises(NotFound):
        replay(office, 1, ADA)
    with pytest.raises(NotFound, match="no notice 99"):
        replay(office, 99)


@pytest.mark.parametrize("state", State)
def test_a_list_of_one_state_has_exactly_those(office: Office, state: State) -> None:
    case_id = office.apply()
    for addressee in ("sent", "unknown", "on its way"):
        post(office, case_id, addressee)
    office.notifier.known = frozenset({"sent", "closed"})
    with office.sessions.begin() as session:
        ids = outbox.due_of_case(session, case_id, office.clock(), limit=2)
    assert len(ids) == 2
    for number, away in ((1, False), (2, False)):
        office.notifier.away = away
        with office.sessions.begin() as session:
            at = office.clock()
            claimed = outbox.claim(session, number, at, until=at + notify.CLAIM)
        assert claimed is not None
        notify._try(claimed, office.sessions, office.notifier, office.clock, "")
    post(office, CASE_ID, "closed")
    office.notifier.away = True
    office.deliver(CASE_ID)
    post(office, CaseId("cparkedxxxx"), "closed")
    for _ in range(ATTEMPTS_MAX):
        office.deliver(CaseId("cparkedxxxx"))
        office.clock.forward(days=1)

    assert {p.state for p in everything(office)} == set(State)
    assert everything(office, state) == [p for p in everything(office) if p.state is state]
