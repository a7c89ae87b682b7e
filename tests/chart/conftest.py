"""The programs that the chart is tested with."""

from collections.abc import Iterator

import pytest

from tests.chart.cluster import (
    Kubectl,
    accounts_and_rights,
    rendered_for,
    throw_away_namespace,
)
from tests.chart.paths import EVERYTHING, LEAST, kubeconfig, program
from tests.chart.render import OPERATOR_KINDS, Helm, Rendered


@pytest.fixture(scope="session")
def helm() -> Helm:
    found = program("helm")
    if found is None:
        pytest.fail("the program helm is missing: run `make tools`")
    return Helm(found)


@pytest.fixture(scope="session")
def promtool() -> str:
    found = program("promtool")
    if found is None:
        pytest.fail("the program promtool is missing: run `make up`")
    return found


@pytest.fixture(scope="session")
def least(helm: Helm) -> Rendered:
    """The chart as it is, told only what has no honest default."""
    return helm.rendered(LEAST)


@pytest.fixture(scope="session")
def everything(helm: Helm) -> Rendered:
    """The chart with every switch on, on a cluster that knows the Prometheus operator."""
    return helm.rendered(EVERYTHING, kinds=OPERATOR_KINDS)


@pytest.fixture(scope="session", params=["least", "everything"])
def release(request: pytest.FixtureRequest) -> Rendered:
    """Both, one after the other: for what must always hold."""
    found: Rendered = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="session")
def kubectl() -> Iterator[Kubectl]:
    found, config = program("kubectl"), kubeconfig()
    if found is None or config is None:
        pytest.fail("there is no cluster to ask: run `make up`")
    with throw_away_namespace(found, config) as kubectl:
        yield kubectl


@pytest.fixture(scope="session")
def release_in_cluster(helm: Helm, kubectl: Kubectl) -> Rendered:
    return rendered_for(helm, kubectl)


@pytest.fixture(scope="session")
def installed(kubectl: Kubectl, release_in_cluster: Rendered) -> Iterator[Kubectl]:
    """The cluster with the accounts, the roles and the fence of the release in force."""
    with accounts_and_rights(kubectl, release_in_cluster) as installed:
        yield installed
