"""What is done for one case: task -> stage."""

from sandbox.domain.naming import CaseId
from sandbox.process import me
from sandbox.stages import (
    access_log,
    agree,
    attest,
    clocks,
    deletion,
    exit,  # noqa: A004 - a stage of the path
    holds,
    incidents,
    monitor,
    notify,
    plan_end,
    processing,
    provision,
    real_world,
    report,
    retention,
    risks,
    screen,
    shares,
    snapshot,
    testing_plan,
)
from sandbox.wiring import new_token, parts
from sandbox.worker.app import app


@app.task(name="sandbox.screen")  # type: ignore[untyped-decorator] # Celery ships no types
def screen_case(case_id: CaseId) -> None:
    screen.screen(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        regime=parts().regime,
    )


@app.task(name="sandbox.preview")  # type: ignore[untyped-decorator]
def preview_plan(case_id: CaseId) -> None:
    agree.preview(case_id, sessions=parts().sessions, engine=parts().engine, clock=parts().clock)


@app.task(name="sandbox.provision")  # type: ignore[untyped-decorator]
def provision_environment(case_id: CaseId) -> None:
    provision.provision(
        case_id,
        sessions=parts().sessions,
        engine=parts().engine,
        cluster=parts().cluster,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
        owner=me(),
        token=new_token,
    )


@app.task(name="sandbox.attest")  # type: ignore[untyped-decorator]
def attest_walls(case_id: CaseId) -> None:
    attest.attest(
        case_id,
        sessions=parts().sessions,
        engine=parts().engine,
        cluster=parts().cluster,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
        owner=me(),
        token=new_token,
    )


@app.task(name="sandbox.monitor")  # type: ignore[untyped-decorator]
def monitor_test(case_id: CaseId) -> None:
    monitor.monitor(
        case_id,
        sessions=parts().sessions,
        metrics=parts().metrics,
        catalogue=parts().catalogue,
        clock=parts().clock,
    )


@app.task(name="sandbox.report")  # type: ignore[untyped-decorator]
def make_documents(case_id: CaseId) -> None:
    report.make(
        case_id,
        sessions=parts().sessions,
        metrics=parts().metrics,
        catalogue=parts().catalogue,
        renderer=parts().renderer,
        evidence=parts().evidence,
        authority=parts().authority,
        retention=parts().retention,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.exit")  # type: ignore[untyped-decorator]
def leave_sandbox(case_id: CaseId) -> None:
    exit.leave(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.incident")  # type: ignore[untyped-decorator]
def suspend_unanswered(case_id: CaseId) -> None:
    incidents.expire(
        case_id,
        sessions=parts().sessions,
        cluster=parts().cluster,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.pin")  # type: ignore[untyped-decorator]
def pin_images(case_id: CaseId) -> None:
    holds.pin(case_id, sessions=parts().sessions, cluster=parts().cluster, clock=parts().clock)


@app.task(name="sandbox.keep")  # type: ignore[untyped-decorator]
def keep_series(case_id: CaseId) -> None:
    holds.keep(
        case_id,
        sessions=parts().sessions,
        metrics=parts().metrics,
        catalogue=parts().catalogue,
        evidence=parts().evidence,
        retention=parts().retention,
        clock=parts().clock,
    )


@app.task(name="sandbox.snapshot")  # type: ignore[untyped-decorator]
def take_snapshot(case_id: CaseId) -> None:
    snapshot.take(
        case_id,
        sessions=parts().sessions,
        cluster=parts().cluster,
        metrics=parts().metrics,
        catalogue=parts().catalogue,
        evidence=parts().evidence,
        retention=parts().retention,
        clock=parts().clock,
    )


@app.task(name="sandbox.lapse")  # type: ignore[untyped-decorator]
def lapse_silence(case_id: CaseId) -> None:
    testing_plan.lapse(case_id, sessions=parts().sessions, union=parts().union, clock=parts().clock)


@app.task(name="sandbox.watch")  # type: ignore[untyped-decorator]
def watch_real_world_test(case_id: CaseId) -> None:
    real_world.watch(
        case_id,
        sessions=parts().sessions,
        cluster=parts().cluster,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.privacy")  # type: ignore[untyped-decorator]
def watch_privacy(case_id: CaseId) -> None:
    processing.watch(
        case_id,
        sessions=parts().sessions,
        cluster=parts().cluster,
        metrics=parts().metrics,
        catalogue=parts().catalogue,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.deletion")  # type: ignore[untyped-decorator]
def call_for_deletion(case_id: CaseId) -> None:
    deletion.call(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.log")  # type: ignore[untyped-decorator]
def settle_log(case_id: CaseId) -> None:
    access_log.settle(
        case_id, sessions=parts().sessions, regime=parts().regime, clock=parts().clock
    )


@app.task(name="sandbox.shares")  # type: ignore[untyped-decorator]
def end_shares(case_id: CaseId) -> None:
    shares.expire(
        case_id, sessions=parts().sessions, authority=parts().authority, clock=parts().clock
    )


@app.task(name="sandbox.clocks")  # type: ignore[untyped-decorator]
def tick_clocks(case_id: CaseId) -> None:
    clocks.tick(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        union=parts().union,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.notify")  # type: ignore[untyped-decorator]
def deliver_notices(case_id: CaseId) -> None:
    notify.deliver(
        case_id,
        sessions=parts().sessions,
        notifier=parts().notifier,
        clock=parts().clock,
        public_url=parts().public_url,
    )


@app.task(name="sandbox.risks")  # type: ignore[untyped-decorator]
def tell_of_risks(case_id: CaseId) -> None:
    risks.tell(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.plan_end")  # type: ignore[untyped-decorator]
def tell_of_end(case_id: CaseId) -> None:
    plan_end.tell(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.retention")  # type: ignore[untyped-decorator]
def tell_of_retention(case_id: CaseId) -> None:
    retention.tell(
        case_id,
        sessions=parts().sessions,
        authority=parts().authority,
        regime=parts().regime,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.erase")  # type: ignore[untyped-decorator]
def erase_case(case_id: CaseId) -> None:
    retention.erase(
        case_id,
        sessions=parts().sessions,
        evidence=parts().evidence,
        authority=parts().authority,
        regime=parts().regime,
        clock=parts().clock,
    )
