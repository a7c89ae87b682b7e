"""A draft is saved as it is typed, by several people of one organisation, and handed in once."""

import json
import os
import signal
import subprocess
import sys
from typing import Any

import pytest

from sandbox.domain.case import Case, Person
from sandbox.domain.lifecycle import Role
from sandbox.errors import FieldRefused, NotFound, OutOfDate
from sandbox.stages import apply, drafts
from sandbox.store.drafts import Draft
from tests.factories import ADA, APPLICATION, AUTHORITY, EVE, OPA, SUE
from tests.office import Office

BEN = Person("Ben", Role.PROVIDER, ADA.organisation)


def save(
    office: Office,
    body: dict[str, Any],
    version: int | None = None,
    *,
    by: Person = ADA,
    name: str = "d",
) -> Draft:
    return drafts.save(
        name, body, by=by, version=version, sessions=office.sessions, clock=office.clock
    )


def read(office: Office, by: Person = ADA) -> Draft:
    return drafts.read("d", by=by, sessions=office.sessions)


def hand_in(office: Office, draft: Draft) -> Case:
    return apply.apply(
        APPLICATION,
        key=draft.key,
        draft=draft,
        by=ADA,
        sessions=office.sessions,
        authority=AUTHORITY,
        clock=office.clock,
        nudge=office.nudge,
    )


def test_two_people_of_one_organisation_fill_one_draft(office: Office) -> None:
    first = save(office, {"applicant": "CreditCo"})
    office.clock.forward(minutes=1)
    second = save(office, {"applicant": "CreditCo", "weeks": 8}, first.version, by=BEN)

    assert read(office) == read(office, BEN) == second
    assert (second.version, second.saved_by) == (2, "Ben (CreditCo)")
    assert second.saved_at > second.begun_at == first.begun_at


@pytest.mark.parametrize("version", [None, 1, 3])
def test_whoever_did_not_see_the_newest_version_overwrites_nothing(
    office: Office, version: int | None
) -> None:
    save(office, {"weeks": 1})
    newest = save(office, {"weeks": 2}, 1, by=BEN)

    with pytest.raises(OutOfDate, match=r"Ben \(CreditCo\) saved version 2"):
        save(office, {"weeks": 3}, version)

    assert read(office) == newest


def test_saving_the_same_again_is_no_conflict(office: Office) -> None:
    first = save(office, {"weeks": 1})
    assert save(office, {"weeks": 1}) == first

    second = save(office, {"weeks": 2}, 1)

    assert save(office, {"weeks": 2}, 1) == second


def test_a_version_of_a_draft_that_is_not_there_is_not_found(office: Office) -> None:
    with pytest.raises(NotFound):
        save(office, {}, 1)


def test_a_draft_is_known_to_its_organisation_alone(office: Office) -> None:
    save(office, {"applicant": "CreditCo"})
    others = save(office, {"applicant": "OtherCo"}, by=EVE)

    assert others.version == 1
    assert read(office).body == {"applicant": "CreditCo"}
    assert [d.body for d in drafts.of_organisation(by=EVE, limit=9, sessions=office.sessions)] == [
        {"applicant": "OtherCo"}
    ]
    for stranger in (SUE, OPA):
        with pytest.raises(NotFound):
            read(office, stranger)
        with pytest.raises(NotFound):
            save(office, {}, by=stranger)


def test_the_draft_that_was_saved_last_comes_first(office: Office) -> None:
    for name in ("a", "b", "c"):
        save(office, {}, name=name)
        office.clock.forward(minutes=1)
    save(office, {"weeks": 1}, 1, name="a")

    listed = drafts.of_organisation(by=ADA, limit=2, sessions=office.sessions)

    assert [draft.id for draft in listed] == ["a", "c"]


@pytest.mark.parametrize(
    "value",
    [
        *(float("nan"), float("inf"), "\ud800", "x" * drafts.BYTES_MAX),
        json.loads("[" * drafts.DEPTH_MAX + "1" + "]" * drafts.DEPTH_MAX),
        *("a\0b", "\\\0", ["\0"], {"\0": 1}),
    ],
)
def test_what_cannot_be_given_back_is_not_kept(office: Office, value: object) -> None:
    with pytest.raises(FieldRefused):
        save(office, {"novelty": value})
    with pytest.raises(NotFound):
        read(office)


def test_the_text_of_an_escaped_nul_is_kept_as_it_was_typed(office: Office) -> None:
    assert save(office, {"novelty": r"\u0000 \\u0000"}).body == {"novelty": r"\u0000 \\u0000"}


def test_an_organisation_has_so_many_open_drafts_and_no_more(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sandbox.store.drafts.DRAFTS_MAX", 2)
    save(office, {}, name="a")
    handed = save(office, {}, name="b")
    with pytest.raises(FieldRefused, match="2 drafts are open"):
        save(office, {}, name="c")

    hand_in(office, handed)
    assert save(office, {}, name="c").version == 1


def test_a_draft_is_discarded_by_whoever_saw_it_last(office: Office) -> None:
    save(office, {})
    save(office, {"weeks": 1}, 1, by=BEN)

    with pytest.raises(OutOfDate):
        drafts.discard("d", by=ADA, version=1, sessions=office.sessions)
    drafts.discard("d", by=ADA, version=2, sessions=office.sessions)

    with pytest.raises(NotFound):
        read(office)


@pytest.mark.rule("R58-D05")
def test_a_draft_becomes_one_case_and_is_closed_with_it(office: Office) -> None:
    draft = save(office, {"weeks": 8})

    case = hand_in(office, draft)

    assert hand_in(office, draft).id == case.id
    assert read(office).case_id == case.id
    with pytest.raises(OutOfDate, match=f"handed in as case {case.id}"):
        save(office, {"weeks": 9}, 1)


def test_a_draft_that_a_colleague_changed_meanwhile_is_not_handed_in(office: Office) -> None:
    seen = save(office, {"weeks": 8})
    save(office, {"weeks": 9}, 1, by=BEN)

    with pytest.raises(OutOfDate):
        hand_in(office, seen)

    assert office.nudge.given == []
    assert read(office).case_id is None


def test_a_draft_begun_again_under_an_old_name_is_another_case(office: Office) -> None:
    first = hand_in(office, save(office, {}))
    drafts.discard("d", by=ADA, version=None, sessions=office.sessions)
    office.clock.forward(minutes=1)

    assert hand_in(office, save(office, {})).id != first.id


def test_a_saved_draft_survives_the_sudden_end_of_the_process(office: Office) -> None:
    url = office.sessions.kw["bind"].url.render_as_string(hide_password=False)
    program = f"""
import os, signal
from sandbox.stages import drafts
from sandbox.store import database
from tests.factories import ADA
from tests.fakes import FakeClock

sessions = database.sessions(database.connect({url!r}))
drafts.save("d", {{"weeks": 8}}, by=ADA, version=None, sessions=sessions, clock=FakeClock())
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", program], env=os.environ, timeout=60, check=False)

    assert ended.returncode == -signal.SIGKILL
    assert read(office).body == {"weeks": 8}
