"""The main job, end to end, on real parts: `make demo` (design: product, eight steps).

Everybody acts through the API with a token of their own, the start-up's workload through the
kubeconfig that the service issued. Ends with exit code 1 as soon as a step is not as it should be.
"""

import json
import os
import sys
import time
import uuid
from typing import Any

from infra.demo.earlier import clear_earlier
from infra.demo.papers import (
    EXIT_WORDS,
    GPU_PRODUCT,
    REVIEW,
    SETTLING_SECONDS,
    Json,
    acceptance,
    application,
    plan,
)
from infra.demo.stage import Demo, StepFailed, beside, fetch, gap, sealed, silence, verify
from infra.local.parts import Place, answers
from infra.tools.__main__ import data_folder
from infra.workload.manifest import deployment

MEASURED_SECONDS = 15


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
    demo.step("3. Review, admission, plan with thresholds, two signatures, preview, reservation")
    review(demo)
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
    terms = demo.ada.ask("GET", demo.path("/terms")).json()
    demo.ada.ask("POST", demo.path("/terms/acceptance"), json=acceptance(terms["sha256"]))
    demo.say(f"terms and conditions, version {terms['version']}, accepted by a named person (D3)")
    demo.ada.ask("POST", demo.path("/plan/signature"), json={"plan_sha256": sha256})
    preview = demo.until("the preview", lambda: demo.sue.case(demo.case_id)["preview"])
    demo.say(f"preview: {len(preview)} objects would be created, none changed or deleted")
    demo.sue.ask("POST", demo.path("/plan/agreement"), expect=202, json={"plan_sha256": sha256})
    if waiting := demo.sue.case(demo.case_id)["waiting_for"]:
        demo.say(f"the case waits: {waiting}")
    mine = demo.until("the reservation of GPUs", lambda: reservation(demo))
    demo.say(f"plan {sha256[:12]} agreed; {mine['gpus']} GPUs held until {mine['last_day']}")


def review(demo: Demo) -> None:
    """Nobody is admitted whom nobody reviewed; a colleague without an interest does."""
    signed = {"email": "tom@authority.example", "interests": []}
    demo.tom.ask("POST", demo.path("/interests"), json=signed)
    demo.sue.ask("POST", demo.path("/reviewers"), json={"reviewer": "Tom Second"})
    demo.tom.ask("PUT", demo.path("/review"), json=REVIEW)
    found = demo.sue.ask("GET", demo.path("/standing")).json()
    demo.say(f"reviewed by a colleague: {found['score']} of 5, at least {found['merit_threshold']}")


def reservation(demo: Demo) -> Json | None:
    held = demo.opa.ask("GET", "/capacity").json()["reservations"]
    return next((r for r in held if r["case_id"] == demo.case_id), None)


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
