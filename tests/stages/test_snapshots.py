"""The evidence snapshot of an inspection: through outages and crashes, over a real database."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from sandbox.domain.case import Unit
from sandbox.domain.evidence_hold import KEEPING
from sandbox.domain.naming import CaseId
from sandbox.domain.papers import Paper
from sandbox.domain.snapshot import (
    NO_SNAPSHOTS,
    NO_VOLUMES,
    NOT_TAKEN,
    NOTHING_MEASURED,
    NOTHING_RAN,
    Snapshot,
)
from sandbox.domain.supervision import Inspection
from sandbox.errors import RuleBroken
from sandbox.stages import export
from sandbox.store import documents, ledger
from tests.factories import ADA, SUE
from tests.office import Office
from tests.stages.supervising import INA, MAX, closing, inspection

pytestmark = pytest.mark.rule("R60-6")


def inspected(office: Office, **more: Any) -> tuple[CaseId, int]:
    """A test that ran for a minute when an inspection was opened."""
    case_id = office.active()
    office.clock.forward(minutes=1)
    return case_id, inspection(office, case_id, **more).inspections[-1].number


def closed(office: Office, case_id: CaseId, number: int) -> Inspection:
    return closing(office, case_id, number, INA).inspections[-1]


def record_of(office: Office, case_id: CaseId) -> dict[str, Any]:
    with office.sessions.begin() as session:
        said = documents.load(session, case_id, Paper.INSPECTION_RECORD, 1).assembled
    assert said is not None
    return said


def taken(office: Office, case_id: CaseId, number: int) -> Snapshot:
    found = closed(office, case_id, number).snapshot
    assert found is not None
    return found


@pytest.mark.parametrize("announced", [False, True])
def test_what_ran_lay_on_volumes_and_was_measured_is_secured_and_named_in_the_record(
    office: Office, *, announced: bool
) -> None:
    """Of an unannounced one the volumes when it is closed: the participant sees that in its cluster."""
    case_id, number = inspected(office, announced=announced)
    office.work()
    opened_at = office.clock()
    office.clock.forward(hours=1)
    found = taken(office, case_id, number)

    assert found.kept is not None
    assert found.images_at == opened_at
    assert found.volumes_at == (opened_at if announced else office.clock())
    body = office.evidence.kept[found.kept.key]
    assert hashlib.sha256(body).hexdigest() == found.kept.sha256
    with zipfile.ZipFile(io.BytesIO(body)) as packed:
        index = json.loads(packed.read("index.json"))
    assert index["subject"] == f"inspection {number}"
    assert {one["metric"] for one in index["series"]} == office.catalogue.names
    assert (found.kept.until - found.kept.start).total_seconds() == 60  # up to the opening
    assert record_of(office, case_id)["evidence_snapshot"] == {
        "images": [str(image) for image in office.cluster.images],
        "volumes": [f"data: inspection-{number}-data"],
        "kept_series": [str(found.kept)],
    }
    with office.sessions.begin() as session:
        last = ledger.of_case(session, case_id)[-1].entry
    assert last.facts["series_sha256"] == found.kept.sha256


@pytest.mark.parametrize("outside", ["metrics", "evidence", "cluster"])
def test_an_outage_postpones_its_part_and_loses_nothing(office: Office, outside: str) -> None:
    case_id, number = inspected(office, announced=True)
    getattr(office, outside).away = True
    office.work()
    assert office.sweep() == 1  # the running test is monitored, and nothing else is due yet
    office.nudge.given.clear()

    getattr(office, outside).away = False
    office.clock.forward(seconds=KEEPING.total_seconds())
    office.sweep()
    office.work()
    found = taken(office, case_id, number)

    assert found.is_whole(with_volumes=True)
    assert found.kept is not None
    assert (found.images, found.kept.until) == (
        office.cluster.images,
        office.case(case_id).inspections[0].opened_at,
    )


def test_a_nudge_that_was_lost_is_given_again_and_one_that_came_twice_does_nothing(
    office: Office,
) -> None:
    case_id, number = inspected(office)
    office.nudge.given.clear()
    office.sweep()
    office.work()
    kept = dict(office.evidence.kept)
    office.clock.forward(days=1)
    office.snapshot(case_id)
    office.sweep()

    assert office.evidence.kept == kept
    assert ("snapshot", case_id) not in office.nudge.given
    assert taken(office, case_id, number).is_whole(with_volumes=True)


def test_what_was_not_taken_before_the_closure_is_said_to_be_missing_and_is_not_taken_later(
    office: Office,
) -> None:
    case_id, number = inspected(office)
    office.metrics.away = office.cluster.away = True
    office.work()
    closed(office, case_id, number)
    assert office.cluster.snapshotted == []
    office.metrics.away = office.cluster.away = False
    office.clock.forward(days=1)
    office.sweep()

    assert set(map(tuple, record_of(office, case_id)["evidence_snapshot"].values())) == {
        (NOT_TAKEN,)
    }
    assert ("snapshot", case_id) not in office.nudge.given


def test_a_closure_that_is_refused_snapshots_nothing_that_the_participant_would_see(
    office: Office,
) -> None:
    case_id, number = inspected(office)
    office.work()
    with pytest.raises(RuleBroken, match="closed by the authority that opened it"):
        closing(office, case_id, number, replace(MAX, unit=Unit.ENFORCEMENT))

    assert office.cluster.snapshotted == []
    closed(office, case_id, number)
    assert office.cluster.snapshotted == [f"inspection-{number}"]


def test_what_is_not_there_is_said_in_words(office: Office) -> None:
    at = office.clock()
    nothing = Snapshot(images_at=at, volumes_at=at, kept_at=at)
    offers_none = Snapshot(volumes=None, volumes_at=at)

    assert nothing.said() == {
        "images": [NOTHING_RAN],
        "volumes": [NO_VOLUMES],
        "kept_series": [NOTHING_MEASURED],
    }
    assert offers_none.said()["volumes"] == [NO_SNAPSHOTS]


@pytest.mark.rule("R78")
def test_a_secret_snapshot_goes_along_with_no_export_and_a_closed_one_does(office: Office) -> None:
    case_id, number = inspected(office)
    office.work()

    def files() -> list[str]:
        gathered = export.gather(case_id, by=ADA, sessions=office.sessions)
        found = [name for name, _ in export.files(gathered, office.evidence)]
        return [name for name in found if name.startswith("kept-series/")]

    assert files() == []
    closed(office, case_id, number)
    assert [name.partition(f"inspection-{number}-")[0] for name in files()] == ["kept-series/"]


def test_the_certificate_of_deletion_says_which_series_of_an_inspection_are_kept(
    office: Office,
) -> None:
    case_id, number = inspected(office)
    office.work()
    kept = taken(office, case_id, number).kept
    office.end(case_id)
    office.work()
    office.issue_exit_report(case_id)
    office.work()

    with office.sessions.begin() as session:
        said = documents.load(session, case_id, Paper.DELETION_CERTIFICATE, 1).assembled
    assert said is not None
    assert kept is not None
    one = {"document": "kept series", "inspection": number, "sha256": kept.sha256}
    assert one in said["kept"]
    assert office.look(case_id, SUE).case.stage.value == "closed"
