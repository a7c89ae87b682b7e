"""Builds engine, sessions and adapters from settings, and hands them to the stages.

The only place that reads the clock, makes random identities and knows which adapter is real.
"""

import secrets
from dataclasses import Field, dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from celery import Celery
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from sandbox import facilities, member_states, regimes, settings, written_terms
from sandbox.domain.action import Action
from sandbox.domain.authority import Authority
from sandbox.domain.member_state import Union
from sandbox.domain.naming import CaseId
from sandbox.domain.referral import Facility
from sandbox.domain.regime import Regime, SandboxKind
from sandbox.domain.terms import BUILT_IN, Terms
from sandbox.monitoring.exporter import Exporter, Snapshot
from sandbox.nudges import nudge_through, queue_app
from sandbox.ports import (
    Catalogue,
    Clock,
    Cluster,
    Engine,
    Evidence,
    Metrics,
    Notifier,
    Nudge,
    Renderer,
)
from sandbox.settings import Settings
from sandbox.store import cases, database, figures

if TYPE_CHECKING:
    from sandbox.monitoring.verification import Check
    from sandbox.provisioner.engine import PulumiEngine
    from sandbox.provisioner.janitor import Orphan, Removal

CALENDAR_YEARS_BEFORE = 1
CALENDAR_YEARS_AFTER = 12


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Wired:
    """What one process works with."""

    sessions: database.Sessions
    engine: Engine
    cluster: Cluster
    metrics: Metrics
    catalogue: Catalogue
    renderer: Renderer
    evidence: Evidence
    notifier: Notifier
    authority: Authority
    union: Union
    regime: Regime
    facilities: dict[str, Facility]
    four_eyes: frozenset[Action]
    clock: Clock
    nudge: Nudge
    token_key: str
    retention: timedelta
    public_url: str
    terms: Terms = BUILT_IN

    def ping_database(self) -> None:
        """Raises SQLAlchemyError when the database does not answer."""
        with self.sessions.begin() as session:
            session.execute(text("SELECT 1"))

    @cached_property
    def registry(self) -> CollectorRegistry:
        """Our own metrics, read from the database at each scrape."""

        def read() -> Snapshot:
            with self.sessions.begin() as session:
                return Snapshot(**figures.read(session, self.clock(), self.authority))

        registry = CollectorRegistry()
        registry.register(Exporter(read))
        return registry


def wire(chosen: Settings) -> Wired:
    """The real parts that the settings name; nothing is connected to before it is used.

    Pulumi, Kubernetes and the renderer take seconds to import; a command that only makes a token
    or verifies a file does not wait for them.
    """
    from sandbox.monitoring.evidence import S3Evidence
    from sandbox.monitoring.prometheus import Prometheus
    from sandbox.monitoring.queries import MetricCatalogue
    from sandbox.monitoring.render import DocumentRenderer
    from sandbox.provisioner.cluster import KubernetesCluster

    union = member_states.union(chosen.member_states, calendar_years())
    regime = regimes.regime(chosen.regime, home=chosen.country)
    return Wired(
        sessions=database.sessions(database.connect(database_url(chosen))),
        engine=_engine(chosen),
        cluster=KubernetesCluster(kubeconfig=chosen.kubeconfig, clock=utc_now),
        metrics=Prometheus(chosen.prometheus_url),
        catalogue=MetricCatalogue(),
        renderer=DocumentRenderer(),
        evidence=S3Evidence(
            endpoint=chosen.s3_endpoint,
            access_key=chosen.s3_access_key,
            secret_key=chosen.s3_secret_key,
            bucket=chosen.s3_bucket,
        ),
        notifier=_notifier(chosen),
        authority=authority(chosen, union, regime.sandbox.kind),
        union=union,
        regime=regime,
        facilities=facilities.facilities(chosen.facilities),
        four_eyes=four_eyes(chosen),
        clock=utc_now,
        nudge=nudge_through(queue(chosen)),
        token_key=chosen.kept_secret(chosen.token_key, "token-key"),
        retention=timedelta(days=int(chosen.retention_days)),
        public_url=chosen.public_url or f"http://{chosen.host}:{chosen.port}",
        terms=written_terms.terms(chosen.terms),
    )


def authority(chosen: Settings, union: Union, kind: SandboxKind) -> Authority:
    """The authority with all holidays; against one of the Union no Member State has a remedy."""
    own = union.states.get(chosen.country)
    calendar = own.calendar if own else member_states.holidays_of(chosen.country, calendar_years())
    national = "" if own is None or kind.is_of_the_union else own.remedy
    words = (chosen.authority, chosen.time_zone, calendar, national or chosen.remedy)
    period = member_states.period(chosen.appeal)
    return Authority(*words, chosen.language, appeal=period, union=union)


