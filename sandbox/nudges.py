"""The queue: a nudge carries a stage and a case id, nothing else, and leaves after commit.

Losing or doubling one is harmless: the sweep nudges every row that is unfinished.
"""

import logging
from pathlib import Path

from celery import Celery
from kombu.exceptions import OperationalError

from sandbox.domain.naming import CaseId
from sandbox.ports import Nudge

PROVISIONING = "provisioning"
ORDINARY = "ordinary"
QUEUES = {"provision": PROVISIONING, "preview": PROVISIONING}
POLLING_SECONDS = 0.1

log = logging.getLogger(__name__)


def queue_app(broker_url: str, folder: Path) -> Celery:
    """The Celery app of a broker; without an address, messages are files in a folder."""
    app = Celery("sandbox", broker=broker_url or "filesystem://")
    if not broker_url:
        places = {name: folder / name for name in ("messages", "control", "processed")}
        for place in places.values():
            place.mkdir(parents=True, exist_ok=True)
        app.conf.broker_transport_options = {
            "data_folder_in": str(places["messages"]),
            "data_folder_out": str(places["messages"]),
            "control_folder": str(places["control"]),
            "processed_folder": str(places["processed"]),
            "polling_interval": POLLING_SECONDS,
        }
    app.conf.task_ignore_result = True
    app.conf.task_default_queue = ORDINARY
    app.conf.broker_connection_retry_on_startup = True
    return app


def nudge_through(app: Celery) -> Nudge:
    """The nudge of a Celery app; a broker that is away costs time, never a case."""

    def nudge(stage: str, case_id: CaseId) -> None:
        try:
            app.send_task(
                f"sandbox.{stage}", args=[case_id], queue=QUEUES.get(stage, ORDINARY), retry=False
            )
        except (OperationalError, OSError) as error:
            log.warning("the queue did not take a nudge (%s); the sweep will", error)

    return nudge
