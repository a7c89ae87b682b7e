"""The main job, end to end, on real parts: `make demo` (design: product, eight steps).

Everybody acts through the API with a token of their own, the start-up's workload through the
kubeconfig that the service issued. Ends with exit code 1 as soon as a step is not as it should be.
"""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from infra.local.parts import Place, answers
from infra.tools.__main__ import data_folder
from infra.workload.manifest import deployment

ORGANISATION = "CreditCo B.V."
GPU_PRODUCT = {"real": "NVIDIA-H100-80GB-HBM3", "fake": "NVIDIA-A100-SXM4-40GB"}
SETTLING_SECONDS = 25
MEASURED_SECONDS = 15
PATIENCE_SECONDS = 180
OPEN_STAGES = {"active", "suspended"}
BEFORE_START = {
    "submitted",
    "screening",
    "information_requested",
    "admitted",
    "plan_negotiation",
    "plan_agreed",
}
ENDED = {"completed", "terminated"}

Json = dict[str, Any]  # Any: a JSON document of the API


class StepFailed(Exception):
    """A step is not as it should be."""


@dataclass
class Caller:
    """One person at the API."""

    base: str
    token: str

    def ask(self, method: str, path: str, *, expect: int = 200, **more: Any) -> httpx.Response:
        """One request; StepFailed unless the answer is as expected."""
        headers = {"Authorization": f"Bearer {self.token}", **more.pop("headers", {})}
        answer = httpx.request(method, self.base + path, headers=headers, timeout=60, **more)
        if answer.status_code != expect:
            raise StepFailed(
                f"{method} {path}: expected {expect}, got {answer.status_code}: {answer.text[:2000]}"
            )
        return answer

    def case(self, case_id: str) -> Json:
        found: Json = self.ask("GET", f"/cases/{case_id}").json()
        return found


@dataclass
class Demo:
    """The actors, the case, and the account of what happened."""

    place: Place
    settings: dict[str, str]
    base: str
    began: float = field(default_factory=time.monotonic)
    step_began: float = field(default_factory=time.monotonic)
    case_id: str = ""

    def __post_init__(self) -> None:
        self.ada = self._caller("provider", "Ada Start-up", ORGANISATION)
        self.sue = self._caller("authority", "Sue Supervisor")
        self.tom = self._caller("authority", "Tom Second")
        self.opa = self._caller("operator", "Opa Operator")
        self.real = self.settings.get("SANDBOX_NODE", "real") == "real"

    def _caller(self, role: str, name: str, organisation: str = "") -> Caller:
        command = [sys.executable, "-m", "sandbox", "token", "--role", role, "--name", name]
        command += ["--organisation", organisation] if organisation else []
        made = subprocess.run(command, capture_output=True, text=True, check=True)
        return Caller(self.base, made.stdout.strip())

    def step(self, title: str) -> None:
        self.step_began = time.monotonic()
        print(f"\n[{time.monotonic() - self.began:6.1f} s] {title}", flush=True)

    def say(self, text: str) -> None:
        print(f"    {time.monotonic() - self.step_began:6.1f} s  {text}", flush=True)

    def until(self, what: str, ready: Callable[[], Any], seconds: float = PATIENCE_SECONDS) -> Any:
        """Wait until something is so; StepFailed with its name when it never is."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            found = ready()
            if found:
                return found
            time.sleep(0.25)
        raise StepFailed(f"{what}: not within {seconds:.0f} s; logs are in {self.place.data}/logs")

    def path(self, rest: str = "") -> str:
        return f"/cases/{self.case_id}{rest}"

    def kubectl(self, *arguments: str, stdin: str = "", check: bool = True) -> str:
        """Kubectl with the kubeconfig that the service issued to the start-up."""
        issued = self.ada.ask("GET", self.path("/kubeconfig")).text
        config = self.place.write(self.place.data / "run" / "participant.kubeconfig", issued, 0o600)
        done = subprocess.run(
            [self.place.program("kubectl"), f"--kubeconfig={config}", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
        )
        if check and done.returncode:
            raise StepFailed(f"kubectl {' '.join(arguments)}: {done.stderr}")
        return done.stdout + done.stderr


def run(demo: Demo) -> None:
    """The eight steps."""
    clear_earlier(demo)
    apply(demo)
    screen(demo)
    admit_and_agree(demo)
    provision(demo)
    deploy(demo, "unfair")
    suspend_and_resume(demo)
    report(demo)
    leave(demo)


def clear_earlier(demo: Demo) -> None:
    """An interrupted demo's cases give their GPUs back."""
    cases = demo.sue.ask("GET", "/cases?limit=200").json()["cases"]
    for known in cases:
        if known["provider"] != ORGANISATION:
            continue
        demo.case_id = known["id"]
        if known["stage"] in BEFORE_START:
            demo.ada.ask("POST", demo.path("/withdrawal"))
        if known["stage"] in OPEN_STAGES:
            body = {"reasons": "an earlier demonstration was interrupted"}
            demo.sue.ask("POST", demo.path("/termination"), expect=202, json=body)
        if known["stage"] in OPEN_STAGES | ENDED:
            demo.sue.ask("POST", demo.path("/exit-report"), expect=202, json=EXIT_WORDS)
            demo.until(
                "an earlier case to close",
                lambda: demo.sue.case(demo.case_id)["stage"] == "closed",
            )


