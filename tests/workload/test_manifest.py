"""The Deployment is one that Pod Security `restricted` lets in."""

import pytest

from infra.workload import image, manifest


@pytest.fixture(params=["fair", "unfair"])
def pod(request):
    return manifest.deployment("case", mode=request.param, gpus=0)["spec"]["template"]


def test_the_pod_is_restricted(pod):
    spec, [container] = pod["spec"], pod["spec"]["containers"]
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"]["allowPrivilegeEscalation"] is False
    assert container["securityContext"]["readOnlyRootFilesystem"] is True
    assert container["securityContext"]["capabilities"] == {"drop": ["ALL"]}
    assert spec["automountServiceAccountToken"] is False
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(spec)
    assert all("emptyDir" in volume for volume in spec["volumes"])


def test_prometheus_finds_the_pod(pod):
    found = pod["metadata"]["annotations"]
    assert found == {"prometheus.io/scrape": "true", "prometheus.io/port": "8080"}


def test_the_manifest_starts_the_image_that_is_built():
    assert (manifest.IMAGE, manifest.USER) == (image.IMAGE, image.USER)
    assert manifest.PORT == image.PORT


@pytest.mark.parametrize(("gpus", "wanted"), [(0, None), (2, "2")])
def test_gpus_are_asked_for_only_if_there_are_to_be_any(gpus, wanted):
    spec = manifest.deployment("case", mode="fair", gpus=gpus)["spec"]["template"]["spec"]
    resources = spec["containers"][0]["resources"]
    assert resources["requests"] == resources["limits"]
    assert resources["limits"].get("nvidia.com/gpu") == wanted


@pytest.mark.parametrize(("mode", "gpus"), [("kind", 0), ("fair", -1)])
def test_what_makes_no_sense_is_refused(mode, gpus):
    with pytest.raises(ValueError, match="may"):
        manifest.deployment("case", mode=mode, gpus=gpus)
