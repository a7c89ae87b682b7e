"""Files of settings, mail and links: off unless asked for, and given to whom they are for."""

import pytest

from tests.chart.paths import EVERYTHING, LEAST

pytestmark = pytest.mark.services

FILES = {
    "SANDBOX_CONTACTS": {"worker-ordinary", "worker-provisioning"},
    "SANDBOX_MEMBER_STATES": {"api", "worker-ordinary", "worker-provisioning"},
    "SANDBOX_REGIME": {"api", "worker-ordinary", "worker-provisioning"},
    "SANDBOX_TERMS": {"api", "worker-ordinary", "worker-provisioning"},
    "SANDBOX_FACILITIES": {"api", "worker-ordinary", "worker-provisioning"},
}
MAIL = {
    "SANDBOX_SMTP_HOST": "mail.example",
    "SANDBOX_SMTP_PORT": "587",
    "SANDBOX_SMTP_TLS": "starttls",
    "SANDBOX_SMTP_USER": "sandbox",
    "SANDBOX_MAIL_FROM": "AI sandbox <sandbox@authority.example>",
}


def told(release):
    """What each component is told, by name."""
    return {
        pod.split("-", 1)[1]: {e["name"]: e for e in spec["containers"][0].get("env", ())}
        for pod, _, spec in release.pods()
    }


def mounted(spec):
    """Every file of the settings volume: its path, and the object and key that it is."""
    places = {m["name"]: m["mountPath"] for m in spec["containers"][0]["volumeMounts"]}
    return {
        f"{places[volume['name']]}/{item['path']}": (kind, content["name"], item["key"])
        for volume in spec["volumes"]
        for source in volume.get("projected", {"sources": ()})["sources"]
        for kind, content in source.items()
        for item in content["items"]
    }


def test_nothing_of_it_is_there_unless_asked_for(least):
    names = {name for variables in told(least).values() for name in variables}

    assert not names & {*FILES, *MAIL, "SANDBOX_SMTP_PASSWORD", "SANDBOX_PUBLIC_URL"}
    assert not any(mounted(spec) for _, _, spec in least.pods())


@pytest.mark.parametrize("variable", FILES)
def test_a_file_is_where_its_setting_says_and_given_to_whom_it_is_for(everything, variable):
    holders = {pod for pod, variables in told(everything).items() if variable in variables}
    assert holders == FILES[variable]
    for pod, _, spec in everything.pods():
        named = told(everything)[pod.split("-", 1)[1]]
        paths = {named[name]["value"] for name in FILES if name in named}
        assert paths == set(mounted(spec)), pod


def test_contacts_come_from_a_secret_and_the_law_from_a_config_map(everything):
    sources = {s for _, _, spec in everything.pods() for s in mounted(spec).values()}

    assert sources == {
        ("secret", "contacts", "contacts.toml"),
        ("configMap", "law", "states.toml"),
        ("configMap", "law", "regime.toml"),
        ("configMap", "law", "terms.toml"),
        ("configMap", "help", "facilities.toml"),
    }


def test_only_workers_are_told_of_the_mail_server(everything):
    for pod, variables in told(everything).items():
        known = {name: variables[name]["value"] for name in MAIL if name in variables}
        assert known == (MAIL if pod.startswith("worker") else {}), pod


def test_the_password_for_mail_is_read_from_the_secret_by_whoever_signs_in(helm, everything):
    nobody = helm.rendered(EVERYTHING, mail__user="")

    for pod, variables in told(everything).items():
        assert ("SANDBOX_SMTP_PASSWORD" in variables) == pod.startswith("worker")
    key = told(everything)["worker-ordinary"]["SANDBOX_SMTP_PASSWORD"]["valueFrom"]
    assert key == {"secretKeyRef": {"name": "regulatory-sandbox", "key": "smtp-password"}}
    assert not any("SANDBOX_SMTP_PASSWORD" in variables for variables in told(nobody).values())


def test_notices_link_to_the_ingress_unless_told_otherwise(helm, everything):
    by_ingress = helm.rendered(EVERYTHING, publicUrl="")

    said = [told(r)["api"]["SANDBOX_PUBLIC_URL"]["value"] for r in (everything, by_ingress)]
    assert said == ["https://sandbox.authority.example", "https://sandbox.example"]


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"mail__host": "m.example", "mail__from": "a@b.example"}, "no mail would leave"),
        (
            {"mail__host": "m.example", "networkPolicy__enabled": False},
            "mail.from must be given",
        ),
        ({"mail__tls": "maybe"}, "/mail/tls"),
        ({"mail__from": "nobody"}, "/mail/from"),
        ({"files__contacts__configMap": "x"}, "configMap"),
        ({"networkPolicy__egress__mail__ports": [0]}, "/networkPolicy/egress/mail/ports"),
    ],
)
def test_what_could_not_work_is_refused_with_its_reason(helm, settings, said):
    answer = helm.template(LEAST, **settings)

    assert answer.returncode != 0
    assert said in answer.stderr.replace(".", "/") or said in answer.stderr
