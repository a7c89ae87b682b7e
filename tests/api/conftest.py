"""The API over a database of its own; a test file with other needs has an `api` of its own."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from fastapi.testclient import TestClient

from sandbox.api.app import create_app
from sandbox.store.database import Sessions
from sandbox.wiring import Wired, nothing
from tests.api.test_api import KEY
from tests.factories import AUTHORITY, UNION
from tests.fakes import FakeCatalogue, FakeCluster, FakeEngine, FakeEvidence, FakeNudge


@pytest.fixture
def evidence() -> FakeEvidence:
    return FakeEvidence()


@pytest.fixture
def api(sessions: Sessions, evidence: FakeEvidence) -> Iterator[TestClient]:
    parts: Wired = replace(
        nothing(),
        sessions=sessions,
        cluster=FakeCluster(FakeEngine()),
        catalogue=FakeCatalogue(),
        evidence=evidence,
        authority=AUTHORITY,
        union=UNION,
        nudge=FakeNudge(),
        token_key=KEY,
    )
    with TestClient(create_app(parts), raise_server_exceptions=False) as made:
        yield made
