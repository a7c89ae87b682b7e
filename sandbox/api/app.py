"""create_app: routers, errors, health, metrics."""

from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from sqlalchemy.exc import SQLAlchemyError

from sandbox.api import (
    after_exit,
    annual_reports,
    appeals,
    applications,
    calendar,
    calls,
    capacity,
    clocks,
    consents,
    costs,
    datasets,
    drafts,
    exit_reports,
    export,
    guidance,
    helpdesk,
    incidents,
    learning,
    notices,
    observers,
    orders,
    plans,
    problems,
    processing,
    public,
    public_projects,
    real_world,
    referrals,
    reports,
    retention,
    reversals,
    review,
    risks,
    safeguards,
    screening,
    seats,
    shares,
    supervision,
    testing_plan,
    tools,
)
from sandbox.wiring import Wired

DESCRIPTION = """AI regulatory sandboxes and real-world tests under the EU AI Act: from application
to verifiable report. A case view says what you may do (`actions`), why not, and until when
somebody must act (`deadlines`)."""


class Api(FastAPI):
    """The routes; described when somebody first asks, since that takes longer than to start."""

    def openapi(self) -> dict[str, Any]:  # Any: JSON
        if self.openapi_schema is None:
            problems.describe(super().openapi())
        return super().openapi()


def create_app(wired: Wired) -> Api:
    """The API over the parts that the composition root built."""
    app = Api(title="Regulatory sandbox", version="0.1.0", description=DESCRIPTION)
    app.state.wired = wired
    problems.install(app)
    for part in (
        *(calls, helpdesk, drafts, applications, review, screening, seats, supervision),
        *(appeals, costs),
        *(
            incidents,
            testing_plan,
            real_world,
            consents,
            reversals,
            orders,
            reports,
            clocks,
            calendar,
            notices,
            capacity,
            plans,
            after_exit,
            annual_reports,
            exit_reports,
            export,
            public,
            shares,
        ),
        *(risks, guidance, learning, tools, referrals, observers),
        *(safeguards, datasets, processing, public_projects, retention),
    ):
        app.include_router(part.router)

    @app.get("/health/live", tags=["health"])
    def live() -> dict[str, str]:
        """The process answers."""
        return {"status": "ok"}

    @app.get("/health/ready", tags=["health"])
    def ready(response: Response) -> dict[str, str]:
        """The database answers too."""
        try:
            wired.ping_database()
        except SQLAlchemyError:
            response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
            return {"status": "the database does not answer"}
        return {"status": "ok"}

    @app.get("/metrics", include_in_schema=False)
    def metrics() -> Response:
        """Our own metrics, for Prometheus."""
        return Response(generate_latest(wired.registry), media_type=CONTENT_TYPE_LATEST)

    return app
