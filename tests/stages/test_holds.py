"""What an evidence hold keeps: series and volumes, through outages and crashes, over a real database."""

import hashlib
import io
import json
import zipfile
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest

from sandbox.domain.action import Action
from sandbox.domain.evidence_hold import KEEPING, KEPT_LEAST
from sandbox.domain.incident import NO_SNAPSHOTS, Incident
from sandbox.domain.lifecycle import Stage
from sandbox.domain.measurement import Series
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.stages import export
from sandbox.store import documents, ledger
from tests.factories import ADA, SUE
from tests.fakes import FakeMetrics
from tests.office import Office
from tests.stages.supervising import (
    RIGHTS,
    classified,
    closed,
    informed,
    opened,
    reported,
    responded,
    taken,
)

pytestmark = pytest.mark.rule("R73-06")


def held(office: Office) -> CaseId:
    """A test that ran for a minute when an incident became known."""
    case_id = office.active()
    office.clock.forward(minutes=1)
    opened(office, case_id)
    return case_id


def first(office: Office, case_id: CaseId) -> Incident:
    return office.case(case_id).incidents[0]


def entries(office: Office, case_id: CaseId, kind: str) -> list[dict[str, object]]:
    with office.sessions.begin() as session:
        lines = ledger.of_case(session, case_id)
    return [dict(line.entry.facts) for line in lines if line.entry.action == kind]


def d7(office: Office, case_id: CaseId) -> dict[str, list[str]]:
    with office.sessions.begin() as session:
        facts = documents.load(session, case_id, Paper.INCIDENT_REPORT, 1).assembled
    assert facts is not None
    return facts


def later(office: Office, case_id: CaseId, **amount: float) -> Incident:
    office.clock.forward(**amount)
    office.sweep()
    office.work()
    return first(office, case_id)


def test_each_series_is_kept_under_lock_with_its_own_hash(office: Office) -> None:
    case_id = held(office)
    office.work()

    (kept,) = first(office, case_id).kept
    body = office.evidence.kept[kept.key]
    assert hashlib.sha256(body).hexdigest() == kept.sha256
    assert kept.until - kept.start == timedelta(minutes=1)
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        index = json.loads(packed.read("index.json"))
        assert {one["metric"] for one in index["series"]} == office.catalogue.names
        for one, said in zip(kept.metrics, index["series"], strict=True):
            raw = packed.read(said["file"])
            assert hashlib.sha256(raw).hexdigest() == said["sha256"] == one.sha256
            assert raw.count(b"\n") == one.values == one.expected == 61
    (entry,) = entries(office, case_id, "series_kept")
    assert (entry["sha256"], entry["key"]) == (kept.sha256, kept.key)
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=False)
    assert d7(office, case_id)["kept_series"] == [str(kept)]
    assert kept.sha256 in str(kept)


def test_what_was_not_measured_is_kept_as_missing(office: Office) -> None:
    office.metrics.value = None
    case_id = held(office)
    office.work()

    (kept,) = first(office, case_id).kept
    assert [(one.values, one.expected) for one in kept.metrics] == [(0, 61), (0, 61)]
    assert "no data: accuracy, group_gap" in str(kept)


@dataclass
class Refusing(FakeMetrics):
    """Refuses one query for good."""

    def series(self, query: str, start: datetime, end: datetime, step_seconds: float) -> Series:
        if query.startswith("accuracy"):
            raise ValueError("Prometheus refuses the query")
        return super().series(query, start, end, step_seconds)


def test_a_query_that_is_refused_does_not_keep_the_others_from_being_kept(office: Office) -> None:
    office.metrics = Refusing()
    case_id = held(office)
    office.work()

    (kept,) = first(office, case_id).kept
    assert kept.without_data == ("accuracy",)
    assert str(kept.metrics[0]) == "accuracy: no data, Prometheus refuses the query"


@pytest.mark.parametrize("outside", ["metrics", "evidence"])
def test_an_outage_postpones_and_loses_nothing(office: Office, outside: str) -> None:
    getattr(office, outside).away = True
    case_id = held(office)
    office.work()
    version = office.case(case_id).version
    later(office, case_id, minutes=1)
    assert (first(office, case_id).kept, office.case(case_id).version) == ((), version)

    getattr(office, outside).away = False
    (kept,) = later(office, case_id, seconds=KEEPING.total_seconds()).kept

    assert kept.start == office.case(case_id).stretches[0].started_at
    assert kept.without_data == ()


def test_a_nudge_that_was_lost_is_given_again(office: Office) -> None:
    case_id = held(office)
    office.nudge.given.clear()

    found = later(office, case_id, seconds=1)

    assert (len(found.kept), found.images_at is None, found.snapshots_at is None) == (
        1,
        False,
        False,
    )
    office.sweep()
    assert not {"pin", "keep"} & {stage for stage, _ in office.nudge.given}


