"""Queues, time limits and the schedule of the worker."""

from celery.signals import beat_init

from sandbox.ports import ENGINE_HARD_LIMIT, ENGINE_SOFT_LIMIT
from sandbox.wiring import queue

SWEEP_SECONDS = 3.0
OBSERVE_SECONDS = 15.0
CLOCKS_SECONDS = 30.0  # the shortest clock runs an hour
NOTICES_SECONDS = 5.0

app = queue()
app.conf.update(
    include=["sandbox.worker.tasks", "sandbox.worker.sweeps"],
    task_time_limit=int(ENGINE_HARD_LIMIT.total_seconds()),
    task_soft_time_limit=int(ENGINE_SOFT_LIMIT.total_seconds()),
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    # A nudge that nobody took in time is worth nothing: the sweep gives a new one.
    beat_schedule={
        "sweep": {
            "task": "sandbox.sweep",
            "schedule": SWEEP_SECONDS,
            "options": {"expires": SWEEP_SECONDS},
        },
        "observe": {
            "task": "sandbox.observe",
            "schedule": OBSERVE_SECONDS,
            "options": {"expires": OBSERVE_SECONDS},
        },
        "clocks": {
            "task": "sandbox.sweep_clocks",
            "schedule": CLOCKS_SECONDS,
            "options": {"expires": CLOCKS_SECONDS},
        },
        "notices": {
            "task": "sandbox.sweep_notices",
            "schedule": NOTICES_SECONDS,
            "options": {"expires": NOTICES_SECONDS},
        },
    },
)


@beat_init.connect  # type: ignore[untyped-decorator] # Celery ships no types
def look_at_once(**_: object) -> None:
    """The schedule alone would leave a new installation without any GPU for its first seconds."""
    app.send_task("sandbox.observe")
