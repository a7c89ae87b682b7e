"""The ten conditions of Art. 59(1), special categories, exports, holds and deletion, as guards."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.domain.action import Action
from sandbox.domain.amendment import Amendment
from sandbox.domain.case import SYSTEM, Case, Person
from sandbox.domain.dataset import (
    CREATED_INSIDE,
    PERSONAL,
    Dataset,
    DatasetKind,
    Deletion,
    Trigger,
    trigger,
)
from sandbox.domain.export import NEVER, Export, ExportClass, ExportState, classify
from sandbox.domain.guards.datasets import OPENS_WAYS
from sandbox.domain.lifecycle import Role, Stage
from sandbox.domain.passage import against
from sandbox.domain.processing import (
    Exemption,
    LegalHold,
    ProcessingStop,
    Safeguards,
    changed,
    with_dataset,
)
from tests.factories import ADA, PLAN, SUE, TOM
from tests.fakes import NOON
from tests.personal_data import (
    ALERT,
    SAFEGUARDS,
    VIEW,
    WALL,
    a_case_with,
    a_dataset,
    a_deletion,
    a_processing,
    released,
)

DAN = Person("Dan", Role.DATA_PROTECTION, "DPA", "NL")
HOLD = LegalHold(1, None, "court case 7", "Art. 17(3)(e) GDPR", "Sue", NOON)
STOP = ProcessingStop(1, "too many queries", "Sue", Role.AUTHORITY, NOON)


HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TODAY = NOON.date()


def reasons(case: Case, action: Action = Action.RELEASE_DATASET, by: Person = SUE) -> list[str]:
    return [reason.rule for reason in against(case, action, by)]


def test_a_dataset_that_meets_every_condition_is_let_in() -> None:
    assert reasons(a_case_with(a_processing(released()))) == []


Change = Callable[[Case], Case]


def safeguard(**facts: Any) -> Change:
    return lambda case: replace(
        case,
        processing=changed(case.processing, safeguards=replace(SAFEGUARDS, **facts)),
    )


def dataset(**facts: Any) -> Change:
    return lambda case: replace(case, processing=with_dataset(case.processing, released(**facts)))


def processing(**facts: Any) -> Change:
    return lambda case: replace(case, processing=changed(case.processing, **facts))


def case(**facts: Any) -> Change:
    return lambda case: replace(case, **facts)


def law_enforcement(case: Case) -> Case:
    return replace(case, application=replace(case.application, law_enforcement=True))


def unconfirmed(case: Case) -> Case:
    interest = case.processing.interest
    assert interest is not None
    stated = replace(interest, confirmed_by="", confirmed_at=None)
    return replace(case, processing=changed(case.processing, interest=stated))


@pytest.mark.rule("R59-a")
@pytest.mark.rule("R59-b")
@pytest.mark.rule("R59-c")
@pytest.mark.rule("R59-d")
@pytest.mark.rule("R59-f")
@pytest.mark.rule("R59-g")
@pytest.mark.rule("R59-h")
@pytest.mark.rule("R59-i")
@pytest.mark.rule("R59-j")
@pytest.mark.rule("R59-2")
@pytest.mark.rule("R59-3")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (processing(interest=None), "R59-a"),
        (unconfirmed, "R59-a"),
        (dataset(requirement=None), "R59-b"),
        (dataset(alternatives=" "), "R59-b"),
        (dataset(why_insufficient=""), "R59-b"),
        (dataset(view=None), "R59-b"),
        (dataset(view=replace(VIEW, objects=True)), "R57-10"),
        (safeguard(dpia_reference=""), "R59-c"),
        (safeguard(alerts=()), "R59-c"),
        (safeguard(response=""), "R59-c"),
        (processing(stops=(STOP,)), "R59-c"),
        (case(isolation=()), "R59-d"),
        (case(isolation=(replace(WALL, proven=False),)), "R59-d"),
        (case(isolation=(replace(WALL, passed=False),)), "R59-d"),
        (dataset(named_persons=()), "R59-d"),
        (safeguard(no_effect=""), "R59-f"),
        (safeguard(rights_contact=""), "R59-f"),
        (dataset(retention_until=date(2026, 11, 23)), "R59-g"),
        (processing(log_settled_at=NOON), "R59-h"),
        (safeguard(process=""), "R59-i"),
        (processing(summary=None), "R59-j"),
        (law_enforcement, "R59-2"),
        (dataset(forbidden_by="the Tax Secrecy Act"), "R59-3"),
    ],
)
def test_each_condition_alone_keeps_a_dataset_out(change: Change, rule: str) -> None:
    assert reasons(change(a_case_with(a_processing(released())))) == [rule]


OUT = ("10.1.0.0/24",)


@pytest.mark.rule("R59-e")
@pytest.mark.rule("R4a")
def test_a_way_out_of_the_plan_is_a_sink_and_special_categories_have_none() -> None:
    def with_a_way_out(kind: DatasetKind, *sinks: str) -> list[str]:
        held = a_processing(released(kind=kind), safeguards=replace(SAFEGUARDS, sinks=sinks))
        return reasons(a_case_with(held, plan=replace(PLAN, egress=OUT)))

    assert with_a_way_out(DatasetKind.ORIGINAL) == ["R59-e"]
    assert with_a_way_out(DatasetKind.ORIGINAL, *OUT) == []
    assert with_a_way_out(DatasetKind.ART9_BIAS, *OUT) == ["R4a"]


@pytest.mark.rule("R59-e")
@pytest.mark.rule("R4a")
@pytest.mark.parametrize("action", [Action.PROPOSE_AMENDMENT, Action.AGREE_AMENDMENT])
def test_no_amendment_opens_a_way_out_for_what_is_inside(action: Action) -> None:
    def refused(kind: DatasetKind, *sinks: str, inside: bool = True) -> set[str]:
        data = released(kind=kind) if inside else a_dataset(kind=kind)
        held = a_processing(data, safeguards=replace(SAFEGUARDS, sinks=sinks))
        wider = Amendment(
            *(1, replace(PLAN, egress=OUT), "0" * 64, "updates", "Ada", Role.PROVIDER),
            *(NOON, NOON.date()),
        )
        return set(reasons(a_case_with(held, amendment=wider), action)) & {"R59-e", "R4a"}

    assert refused(DatasetKind.ORIGINAL) == {"R59-e"}
    assert refused(DatasetKind.ORIGINAL, *OUT) == set()
    assert refused(DatasetKind.ORIGINAL, inside=False) == set()
    assert refused(DatasetKind.ART9_BIAS, *OUT) == {"R4a"}


@pytest.mark.rule("R59-e")
@pytest.mark.rule("R4a")
@pytest.mark.parametrize(
    ("kind", "sinks", "rules"),
    [
        (DatasetKind.ORIGINAL, (), {"R59-e"}),
        (DatasetKind.ORIGINAL, OUT, set()),
        (DatasetKind.ART9_BIAS, OUT, {"R4a"}),
    ],
)
def test_an_amendment_that_is_open_hides_no_way_out_of_the_plan_in_force(
    kind: DatasetKind, sinks: tuple[str, ...], rules: set[str]
) -> None:
    closing = Amendment(
        *(1, replace(PLAN, egress=()), "0" * 64, "updates", "Ada", Role.PROVIDER),
        *(NOON, NOON.date()),
    )
    held = a_processing(released(kind=kind), safeguards=replace(SAFEGUARDS, sinks=sinks))
    case = a_case_with(held, plan=replace(PLAN, egress=OUT), amendment=closing)

    assert set(reasons(case)) & {"R59-e", "R4a"} == rules
    assert ("R59-e" in reasons(case, Action.STATE_SAFEGUARDS, ADA)) is ("R59-e" in rules)
    assert not set(reasons(case, Action.PROPOSE_AMENDMENT)) & {"R59-e", "R4a"}


def rules_against_a_way_out(data: Dataset) -> set[str]:
    """Of the rules of what may leave, when a plan lets traffic out to a place that is on the list."""
    safe = a_processing(data, safeguards=replace(SAFEGUARDS, sinks=OUT))
    case = a_case_with(safe, plan=replace(PLAN, egress=OUT))
    return {rule for action in OPENS_WAYS for rule in reasons(case, action)} & {"R59-e", "R4a"}


@pytest.mark.rule("R59-e")
@pytest.mark.parametrize("kind", sorted(CREATED_INSIDE))
def test_what_was_created_inside_has_no_way_out_at_all(kind: DatasetKind) -> None:
    assert rules_against_a_way_out(a_dataset(kind=kind)) == {"R59-e"}
    seen_gone = a_deletion(verified_at=NOON)
    assert rules_against_a_way_out(a_dataset(kind=kind, deletion=seen_gone)) == set()


@pytest.mark.rule("R59-e")
def test_weights_that_hold_no_personal_data_may_have_a_way_out() -> None:
    assessed = a_dataset(kind=DatasetKind.MODEL_WEIGHTS, personal=False)

    assert rules_against_a_way_out(assessed) == set()


@pytest.mark.rule("R59-e")
@pytest.mark.rule("R4a")
@pytest.mark.parametrize("kind", [DatasetKind.ORIGINAL, DatasetKind.ART9_BIAS])
@pytest.mark.parametrize(
    ("deletion", "opens"),
    [
        (a_deletion(), False),
        (a_deletion(verified_at=NOON), True),
        (a_deletion(verified_at=NOON, exceptions="everything", exceptions_basis="law"), False),
    ],
)
def test_a_way_out_opens_when_all_data_were_seen_to_be_gone(
    kind: DatasetKind, deletion: Deletion, opens: bool
) -> None:
    held = a_processing(released(kind=kind, deletion=deletion))
    found = set(reasons(a_case_with(held, plan=replace(PLAN, egress=OUT))))

    assert (not found & {"R59-e", "R4a"}) is opens


@pytest.mark.rule("R59-c")
@pytest.mark.rule("R59-f")
@pytest.mark.parametrize(
    ("change", "rule"),
    [
        (safeguard(dpia_reference=""), "R59-c"),
        (safeguard(alerts=()), "R59-c"),
        (safeguard(response=""), "R59-c"),
        (safeguard(no_effect=""), "R59-f"),
        (safeguard(rights_contact=""), "R59-f"),
        (safeguard(process=""), "R59-i"),
        (unconfirmed, "R59-a"),
        (law_enforcement, "R59-2"),
    ],
)
def test_no_safeguard_is_taken_back_while_data_are_in_use(change: Change, rule: str) -> None:
    in_use = a_case_with(a_processing(released()))
    gone = a_case_with(a_processing(released(deletion=a_deletion(verified_at=NOON))))

    assert reasons(in_use, Action.STATE_SAFEGUARDS) == []
    assert reasons(change(in_use), Action.STATE_SAFEGUARDS) == [rule]
    assert reasons(change(gone), Action.STATE_SAFEGUARDS) == []


@pytest.mark.rule("R59-e")
def test_no_sink_is_taken_back_while_the_plan_lets_traffic_out_to_it() -> None:
    way = a_case_with(a_processing(released()), plan=replace(PLAN, egress=OUT))

    assert reasons(way, Action.STATE_SAFEGUARDS) == ["R59-e"]
    assert reasons(safeguard(sinks=OUT)(way), Action.STATE_SAFEGUARDS) == []


@pytest.mark.rule("R59-d")
def test_nothing_is_created_in_a_sandbox_before_it_stands() -> None:
    created = a_processing(a_dataset(kind=DatasetKind.MODEL_WEIGHTS))
    before = a_case_with(created, stage=Stage.PLAN_AGREED)

    assert reasons(before, Action.DECLARE_DATASET) == ["R59-d"]
    assert reasons(a_case_with(created), Action.DECLARE_DATASET) == []


@pytest.mark.rule("R59-a")
def test_all_conditions_that_are_missing_are_named_at_once() -> None:
    bare = a_dataset(
        requirement=None, alternatives="", why_insufficient="", named_persons=(), view=None
    )
    empty = a_processing(
        replace(bare, released_by="Sue", released_at=NOON),
        interest=None,
        safeguards=Safeguards(),
        summary=None,
    )

    wall_less = a_case_with(empty, isolation=(), plan=replace(PLAN, egress=OUT))
    found = against(wall_less, Action.RELEASE_DATASET, SUE)

    letters = [reason.rule.removeprefix("R59-") for reason in found]
    assert list(dict.fromkeys(letters)) == ["a", "b", "c", "d", "e", "f", "i", "j"]


@pytest.mark.rule("R59-3")
def test_another_basis_makes_art_59_silent_but_not_the_walls() -> None:
    basis: dict[str, Any] = {"other_basis": "every person agreed", "basis_confirmed_at": NOON}
    other = released(**basis, requirement=None, view=None)
    bare = a_processing(other, interest=None, safeguards=Safeguards())

    assert reasons(a_case_with(bare)) == []
    assert reasons(a_case_with(bare, isolation=())) == ["R59-d"]
    assert reasons(a_case_with(bare, plan=replace(PLAN, egress=OUT))) == ["R59-e"]


@pytest.mark.rule("R59-3")
def test_another_basis_counts_when_the_authority_has_confirmed_it() -> None:
    said = released(other_basis="see file")

    assert reasons(a_case_with(a_processing(said))) == ["R59-3"]
    less = a_case_with(a_processing(said, interest=None, safeguards=Safeguards()))
    assert {"R59-a", "R59-c", "R59-f", "R59-i", "R59-3"} <= set(reasons(less))


@pytest.mark.rule("R4a")
@pytest.mark.parametrize("name", ["strictly_necessary", "why_insufficient", "security"])
def test_special_categories_say_why_and_how(name: str) -> None:
    good = released(kind=DatasetKind.ART9_BIAS)

    assert reasons(a_case_with(a_processing(good))) == []
    silence: dict[str, Any] = {name: ""}
    silent = released(kind=DatasetKind.ART9_BIAS, **silence)
    assert reasons(a_case_with(a_processing(silent))) == ["R4a"]


@pytest.mark.rule("GDPR-35")
@pytest.mark.rule("R57-10")
def test_special_categories_come_in_with_an_impact_assessment_and_under_their_supervisor() -> None:
    special = released(kind=DatasetKind.ART9_BIAS)
    unassessed = a_processing(special, safeguards=replace(SAFEGUARDS, dpia_reference=" "))

    assert reasons(a_case_with(unassessed)) == ["GDPR-35"]
    assert "R57-10" in reasons(a_case_with(a_processing(special), dpa_reviewer=""))


@pytest.mark.rule("GDPR-35")
def test_the_impact_assessment_stands_while_special_categories_are_inside() -> None:
    special = released(kind=DatasetKind.ART9_BIAS)
    gone = replace(special, deletion=a_deletion(verified_by="Sue", verified_at=NOON))
    blank = replace(SAFEGUARDS, dpia_reference="")

    inside, after = (a_case_with(a_processing(d, safeguards=blank)) for d in (special, gone))

    assert reasons(inside, Action.STATE_SAFEGUARDS) == ["GDPR-35"]
    assert reasons(after, Action.STATE_SAFEGUARDS) == []


@pytest.mark.rule("R59-d")
@pytest.mark.rule("R59-h")
def test_nobody_is_authorised_after_the_deletion_or_while_processing_is_stopped() -> None:
    earlier = NOON - timedelta(days=9)
    data = released(named_persons=("Ada",), released_at=earlier, deletion=a_deletion())
    gone = data.deletion.ended_at if data.deletion else NOON
    before, after = gone - HOUR, gone
    stopped = a_processing(data, stops=(replace(STOP, at=before - HOUR),))

    assert a_processing(data).authorises(data, "Ada", before, TODAY)
    assert not a_processing(data).authorises(data, "Ada", after, TODAY)
    assert not a_processing(data).authorises(data, "Eve", before, TODAY)
    assert not stopped.authorises(data, "Ada", before, TODAY)
    assert not a_processing(data).authorises(data, "Ada", before, TODAY, ended_at=before - HOUR)
    late = released(named_persons=("Ada",), released_at=NOON)
    assert a_processing(late).authorises(late, "Ada", NOON, TODAY)
    assert not a_processing(late).authorises(late, "Ada", NOON - HOUR, TODAY)


@pytest.mark.rule("R4a")
@pytest.mark.rule("R59-g")
@pytest.mark.rule("R59-h")
@pytest.mark.parametrize(
    ("facts", "over"),
    [
        ({"due_by": Trigger.BIAS_CORRECTED, "due_on": TODAY}, False),
        ({"due_by": Trigger.BIAS_CORRECTED, "due_on": TODAY - DAY}, True),
        ({"retention_until": TODAY}, False),
        ({"retention_until": TODAY - DAY}, True),
        (
            {"kind": DatasetKind.NON_PERSONAL, "personal": False, "retention_until": TODAY - DAY},
            False,
        ),
    ],
)
def test_nobody_is_authorised_after_the_day_on_which_a_dataset_must_go(
    facts: dict[str, Any], *, over: bool
) -> None:
    data = released(released_at=NOON - 9 * DAY, **facts)

    assert a_processing(data).authorises(data, "Ada", NOON, TODAY) is not over


@pytest.mark.rule("R59-j")
def test_a_test_under_art_59_begins_when_its_project_is_public_or_exempt() -> None:
    silent = a_case_with(a_processing(summary=None), stage=Stage.PLAN_AGREED)
    exempt = replace(
        silent, processing=changed(silent.processing, exemption=Exemption("police", "Sue", NOON))
    )
    elsewhere = replace(
        silent,
        application=replace(
            silent.application, reuses_personal_data=False, public_interest_area=""
        ),
    )

    assert reasons(silent, Action.ACTIVATE, SYSTEM) == ["R59-j"]
    assert reasons(exempt, Action.ACTIVATE, SYSTEM) == []
    assert reasons(elsewhere, Action.ACTIVATE, SYSTEM) == []
    assert reasons(silent, Action.EXEMPT_SUMMARY) == ["R59-j"]
    assert reasons(law_enforcement(silent), Action.EXEMPT_SUMMARY) == []
    borders = replace(silent, application=replace(silent.application, annex_iii=("III-7b",)))
    assert reasons(borders, Action.EXEMPT_SUMMARY) == []


@pytest.mark.rule("R59-c")
def test_a_stop_keeps_the_case_and_its_test_from_going_on() -> None:
    stopped = a_case_with(a_processing(stops=(STOP,)))

    for action in (Action.RELEASE_DATASET, Action.START_TEST, Action.RESUME_TEST):
        assert "R59-c" in reasons(stopped, action)
    assert "R59-c" in reasons(stopped, Action.RESUME)


@pytest.mark.rule("R59-c")
@pytest.mark.parametrize(
    ("stopped_by", "resumed_by", "measures", "refused"),
    [
        (SUE, TOM, "fewer queries", 0),
        (SUE, SUE, "fewer queries", 1),
        (SUE, TOM, " ", 1),
        (DAN, TOM, "fewer queries", 1),
        (DAN, Person("Dirk", Role.DATA_PROTECTION, "DPA"), "fewer queries", 0),
        (DAN, DAN, "", 2),
    ],
)
def test_another_person_resumes_and_after_measures(
    stopped_by: Person, resumed_by: Person, measures: str, refused: int
) -> None:
    stop = replace(STOP, by=str(stopped_by), role=stopped_by.role, resumed_at=None)
    lifted = replace(
        stop,
        resumed_by=str(resumed_by),
        resumed_role=resumed_by.role,
        resumed_at=NOON,
        measures=measures,
    )

    before, after = (a_case_with(a_processing(stops=(known,))) for known in (stop, lifted))
    found = against(after, Action.RESUME_PROCESSING, resumed_by, before=before)

    assert [reason.rule for reason in found] == ["R59-c"] * refused


AN_EXPORT = Export(
    *(1, "a table", (), ExportClass.AGGREGATE, "the bank", "", "e" * 64, "Ada", NOON),
)
KIND_OF_CLASS = {
    ExportClass.SPECIAL_CATEGORIES: DatasetKind.ART9_BIAS,
    ExportClass.SANDBOX_CREATED_PERSONAL: DatasetKind.SANDBOX_CREATED_PERSONAL,
}


@pytest.mark.rule("R59-e")
@pytest.mark.parametrize("reading", [True, False])
def test_weights_that_were_found_to_be_personal_stay_whatever_the_switch_says(
    *, reading: bool
) -> None:
    found = replace(
        a_dataset(1, DatasetKind.MODEL_WEIGHTS),
        personal=True,
        assessed_by="Sue",
        assessment="they memorise",
    )
    export = replace(
        AN_EXPORT,
        classified=classify(ExportClass.NON_PERSONAL, [found]),
        weights_are_personal=reading,
    )

    assert export.never


@pytest.mark.rule("R59-e")
@pytest.mark.rule("R4a")
@given(
    claimed=st.sampled_from(ExportClass),
    kinds=st.lists(st.sampled_from(DatasetKind), max_size=4),
    weights=st.booleans(),
)
def test_what_was_created_inside_or_is_special_is_never_released(
    claimed: ExportClass, kinds: list[DatasetKind], weights: bool
) -> None:
    held = [
        replace(a_dataset(n, kind), personal=kind in PERSONAL or weights)
        for n, kind in enumerate(kinds, start=1)
    ]
    export = replace(AN_EXPORT, classified=classify(claimed, held), weights_are_personal=weights)
    forbidden = claimed in NEVER or any(kind in KIND_OF_CLASS.values() for kind in kinds)
    forbidden |= weights and (
        claimed is ExportClass.MODEL_WEIGHTS or DatasetKind.MODEL_WEIGHTS in kinds
    )

    assert bool(export.never) == forbidden
    if forbidden:
        with pytest.raises(ValueError, match=r"never leave|not transmitted|weights"):
            replace(export, state=ExportState.RELEASED)
    else:
        assert replace(export, state=ExportState.RELEASED)


@pytest.mark.rule("R59-e")
def test_weights_are_personal_until_somebody_has_assessed_them() -> None:
    weights = a_dataset(kind=DatasetKind.MODEL_WEIGHTS)
    assessed = replace(weights, personal=False, assessed_by="Sue", assessment="none found")

    assert classify(ExportClass.MODEL_WEIGHTS, [weights]) is ExportClass.MODEL_WEIGHTS
    assert classify(ExportClass.NON_PERSONAL, [weights]) is ExportClass.MODEL_WEIGHTS
    assert classify(ExportClass.MODEL_WEIGHTS, [assessed]) is ExportClass.NON_PERSONAL


@pytest.mark.rule("R59-e")
def test_original_data_leave_on_a_legal_basis_and_nothing_leaves_during_a_stop() -> None:
    original = replace(
        AN_EXPORT,
        classified=ExportClass.ORIGINAL,
        state=ExportState.RELEASED,
        decided_by=str(SUE),
        decided_at=NOON,
    )
    based = replace(original, legal_basis="Art. 6(1)(c) GDPR")

    def against_export(export: Export, *stops: ProcessingStop) -> list[str]:
        return reasons(
            a_case_with(a_processing(exports=(export,), stops=stops)), Action.DECIDE_EXPORT
        )

    assert against_export(original) == ["R59-e"]
    assert against_export(based) == []
    assert against_export(based, STOP) == ["R59-c"]
    earlier = replace(based, decided_at=NOON - timedelta(days=1))
    assert against_export(earlier, STOP) == []


@pytest.mark.rule("R59-g")
@pytest.mark.parametrize(
    ("today", "ended_on", "expected"),
    [
        (date(2027, 6, 29), None, None),
        (date(2027, 6, 30), None, (Trigger.RETENTION, date(2027, 6, 30))),
        (date(2027, 1, 20), date(2027, 1, 19), (Trigger.EXIT, date(2027, 1, 19))),
        (date(2027, 8, 1), date(2027, 7, 19), (Trigger.RETENTION, date(2027, 6, 30))),
        (date(2027, 8, 1), date(2027, 6, 30), (Trigger.EXIT, date(2027, 6, 30))),
    ],
)
def test_a_dataset_goes_at_exit_or_at_the_end_of_its_retention_whichever_is_first(
    today: date, ended_on: date | None, expected: tuple[Trigger, date] | None
) -> None:
    assert trigger(released(), today, ended_on) == expected


def test_what_never_came_in_or_is_due_already_is_not_called_for() -> None:
    due = released(due_by=Trigger.BIAS_CORRECTED, due_on=date(2027, 1, 1))

    for nothing in (a_dataset(), due, released(deletion=a_deletion())):
        assert trigger(nothing, date(2028, 1, 1), date(2027, 1, 19)) is None


held = st.builds(
    lambda number, lifted: replace(HOLD, dataset=number, lifted_at=NOON if lifted else None),
    st.none() | st.integers(1, 4),
    st.booleans(),
)


@st.composite
def datasets(draw: st.DrawFn) -> tuple[Dataset, ...]:
    found = []
    for number in range(1, draw(st.integers(0, 4)) + 1):
        kind = draw(st.sampled_from(DatasetKind))
        personal = kind in PERSONAL or (kind is DatasetKind.MODEL_WEIGHTS and draw(st.booleans()))
        inside: dict[str, Any] = (
            {"released_by": "Sue", "released_at": NOON} if draw(st.booleans()) else {}
        )
        deletion = draw(st.sampled_from([None, a_deletion(), a_deletion(verified_at=NOON)]))
        due: dict[str, Any] = (
            {"due_by": Trigger.EXIT, "due_on": NOON.date()} if draw(st.booleans()) else {}
        )
        dataset = a_dataset(number, kind, **({"deletion": deletion} | inside | due))
        found.append(replace(dataset, personal=personal))
    return tuple(found)


@pytest.mark.rule("R59-g")
@pytest.mark.rule("DL-19")
@given(datasets(), st.lists(held, max_size=3), st.sampled_from(["", "c" * 64]))
def test_no_case_closes_with_data_that_are_neither_deleted_nor_held(
    found: tuple[Dataset, ...], holds: list[LegalHold], certificate: str
) -> None:
    case = a_case_with(
        a_processing(*found, holds=tuple(holds)),
        stage=Stage.COMPLETED,
        exit_report_sha256="e" * 64,
        deletion_certificate_sha256=certificate,
    )

    closes = not reasons(case, Action.CLOSE, SYSTEM)

    standing = [hold.dataset for hold in holds if hold.lifted_at is None]
    for dataset in found:
        gone = dataset.deletion is not None and dataset.deletion.verified_at is not None
        kept = None in standing or dataset.number in standing
        came_in = dataset.released_at is not None or dataset.kind in {
            DatasetKind.SANDBOX_CREATED_PERSONAL,
            DatasetKind.MODEL_WEIGHTS,
        }
        if closes and dataset.personal and came_in:
            assert gone or (kept and dataset.due_on is not None)
    assert not closes or certificate


@pytest.mark.rule("R59-g")
def test_a_hold_keeps_a_dataset_from_deletion_and_only_that_one() -> None:
    first, second = released(1), released(2)
    on_first = replace(HOLD, dataset=1)

    def delete(dataset: Dataset, hold: LegalHold) -> list[str]:
        others = [d for d in (first, second) if d.number != dataset.number]
        gone = replace(dataset, deletion=a_deletion())
        case = a_case_with(a_processing(*others, gone, holds=(hold,)), stage=Stage.COMPLETED)
        return reasons(case, Action.DELETE_DATASET)

    assert delete(first, on_first) == ["R59-g"]
    assert delete(second, on_first) == []
    assert delete(second, HOLD) == ["R59-g"]
    assert delete(first, replace(on_first, lifted_at=NOON)) == []


@pytest.mark.rule("R59-g")
def test_a_hold_on_the_case_keeps_the_data_of_withdrawn_subjects_too() -> None:
    on_case = a_case_with(a_processing(holds=(HOLD,)))
    on_dataset = a_case_with(a_processing(released(), holds=(replace(HOLD, dataset=1),)))

    assert reasons(on_case, Action.PROVE_SUBJECT_DELETION) == ["R59-g"]
    assert reasons(on_dataset, Action.PROVE_SUBJECT_DELETION) == []


@pytest.mark.rule("R59-g")
def test_a_hold_needs_ground_and_basis_and_a_deletion_another_witness() -> None:
    groundless = a_processing(holds=(replace(HOLD, legal_basis=" "),))
    seen = a_deletion(by=str(SUE), verified_by=str(SUE), verified_at=NOON)

    assert reasons(a_case_with(groundless), Action.PLACE_HOLD) == ["R59-g"]
    own = a_case_with(a_processing(released(deletion=seen)))
    assert reasons(own, Action.VERIFY_DELETION) == ["R59-g"]
    assert reasons(own, Action.VERIFY_DELETION, TOM) == []


@pytest.mark.rule("R59-h")
@pytest.mark.rule("R59-i")
def test_a_settled_log_takes_nothing_and_a_completed_case_tells_how_it_was_trained() -> None:
    settled = a_case_with(a_processing(released(), log_settled_at=NOON))
    silent = a_case_with(a_processing(released()))
    told = a_case_with(a_processing(released(), experiments=1))

    assert reasons(settled, Action.LOG_ACCESS) == ["R59-h"]
    assert reasons(silent, Action.COMPLETE) == ["R59-i"]
    assert reasons(silent, Action.TERMINATE) == []
    assert reasons(told, Action.COMPLETE) == []


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (lambda: a_dataset(personal=False), "is personal data"),
        (lambda: a_dataset(retention_until=None), "end of retention"),
        (lambda: a_dataset(due_by=Trigger.EXIT), "due for a reason"),
        (lambda: a_deletion(ended_at=NOON - timedelta(days=1)), "before it began"),
        (lambda: a_deletion(ended_at=NOON + timedelta(days=1)), "reported when it has ended"),
        (lambda: a_deletion(exceptions="the backup"), "legal basis"),
        (lambda: Safeguards(alerts=(ALERT, ALERT)), "two alerts"),
    ],
)
def test_what_cannot_be_is_not_made(wrong: Callable[[], object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        wrong()


def test_the_sweep_waits_for_the_first_retention_that_is_still_to_come() -> None:
    kept = a_processing(released(1, retention_until=date(2027, 3, 1)), released(2), a_dataset(3))
    gone = with_dataset(kept, released(1, deletion=a_deletion()))

    assert kept.next_deletion_on == date(2027, 3, 1)
    assert gone.next_deletion_on == date(2027, 6, 30)
    assert a_processing().next_deletion_on is None