def apply(demo: Demo) -> None:
    demo.step("1. A credit-scoring start-up applies")
    body = application(GPU_PRODUCT["real" if demo.real else "fake"])
    wrong = demo.ada.ask("POST", "/applications", expect=422, json={**body, "weeks": 0}).json()
    demo.say(
        f"a wrong field is named: {wrong['errors'][0]['field']}: {wrong['errors'][0]['sentence']}"
    )
    case = demo.ada.ask(
        "POST",
        "/applications",
        expect=201,
        json=body,
        headers={"Idempotency-Key": str(uuid.uuid4())},
    ).json()
    demo.case_id = case["id"]
    demo.say(
        f"case {demo.case_id}: Annex III 5(b), personal data, {body['gpus']} GPUs, {body['weeks']} weeks"
    )


def screen(demo: Demo) -> None:
    demo.step("2. Screening")
    case = demo.until(
        "screening", lambda: (c := demo.sue.case(demo.case_id))["stage"] == "screening" and c
    )
    for finding in case["facts"]["findings"]:
        demo.say(f"{finding['severity']:<8} {finding['rule']:<8} {finding['sentence']}")
    clock = case["deadlines"][0]
    demo.say(
        f"{clock['name']} {clock['title']}: last day {clock['due']} ({clock['days_left']} days left)"
    )
    demo.opa.ask("GET", demo.path(), expect=404)
    demo.say("for the operator there is no such case (Art. 78)")


def admit_and_agree(demo: Demo) -> None:
    demo.step("3. Admission, plan with thresholds, two signatures, preview, reservation")
    early = {
        "outcome": "admit",
        "reasons": "Needed for legal certainty; innovative; small provider.",
    }
    demo.sue.ask("POST", demo.path("/decision"), json=early)
    case = demo.ada.ask("PUT", demo.path("/plan"), json=plan(demo.real)).json()
    sha256 = case["facts"]["plan_sha256"]
    refused = demo.sue.ask(
        "POST", demo.path("/plan/agreement"), expect=409, json={"plan_sha256": sha256}
    ).json()
    demo.say(f"agreeing too early is refused with {len(refused['reasons'])} reasons:")
    for reason in refused["reasons"]:
        demo.say(f"  {reason['rule']:<8} {reason['article']:<12} {reason['sentence']}")
    demo.sue.ask("POST", demo.path("/dpa"), json={"reviewer": "Data Protection Authority"})
    demo.ada.ask("POST", demo.path("/plan/signature"), json={"plan_sha256": sha256})
    preview = demo.until("the preview", lambda: demo.sue.case(demo.case_id)["preview"])
    demo.say(f"preview: {len(preview)} objects would be created, none changed or deleted")
    demo.sue.ask("POST", demo.path("/plan/agreement"), expect=202, json={"plan_sha256": sha256})
    held = demo.opa.ask("GET", "/capacity").json()["reservations"]
    mine = next((r for r in held if r["case_id"] == demo.case_id), None)
    if mine is None:
        raise StepFailed(f"no GPUs reserved: {demo.sue.case(demo.case_id)['waiting_for']}")
    demo.say(f"plan {sha256[:12]} agreed; {mine['gpus']} GPUs held until {mine['last_day']}")


