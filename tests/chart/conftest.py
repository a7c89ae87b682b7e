"""The programs that the chart is tested with."""

import pytest

from tests.chart.paths import EVERYTHING, LEAST, program
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
def least(helm) -> Rendered:
    """The chart as it is, told only what has no honest default."""
    return helm.rendered(LEAST)


@pytest.fixture(scope="session")
def everything(helm) -> Rendered:
    """The chart with every switch on, on a cluster that knows the Prometheus operator."""
    return helm.rendered(EVERYTHING, kinds=OPERATOR_KINDS)


@pytest.fixture(scope="session", params=["least", "everything"])
def release(request) -> Rendered:
    """Both, one after the other: for what must always hold."""
    found: Rendered = request.getfixturevalue(request.param)
    return found
