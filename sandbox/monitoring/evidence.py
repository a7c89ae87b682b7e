"""Sealed files in S3: put once with object lock, never overwritten, deleted after the lock alone."""

import hashlib
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from sandbox.errors import EvidenceLocked, EvidenceTampered, EvidenceUnavailable, NotFound
from sandbox.ports import Stored

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

HASH = "sha256"  # the key of our hash in an object's metadata
LOCKED = {"AccessDenied", "ObjectLocked", "InvalidRequest"}  # each store has its own word
BUCKET_ABSENT = {"404", "NoSuchBucket"}
ABSENT = {"404", "NoSuchKey", "NoSuchVersion", "NotFound"}
OURS = {"BucketAlreadyOwnedByYou", "BucketAlreadyExists"}
LIMITS = Config(
    connect_timeout=3,
    read_timeout=20,
    retries={"total_max_attempts": 2, "mode": "standard"},
    s3={"addressing_style": "path"},
)


class S3Evidence:
    """The Evidence port over any S3 with versions and object lock in COMPLIANCE mode."""

    def __init__(
        self,
        *,
        endpoint: str,
        access_key: str,
        secret_key: str,
        bucket: str,
        region: str = "us-east-1",
    ) -> None:
        self._endpoint = endpoint
        self._keys = (access_key, secret_key)
        self._bucket = bucket
        self._region = region
        self._bucket_ready = False

    @cached_property
    def _client(self) -> "S3Client":
        return boto3.client(
            "s3",
            endpoint_url=self._endpoint,
            aws_access_key_id=self._keys[0],
            aws_secret_access_key=self._keys[1],
            region_name=self._region,
            config=LIMITS,
        )

    def put(self, key: str, body: bytes, *, media_type: str, retain_until: datetime) -> Stored:
        """Store once; the same bytes again change nothing, other bytes raise EvidenceTampered."""
        sha256 = hashlib.sha256(body).hexdigest()
        try:
            self._make_bucket()
            known = self._find(key)
            if known is None:
                self._client.put_object(
                    Bucket=self._bucket,
                    Key=key,
                    Body=body,
                    ContentType=media_type,
                    Metadata={HASH: sha256},
                    ObjectLockMode="COMPLIANCE",
                    ObjectLockRetainUntilDate=retain_until.astimezone(UTC),
                )
                known = self._find(key)
        except (BotoCoreError, ClientError, ValueError) as error:
            raise EvidenceUnavailable(f"the evidence store does not answer: {error}") from error
        if known is None or known.sha256 != sha256:
            raise EvidenceTampered(f"{key} is used for another file")
        return known

    def get(self, key: str, version: str = "") -> bytes:
        """The bytes of a version, the newest when none is named; NotFound when there is none."""
        try:
            if version:
                found = self._client.get_object(Bucket=self._bucket, Key=key, VersionId=version)
            else:
                found = self._client.get_object(Bucket=self._bucket, Key=key)
            return found["Body"].read()
        except ClientError as error:
            if _code(error) in ABSENT:
                raise NotFound(f"there is no file {key}") from error
            raise EvidenceUnavailable(f"the evidence store refuses: {error}") from error
        except (BotoCoreError, ValueError) as error:
            raise EvidenceUnavailable(f"the evidence store does not answer: {error}") from error

    def delete(self, key: str) -> None:
        """Delete every version of a file, and whatever hides one; EvidenceLocked while a lock stands."""
        try:
            for version in self._versions(key):
                self._client.delete_object(Bucket=self._bucket, Key=key, VersionId=version)
        except ClientError as error:
            if _code(error) in LOCKED:
                raise EvidenceLocked(f"the evidence store keeps {key}: {error}") from error
            raise EvidenceUnavailable(f"the evidence store refuses: {error}") from error
        except (BotoCoreError, ValueError) as error:
            raise EvidenceUnavailable(f"the evidence store does not answer: {error}") from error

    def _versions(self, key: str) -> list[str]:
        """Every version of a key, and every marker of a deletion; none when there is no bucket."""
        try:
            pages = self._client.get_paginator("list_object_versions").paginate(
                Bucket=self._bucket, Prefix=key
            )
            return [
                found["VersionId"]
                for page in pages
                for found in (*page.get("Versions", ()), *page.get("DeleteMarkers", ()))
                if found["Key"] == key
            ]
        except ClientError as error:
            if _code(error) in BUCKET_ABSENT:
                return []
            raise

    def _find(self, key: str) -> Stored | None:
        try:
            head = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if _code(error) in ABSENT:
                return None
            raise
        until = head.get("ObjectLockRetainUntilDate")
        if until is None:
            raise EvidenceUnavailable(f"{key} is not locked: the store has no object lock")
        return Stored(key, head.get("VersionId", ""), head["Metadata"].get(HASH, ""), until)

    def _make_bucket(self) -> None:
        if self._bucket_ready:
            return
        try:
            self._client.head_bucket(Bucket=self._bucket)
        except ClientError as missing:
            if _code(missing) not in BUCKET_ABSENT:
                raise
            try:
                self._client.create_bucket(Bucket=self._bucket, ObjectLockEnabledForBucket=True)
            except ClientError as error:
                if _code(error) not in OURS:
                    raise
        self._bucket_ready = True


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