def provision(demo: Demo) -> None:
    demo.step("4. Pulumi brings the namespace up; live probes prove its walls")
    case = demo.until(
        "the environment", lambda: (c := demo.sue.case(demo.case_id))["stage"] == "active" and c
    )
    lines = demo.sue.ask("GET", demo.path("/progress?limit=1000")).json()
    demo.say(
        f"{len([line for line in lines if line['done']])} steps of the engine; status {case['environment']['status']}"
    )
    for probe in case["facts"]["isolation"]:
        word = ("ok" if probe["passed"] else "FAILED") if probe["proven"] else "not proven here"
        demo.say(f"{word:<16} {probe['name']}: expected {probe['expected']}, saw {probe['seen']}")
        if probe["proven"] and not probe["passed"]:
            raise StepFailed(f"isolation: {probe['name']}")


def deploy(demo: Demo, mode: str) -> None:
    demo.step(f"5. The start-up's test runs ({mode}), Prometheus scrapes it")
    if demo.real:
        body = deployment(f"case-{demo.case_id}", mode=mode, gpus=2)
        demo.kubectl("apply", "-f", "-", stdin=json.dumps(body))
        demo.kubectl("rollout", "status", "deployment/credit-scoring", "--timeout=120s")
        demo.say(demo.kubectl("get", "pods", "--no-headers").strip().splitlines()[-1])
    else:
        beside(demo, mode)
        demo.say("no real node here: the workload runs as a process beside the cluster")

    def measured() -> Any:
        return gap(demo)

    demo.until("the first measurement", lambda: measured() is not None)
    demo.say(f"gap between groups: {gap(demo):.3f}; agreed: at most 0.15")


def suspend_and_resume(demo: Demo) -> None:
    demo.step("6. A fairness threshold breaks; the test is stopped, mended, resumed")
    alarms = demo.until(
        "the alarm",
        lambda: [a for a in demo.sue.case(demo.case_id)["alarms"] if "group_gap" in a[1]],
    )
    demo.say(f"alarm: {alarms[0][1]}")
    ordered = time.monotonic()
    body = {"ground": "plan_breach", "reasons": "The gap between groups is above the agreed bar."}
    case = demo.sue.ask("POST", demo.path("/suspension"), expect=202, json=body).json()
    stop = case["facts"]["suspension"]
    demo.say(f"stopped in {time.monotonic() - ordered:.1f} s: {silence(stop)}")
    if not demo.real:
        demo.place.stop("workload")
    again = demo.sue.ask(
        "POST", demo.path("/resumption"), expect=409, json={"reasons": "go on"}
    ).json()
    demo.say(f"resuming at once is refused: {again['detail']}")
    demo.ada.ask(
        "POST",
        demo.path("/mitigation"),
        json={"measures": "Thresholds chosen per group on the training data."},
    )
    demo.until(
        "the frozen blueprint",
        lambda: demo.sue.case(demo.case_id)["environment"]["status"] == "frozen",
    )
    demo.tom.ask(
        "POST", demo.path("/resumption"), expect=202, json={"reasons": "The mitigation is sound."}
    )
    demo.until(
        "the environment", lambda: demo.sue.case(demo.case_id)["environment"]["status"] == "running"
    )
    resumed = time.monotonic()
    demo.say("mitigation recorded, a second person resumed, the environment is back")
    deploy(demo, "fair")
    wait = SETTLING_SECONDS + MEASURED_SECONDS - (time.monotonic() - resumed)
    demo.say(
        f"measuring for another {max(wait, 0):.0f} s (settling time of the plan: {SETTLING_SECONDS} s)"
    )
    time.sleep(max(wait, 0))


def report(demo: Demo) -> None:
    demo.step(
        "7. The supervised test report: assembled, sealed, stored under object lock, verified"
    )
    asked = demo.sue.ask("POST", demo.path("/reports"), expect=202).json()
    view = sealed(demo, "test-report", asked["number"])
    demo.say(f"sealed: {view['sha256'][:16]}…, verdict {view['verdict']}")
    folder = fetch(demo, "test-report", asked["number"])
    verify(demo, folder)
    document = json.loads((folder / "test-report-1.json").read_bytes())
    for part in document["runs"]:
        demo.say(f"run {part['number']} ({part['ended_by']}): {part['verdict']}")
    verdicts = [part["verdict"] for part in document["runs"]]
    if verdicts != ["fail", "pass"]:
        raise StepFailed(f"expected the first run to fail and the second to pass, got {verdicts}")


