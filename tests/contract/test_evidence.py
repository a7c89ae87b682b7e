"""What every evidence store promises, asked of the fake and of real S3 with object lock."""

import uuid
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber

from sandbox.errors import EvidenceLocked, EvidenceTampered, EvidenceUnavailable, NotFound
from sandbox.monitoring.evidence import S3Evidence
from sandbox.ports import Evidence
from tests.conftest import needed
from tests.fakes import FakeEvidence

BUCKET = "contract-tests"


def real() -> S3Evidence:
    return S3Evidence(
        endpoint=needed("SANDBOX_S3_ENDPOINT"),
        access_key=needed("SANDBOX_S3_ACCESS_KEY"),
        secret_key=needed("SANDBOX_S3_SECRET_KEY"),
        bucket=BUCKET,
    )


@pytest.fixture(params=["fake", pytest.param("s3", marks=pytest.mark.services)])
def evidence(request: pytest.FixtureRequest) -> Evidence:
    return FakeEvidence() if request.param == "fake" else real()


@pytest.fixture
def key() -> str:
    return f"cases/{uuid.uuid4()}/report.json"


def soon() -> datetime:
    return datetime.now(UTC) + timedelta(minutes=2)


def test_what_was_put_comes_back(evidence: Evidence, key: str) -> None:
    stored = evidence.put(key, b"{}", media_type="application/json", retain_until=soon())

    assert evidence.get(key, stored.version) == b"{}"
    assert evidence.get(key) == b"{}"


def test_the_same_bytes_again_change_nothing(evidence: Evidence, key: str) -> None:
    first = evidence.put(key, b"{}", media_type="application/json", retain_until=soon())
    again = evidence.put(key, b"{}", media_type="application/json", retain_until=soon())

    assert (again.version, again.sha256) == (first.version, first.sha256)


def test_other_bytes_under_a_used_key_are_refused(evidence: Evidence, key: str) -> None:
    evidence.put(key, b"{}", media_type="application/json", retain_until=soon())

    with pytest.raises(EvidenceTampered):
        evidence.put(key, b"[]", media_type="application/json", retain_until=soon())


def test_what_was_never_put_is_not_found(evidence: Evidence, key: str) -> None:
    evidence.put(key + ".other", b"{}", media_type="application/json", retain_until=soon())

    with pytest.raises(NotFound):
        evidence.get(key)


@pytest.mark.services
def test_a_locked_version_cannot_be_deleted(key: str) -> None:
    stored = real().put(key, b"{}", media_type="application/json", retain_until=soon())
    administrator = boto3.client(
        "s3",
        endpoint_url=needed("SANDBOX_S3_ENDPOINT"),
        aws_access_key_id=needed("SANDBOX_S3_ACCESS_KEY"),
        aws_secret_access_key=needed("SANDBOX_S3_SECRET_KEY"),
        region_name="us-east-1",
    )

    with pytest.raises(ClientError, match="AccessDenied"):
        administrator.delete_object(Bucket=BUCKET, Key=key, VersionId=stored.version)

    assert real().get(key, stored.version) == b"{}"


def test_what_is_locked_is_kept(evidence: Evidence, key: str) -> None:
    stored = evidence.put(key, b"{}", media_type="application/json", retain_until=soon())

    with pytest.raises(EvidenceLocked):
        evidence.delete(key)

    assert evidence.get(key, stored.version) == b"{}"


def test_what_is_locked_no_more_is_deleted_and_what_is_beside_it_is_not(
    evidence: Evidence, key: str
) -> None:
    until = datetime.now(UTC) + timedelta(seconds=5)  # a store refuses a lock that is over already
    evidence.put(key, b"{}", media_type="application/json", retain_until=until)
    evidence.put(key + ".other", b"{}", media_type="application/json", retain_until=until)

    while not _deleted(evidence, key):
        assert datetime.now(UTC) < until + timedelta(seconds=30)

    with pytest.raises(NotFound):
        evidence.get(key)
    assert evidence.get(key + ".other") == b"{}"


def _deleted(evidence: Evidence, key: str) -> bool:
    try:
        evidence.delete(key)
    except EvidenceLocked:
        return False
    return True


def test_what_is_absent_is_deleted_already(evidence: Evidence, key: str) -> None:
    evidence.delete(key)


def test_every_version_and_every_marker_of_a_deletion_goes() -> None:
    store = S3Evidence(endpoint="http://127.0.0.1:1", access_key="a", secret_key="b", bucket="c")
    with Stubber(store._client) as s3:
        s3.add_response(
            "list_object_versions",
            {
                "Versions": [
                    {"Key": "k", "VersionId": "1"},
                    {"Key": "k", "VersionId": "2"},
                    {"Key": "k.other", "VersionId": "3"},
                ],
                "DeleteMarkers": [{"Key": "k", "VersionId": "4"}],
            },
            {"Bucket": "c", "Prefix": "k"},
        )
        for version in ("1", "2", "4"):
            s3.add_response("delete_object", {}, {"Bucket": "c", "Key": "k", "VersionId": version})
        store.delete("k")
        s3.assert_no_pending_responses()
        s3.add_response("list_object_versions", {"Versions": [{"Key": "k", "VersionId": "1"}]})
        s3.add_client_error("delete_object", "AccessDenied")
        with pytest.raises(EvidenceLocked, match="keeps k"):
            store.delete("k")
        s3.add_client_error("list_object_versions", "NoSuchBucket")
        store.delete("k")
        s3.add_client_error("list_object_versions", "SlowDown")
        with pytest.raises(EvidenceUnavailable):
            store.delete("k")


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", ""])
def test_a_store_that_is_away_is_an_outage(endpoint: str) -> None:
    away = S3Evidence(endpoint=endpoint, access_key="a", secret_key="b", bucket="c")

    with pytest.raises(EvidenceUnavailable):
        away.put("k", b"", media_type="text/plain", retain_until=soon())
    with pytest.raises(EvidenceUnavailable):
        away.delete("k")