def test_a_worker_that_is_killed_after_storing_leaves_the_rest_to_another(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case_id = held(office)
    store = office.evidence.put

    def killed(*args: object, **named: object) -> None:
        store(*args, **named)  # type: ignore[arg-type]  # as it was called
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(office.evidence, "put", killed)
        with pytest.raises(SystemExit):
            office.keep(case_id)

    office.nudge.given.clear()
    assert later(office, case_id, minutes=1).kept == ()
    (kept,) = later(office, case_id, seconds=KEEPING.total_seconds()).kept
    assert kept.key in office.evidence.kept


def test_two_workers_at_once_keep_one_file(office: Office) -> None:
    case_id = held(office)

    class Meanwhile(FakeMetrics):
        def series(self, query: str, start: datetime, end: datetime, step_seconds: float) -> Series:
            office.keep(case_id)
            return super().series(query, start, end, step_seconds)

    office.metrics = Meanwhile()
    office.keep(case_id)

    assert len(first(office, case_id).kept) == 1
    assert len([key for key in office.evidence.kept if "kept-series" in key]) == 1


def test_while_a_hold_stands_files_follow_each_other_and_the_last_ends_with_it(
    office: Office,
) -> None:
    case_id = held(office)
    responded(office, case_id, mitigated=True)
    office.work()
    assert len(later(office, case_id, hours=1).kept) == 1
    assert len(later(office, case_id, seconds=KEPT_LEAST.total_seconds()).kept) == 2

    office.clock.forward(hours=2)
    informed(office, case_id)
    lifted_at = office.clock.now
    office.work()
    kept = later(office, case_id, hours=100).kept

    assert len(kept) == 3
    assert [one.start for one in kept[1:]] == [one.until for one in kept[:-1]]
    assert kept[-1].until == lifted_at


def test_volumes_are_snapshotted_once_and_named(office: Office) -> None:
    case_id = held(office)
    office.work()
    office.nudge("pin", case_id)
    office.work()

    assert first(office, case_id).volumes_said == ("data: incident-1-data",)
    (entry,) = entries(office, case_id, "volumes_snapshotted")
    assert entry == {"incident": 1, "volumes": ["data: incident-1-data"]}


def test_a_cluster_without_snapshots_is_said_to_offer_none(office: Office) -> None:
    office.cluster.offers_snapshots = False
    case_id = held(office)
    office.work()
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=False)

    assert first(office, case_id).snapshots is None
    assert d7(office, case_id)["volumes"] == [NO_SNAPSHOTS]


def test_volumes_are_looked_at_when_the_cluster_answers_again(office: Office) -> None:
    office.cluster.away = True
    case_id = held(office)
    office.work()
    assert first(office, case_id).volumes_said == (
        "not known yet whether volumes were snapshotted",
    )

    office.cluster.away = False
    assert later(office, case_id, seconds=1).volumes_said == ("data: incident-1-data",)


@pytest.mark.parametrize("action", [Action.COMPLETE, Action.TERMINATE])
def test_nothing_is_removed_while_evidence_is_held(office: Office, action: Action) -> None:
    case_id = held(office)
    office.work()
    office.end(case_id, action)
    office.work()
    office.issue_exit_report(case_id)
    later(office, case_id, seconds=1)
    assert case_id in office.engine.standing

    informed(office, case_id)
    office.work()

    assert case_id not in office.engine.standing
    with office.sessions.begin() as session:
        certificate = documents.load(session, case_id, Paper.DELETION_CERTIFICATE, 1).assembled
    assert certificate is not None
    kept = first(office, case_id).kept[-1]
    assert kept.sha256 in {file["sha256"] for file in certificate["kept"]}
    assert office.case(case_id).stage is not Stage.CLOSED


def test_closing_an_incident_keeps_the_last_of_it_and_lets_go(office: Office) -> None:
    case_id = held(office)
    office.work()
    classified(office, case_id, RIGHTS)
    reported(office, case_id, complete=True)
    taken(office, case_id, SUE, told="R-1")
    office.clock.forward(minutes=1)
    closed(office, case_id)
    office.work()

    assert len(first(office, case_id).kept) == 2
    assert not office.engine.standing[case_id].held


def test_an_export_takes_the_kept_series_along(office: Office) -> None:
    case_id = held(office)
    office.work()
    (kept,) = first(office, case_id).kept

    gathered = export.gather(case_id, by=ADA, sessions=office.sessions)
    files = dict(export.files(gathered, office.evidence))

    name = f"kept-series/incident-1-{kept.sha256}.zip"
    assert hashlib.sha256(files[name]).hexdigest() == kept.sha256
    assert f"{kept.sha256}  {name}\n" in files["SHA256SUMS"].decode()