def leave(demo: Demo) -> None:
    demo.step("8. Exit: environment removed and proven gone, certificate, exit report, case closed")
    body = {"reasons": "The objectives were met."}
    demo.sue.ask("POST", demo.path("/completion"), expect=202, json=body)
    if not demo.real:
        demo.place.stop("workload")
    demo.sue.ask("POST", demo.path("/exit-report"), expect=202, json=EXIT_WORDS)
    demo.until("the case to close", lambda: demo.sue.case(demo.case_id)["stage"] == "closed")
    for kind in ("exit-report", "deletion-certificate"):
        folder = fetch(demo, kind, 1)
    verify(demo, folder)
    certificate = json.loads((folder / "deletion-certificate-1.json").read_bytes())
    demo.say(
        f"removed and gone: {len(certificate['removed'])} objects; left: {len(certificate['left'])}"
    )
    total = demo.sue.ask("GET", "/cases?stage=closed&limit=200").json()["cases"]
    demo.say(f"closed cases in the figures: {len(total)}")
    print(f"\nDone in {time.monotonic() - demo.began:.0f} s.")
    print(f"  API:     {demo.base}/docs")
    print(f"  figures: {demo.base}/metrics")
    print(f"  report:  {folder / 'test-report-1.pdf'}")
    for note in json.loads((folder / "test-report-1.json").read_bytes())["notes"]:
        print(f"  note:    {note}")
    print("  `make down` stops everything.")


def sealed(demo: Demo, kind: str, number: int) -> Json:
    """A document once it is sealed."""
    where = demo.path(f"/documents/{kind}/{number}")

    def ready() -> Json | None:
        view: Json = demo.sue.ask("GET", where).json()
        return view if view["state"] == "sealed" else None

    found: Json = demo.until(f"the {kind}", ready)
    return found


def fetch(demo: Demo, kind: str, number: int) -> Path:
    """Both files of a document and the ledger, in a folder of the case."""
    folder = demo.place.data / "demo" / demo.case_id
    folder.mkdir(parents=True, exist_ok=True)
    for suffix in ("json", "pdf"):
        body = demo.sue.ask("GET", demo.path(f"/documents/{kind}/{number}/{suffix}")).content
        (folder / f"{kind}-{number}.{suffix}").write_bytes(body)
    (folder / "ledger.jsonl").write_bytes(demo.sue.ask("GET", demo.path("/ledger")).content)
    return folder


def verify(demo: Demo, folder: Path) -> None:
    """`sandbox verify` over everything in the folder: files only, no server."""
    files = sorted(str(path) for path in folder.iterdir())
    command = [sys.executable, "-m", "sandbox", "verify", *files]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = done.stdout.splitlines()
    if done.returncode:
        raise StepFailed(f"verification failed:\n{done.stdout}{done.stderr}")
    demo.say(f"verified offline: {len(lines)} checks, all good")


def gap(demo: Demo) -> float | None:
    """The gap as Prometheus has it now."""
    query = f'model_group_gap_ratio{{namespace="case-{demo.case_id}"}}'
    answer = httpx.get(
        f"{demo.settings['SANDBOX_PROMETHEUS_URL']}/api/v1/query",
        params={"query": query},
        timeout=10,
    ).json()
    found = answer["data"]["result"]
    return float(found[0]["value"][1]) if found else None


def beside(demo: Demo, mode: str) -> None:
    """The workload as a process of this machine, where no node can run it."""
    demo.place.stop("workload")
    port = demo.place.port("workload", "workload")
    data = demo.place.data / "images" / "germancredit.csv"
    demo.place.start(
        "workload",
        [sys.executable, "-m", "infra.workload.scoring", "--port", str(port), "--data", str(data)],
        environment={"SCORING_MODE": mode},
    )
    labels = {"namespace": f"case-{demo.case_id}", "pod": "beside-the-cluster"}
    targets = [{"targets": [f"127.0.0.1:{port}"], "labels": labels}]
    folder = Path(demo.settings["SANDBOX_PROMETHEUS_TARGETS"])
    demo.place.write(folder / "workload.json", json.dumps(targets))


