"""What is done again and again for the whole installation: task -> stage."""

from sandbox.process import alive
from sandbox.stages import demand, forget, installation, sweep
from sandbox.wiring import parts
from sandbox.worker.app import app


@app.task(name="sandbox.sweep_clocks")  # type: ignore[untyped-decorator]
def sweep_clocks() -> None:
    installation.keep(
        sessions=parts().sessions,
        regime=parts().regime,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )
    sweep.sweep_clocks(sessions=parts().sessions, clock=parts().clock, nudge=parts().nudge)


@app.task(name="sandbox.sweep_notices")  # type: ignore[untyped-decorator]
def sweep_notices() -> None:
    sweep.sweep_notices(sessions=parts().sessions, clock=parts().clock, nudge=parts().nudge)


@app.task(name="sandbox.sweep")  # type: ignore[untyped-decorator]
def sweep_unfinished() -> None:
    sweep.sweep(
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
        alive=alive,
        regime=parts().regime,
    )
    forget.forget(
        sessions=parts().sessions,
        authority=parts().authority,
        regime=parts().regime,
        clock=parts().clock,
        nudge=parts().nudge,
    )


@app.task(name="sandbox.observe")  # type: ignore[untyped-decorator]
def observe_cluster() -> None:
    sweep.observe(sessions=parts().sessions, cluster=parts().cluster, clock=parts().clock)
    demand.watch(
        sessions=parts().sessions,
        authority=parts().authority,
        clock=parts().clock,
        nudge=parts().nudge,
    )
