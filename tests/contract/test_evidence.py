"""What every evidence store promises, asked of the fake and of real S3 with object lock."""

import uuid
from datetime import UTC, datetime, timedelta

import boto3
import pytest
from botocore.exceptions import ClientError

from sandbox.errors import EvidenceTampered, EvidenceUnavailable, NotFound
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


@pytest.mark.parametrize("endpoint", ["http://127.0.0.1:1", ""])
def test_a_store_that_is_away_is_an_outage(endpoint: str) -> None:
    away = S3Evidence(endpoint=endpoint, access_key="a", secret_key="b", bucket="c")

    with pytest.raises(EvidenceUnavailable):
        away.put("k", b"", media_type="text/plain", retain_until=soon())