def silence(stop: Json) -> str:
    if not stop["silent_at"]:
        return "the cluster did not answer yet"
    ordered, cut, silent = (datetime.fromisoformat(stop[k]) for k in ("at", "cut_at", "silent_at"))
    return (
        f"traffic cut after {(cut - ordered).total_seconds():.2f} s, "
        f"last pod gone after {(silent - ordered).total_seconds():.2f} s"
    )


EXIT_WORDS = {
    "learning_outcomes": "Group thresholds close the gap at little cost in accuracy.",
    "key_issues": "What counts as a group under Art. 10.",
    "recommendations": "Agree on the measure of fairness before the test.",
}


def application(gpu_product: str) -> Json:
    return {
        "applicant": ORGANISATION,
        "registration_number": "NL-KVK-12345678",
        "country": "NL",
        "eu_establishment": True,
        "size": {"headcount_awu": 12, "turnover_eur": 1_500_000, "balance_sheet_eur": 900_000},
        "system_name": "FairScore",
        "system_version": "1.0",
        "intended_purpose": "Creditworthiness of natural persons for consumer loans.",
        "novelty": "Mitigation of unequal error rates between age groups.",
        "regulatory_questions": "Which evidence shows compliance with Art. 10 and 14?",
        "market_status": "not_on_market",
        "annex_iii": ["III-5b"],
        "profiles_persons": True,
        "personal_data": True,
        "requested_start": (datetime.now(UTC) + timedelta(days=1)).date().isoformat(),
        "weeks": 8,
        "gpus": 2,
        "gpu_product": gpu_product,
        "declared_true_by": "Ada Start-up",
    }


def plan(real: bool) -> Json:
    today = datetime.now(ZoneInfo("Europe/Amsterdam")).date()
    thresholds: list[Json] = [
        {"metric": "accuracy", "bound": "at_least", "value": 0.7, "requirement": "Art. 15"},
        {
            "metric": "group_gap",
            "bound": "at_most",
            "value": 0.15,
            "requirement": "Art. 10",
            "stop": True,
        },
        {"metric": "oversight_present", "bound": "at_least", "value": 1, "requirement": "Art. 14"},
        {
            "metric": "consent_missing",
            "bound": "at_most",
            "value": 0,
            "requirement": "Art. 60(4)(i)",
        },
    ]
    return {
        "objectives": "Show that credit decisions are accurate and equal between age groups.",
        "conditions": "German Credit data only; no decision reaches a person.",
        "methodology": "Train on 70 %, score the hold-out in small batches, measure every second.",
        "requirements": ["Art. 10", "Art. 14", "Art. 15"],
        "safeguards": "A person may override each decision; default-deny network; simulated consent.",
        "incident_procedure": "The provider reports at once and stops the test.",
        "exit_criteria": "All thresholds met in the last run.",
        "first_day": today.isoformat(),
        "last_day": (today + timedelta(weeks=8)).isoformat(),
        "personal_data": True,
        "confidentiality_reviewed": True,
        "resources": {
            "gpus": 2,
            "gpu_product": GPU_PRODUCT["real" if real else "fake"],
            "cpus": 4,
            "memory_gib": 8,
            "storage_gib": 10,
            "pods": 10,
        },
        "thresholds": thresholds,
        "settling_seconds": SETTLING_SECONDS,
    }


def main() -> int:
    """Start the service on the parts of `make up` and walk through it."""
    place = Place(data_folder())
    written = (place.data / "settings.env").read_text().splitlines()
    settings = dict(line.split("=", 1) for line in written if "=" in line) | dict(os.environ)
    port = int(os.environ.get("SANDBOX_PORT") or place.port("api", "sandbox"))
    place.stop("sandbox")
    place.start(
        "sandbox",
        [sys.executable, "-m", "sandbox", "serve"],
        environment={"SANDBOX_PORT": str(port)},
    )
    place.wait("sandbox", lambda: answers(port))
    try:
        run(Demo(place, settings, f"http://127.0.0.1:{port}"))
    except StepFailed as failure:
        print(f"\nNOT AS IT SHOULD BE: {failure}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