def four_eyes(chosen: Settings) -> frozenset[Action]:
    """The actions that need a second person; ValueError for one that cannot be proposed."""
    named = frozenset(name.strip() for name in chosen.four_eyes.split(",") if name.strip())
    unknown = named - {Action.ADMIT, Action.REJECT}
    if unknown:
        raise ValueError(f"SANDBOX_FOUR_EYES: admit or reject, not {', '.join(sorted(unknown))}")
    return frozenset(Action(name) for name in named)


def calendar_years() -> range:
    """The years whose holidays are known."""
    this_year = utc_now().year
    return range(this_year - CALENDAR_YEARS_BEFORE, this_year + CALENDAR_YEARS_AFTER)


def database_url(chosen: Settings) -> str:
    return chosen.database_url or f"sqlite:///{chosen.in_data('sandbox.db')}"


def migrate() -> None:
    """Bring the database to the newest revision."""
    database.migrate(database.connect(database_url(settings.read())))


def queue(chosen: Settings | None = None) -> Celery:
    """The Celery app of this process."""
    chosen = chosen or settings.read()
    return queue_app(chosen.broker_url, Path(chosen.data) / "queue")


@cache
def parts() -> Wired:
    """The parts of this process, built at first use: after a worker forked, not before."""
    return wire(settings.read())


def import_parts() -> None:
    """Import what the parts of a process need, without keeping any."""
    wire(settings.read())


def nothing() -> Wired:
    """Parts that reach nothing: for describing the API, not for serving it."""
    return wire(Settings(database_url="sqlite://", token_key="-", pulumi_passphrase="-"))  # noqa: S106 - reaches nothing


def setting_fields() -> tuple[Field[str], ...]:
    """Every setting, for the handbook."""
    return fields(Settings)


def token_key() -> str:
    """What signs sign-in tokens."""
    chosen = settings.read()
    return chosen.kept_secret(chosen.token_key, "token-key")


def address() -> tuple[str, int]:
    """Where the API listens."""
    chosen = settings.read()
    return chosen.host, int(chosen.port)


def place(*names: str) -> Path:
    """A place in the data folder."""
    return settings.read().in_data(*names)


def targets_folder() -> Path | None:
    """Where Prometheus looks for our address, if it does."""
    folder = settings.read().prometheus_targets
    return Path(folder) if folder else None


def verify_files(files: list[Path]) -> "list[Check]":
    """The checks of documents and their ledger; reads these files and nothing else."""
    from sandbox.monitoring.verification import verify

    return verify(files)


def orphans(*, remove: bool) -> "tuple[tuple[Orphan, ...], tuple[Removal, ...]]":
    """What bears our mark in cluster and state but belongs to no known case, and its removal."""
    from sandbox.provisioner import janitor

    engine = _engine(settings.read())

    def known() -> frozenset[CaseId]:
        with parts().sessions.begin() as session:
            return cases.ids(session)

    found = janitor.orphans(settings.read().kubeconfig, engine, known)
    return found, janitor.remove(found, engine, dry_run=not remove)


def new_token() -> str:
    return secrets.token_hex(16)


def _engine(chosen: Settings) -> "PulumiEngine":
    from sandbox.provisioner.engine import PulumiEngine

    return PulumiEngine(
        kubeconfig=chosen.kubeconfig,
        backend_url=chosen.pulumi_backend_url or f"file://{_folder(chosen, 'pulumi-state')}",
        passphrase=chosen.kept_secret(chosen.pulumi_passphrase, "pulumi-passphrase"),
        work=_folder(chosen, "pulumi"),
        pulumi=_program(chosen, "pulumi"),
        provider=_provider(chosen),
    )


def _notifier(chosen: Settings) -> Notifier:
    from sandbox.notifying import contacts
    from sandbox.notifying.mail import MailServer
    from sandbox.notifying.notifier import ContactNotifier

    match chosen.smtp_tls:
        case "starttls" | "tls" | "off" as tls:
            pass
        case other:
            raise ValueError(f"SANDBOX_SMTP_TLS is starttls, tls or off, not {other}")
    server = MailServer(
        host=chosen.smtp_host,
        port=int(chosen.smtp_port),
        sender=chosen.mail_from,
        tls=tls,
        user=chosen.smtp_user,
        password=chosen.smtp_password,
    )
    return ContactNotifier(contacts.read(chosen.contacts), server, utc_now)


def _folder(chosen: Settings, name: str) -> Path:
    folder = chosen.in_data(name)
    folder.mkdir(exist_ok=True)
    return folder


def _provider(chosen: Settings) -> Literal["auto", "official", "own"]:
    match chosen.provider:
        case "auto" | "official" | "own" as word:
            return word
        case other:
            raise ValueError(f"SANDBOX_PROVIDER is auto, official or own, not {other}")


def _program(chosen: Settings, name: str) -> str:
    """A program built by `make tools`, or the one on PATH."""
    built = Path(chosen.data) / "bin" / name
    return str(built) if built.exists() else name
