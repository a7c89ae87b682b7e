"""Every setting: read once from the environment, with what `make up` wrote as the default.

Only `wiring` imports this. docs/settings.md is generated from the fields below.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent


def setting(name: str, meaning: str, default: str) -> str:
    """A field read from an environment variable."""
    found: str = field(default=default, metadata={"name": name, "meaning": meaning})
    return found


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one process; a text each, empty when not set."""

    data: str = setting(
        "SANDBOX_DATA", "folder for everything that is written", str(REPOSITORY / ".local")
    )
    kubeconfig: str = setting(
        "SANDBOX_KUBECONFIG", "the cluster; empty: the service account of the pod", ""
    )
    database_url: str = setting(
        "SANDBOX_DATABASE_URL",
        "the database (SQLAlchemy); empty: SQLite in the data folder",
        "",
    )
    broker_url: str = setting(
        "SANDBOX_BROKER_URL", "the queue (Celery); empty: files in the data folder", ""
    )
    s3_endpoint: str = setting("SANDBOX_S3_ENDPOINT", "the evidence store", "")
    s3_access_key: str = setting("SANDBOX_S3_ACCESS_KEY", "its access key", "")
    s3_secret_key: str = setting("SANDBOX_S3_SECRET_KEY", "its secret key", "")
    s3_bucket: str = setting("SANDBOX_S3_BUCKET", "its bucket, with object lock", "evidence")
    prometheus_url: str = setting(
        "SANDBOX_PROMETHEUS_URL", "the Prometheus that scrapes the environments", ""
    )
    prometheus_targets: str = setting(
        "SANDBOX_PROMETHEUS_TARGETS",
        "folder where the service tells Prometheus its own address; empty: not told",
        "",
    )
    pulumi_backend_url: str = setting(
        "SANDBOX_PULUMI_BACKEND_URL",
        "where Pulumi keeps its state (file:// or postgres://); empty: the data folder",
        "",
    )
    pulumi_passphrase: str = setting(
        "SANDBOX_PULUMI_PASSPHRASE",
        "encrypts secrets in the state; empty: one made once in the data folder",
        "",
    )
    provider: str = setting(
        "SANDBOX_PROVIDER",
        "Pulumi's Kubernetes provider: auto (official when installed), official or own",
        "auto",
    )
    token_key: str = setting(
        "SANDBOX_TOKEN_KEY", "signs sign-in tokens; empty: one made once in the data folder", ""
    )
    authority: str = setting(
        "SANDBOX_AUTHORITY", "the name of the authority", "Example Authority for AI"
    )
    country: str = setting("SANDBOX_COUNTRY", "whose holidays count (ISO 3166-1)", "NL")
    time_zone: str = setting("SANDBOX_TIME_ZONE", "where a day begins", "Europe/Amsterdam")
    language: str = setting("SANDBOX_LANGUAGE", "what documents are written in (ISO 639-1)", "en")
    remedy: str = setting(
        "SANDBOX_REMEDY",
        "how a decision can be challenged; empty: as the file of Member States says, and nobody is "
        "admitted or rejected where that does not",
        "",
    )
    appeal: str = setting(
        "SANDBOX_APPEAL",
        "the national period for that, a number of days, weeks or months as `6 weeks`; empty: likewise",
        "",
    )
    member_states: str = setting(
        "SANDBOX_MEMBER_STATES",
        "file (TOML) with tacit approval, frameworks, remedies, appeal periods and holidays of Member "
        "States; empty: unknown, which counts as no",
        "",
    )
    regime: str = setting(
        "SANDBOX_REGIME",
        "file (TOML) with the kind of sandbox and the open points of the law; empty: our defaults",
        "",
    )
    facilities: str = setting(
        "SANDBOX_FACILITIES",
        "file (TOML) with the facilities that participants are referred to; empty: none",
        "",
    )
    terms: str = setting(
        "SANDBOX_TERMS",
        "file (TOML) with the terms and conditions of the authority: `version` and a table `clauses` "
        "with a text for each heading; empty: ours",
        "",
    )
    four_eyes: str = setting(
        "SANDBOX_FOUR_EYES",
        "actions that take effect when a second person confirms them, by comma: admit, reject",
        "",
    )
    retention_days: str = setting(
        "SANDBOX_RETENTION_DAYS", "how long evidence is locked (ten years by default)", "3653"
    )
    contacts: str = setting(
        "SANDBOX_CONTACTS",
        "file (TOML) that says where notices go: a table for each addressee with mail, or webhook "
        "and secret; empty: notices wait",
        "",
    )
    smtp_host: str = setting("SANDBOX_SMTP_HOST", "the mail server; empty: no mail is sent", "")
    smtp_port: str = setting("SANDBOX_SMTP_PORT", "its port", "587")
    smtp_tls: str = setting(
        "SANDBOX_SMTP_TLS", "how mail is encrypted on its way: starttls, tls or off", "starttls"
    )
    smtp_user: str = setting("SANDBOX_SMTP_USER", "who signs in there; empty: nobody", "")
    smtp_password: str = setting("SANDBOX_SMTP_PASSWORD", "and with which password", "")
    mail_from: str = setting(
        "SANDBOX_MAIL_FROM", "who mails come from", "AI sandbox <sandbox@localhost>"
    )
    public_url: str = setting(
        "SANDBOX_PUBLIC_URL", "where people reach the service; notices link to it", ""
    )
    host: str = setting("SANDBOX_HOST", "where the API listens", "127.0.0.1")
    port: str = setting("SANDBOX_PORT", "on which port", "8000")

    def in_data(self, *names: str) -> Path:
        """A place in the data folder; its folder is made."""
        path = Path(self.data).joinpath(*names)
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def kept_secret(self, value: str, name: str) -> str:
        """A secret that was set, or one made once and kept in the data folder."""
        if value:
            return value
        path = self.in_data("secrets", name)
        path.parent.chmod(0o700)
        try:
            with path.open("x") as file:
                path.chmod(0o600)
                file.write(secrets.token_urlsafe(32))
        except FileExistsError:
            pass
        return path.read_text()


def read(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings of this process; the environment outweighs what `make up` wrote."""
    data = environment.get("SANDBOX_DATA") or _default("data")
    written = _lines(Path(data) / "settings.env")
    merged = {**written, **{k: v for k, v in environment.items() if v}}
    chosen = {
        f.name: merged[f.metadata["name"]] for f in fields(Settings) if f.metadata["name"] in merged
    }
    return Settings(**{**chosen, "data": str(Path(data).resolve())})


def _default(name: str) -> str:
    found = next(f for f in fields(Settings) if f.name == name).default
    if found is MISSING:
        raise ValueError(name)
    return str(found)


def _lines(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    pairs = (line.split("=", 1) for line in path.read_text().splitlines() if "=" in line)
    return {name.strip(): value.strip().strip("'\"") for name, value in pairs}
