"""Where addressees are reached, as the operator wrote it down."""

import base64
import binascii
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

SECRET_PREFIX = "whsec_"  # noqa: S105 - how Standard Webhooks marks a secret, not one
SECRET_BYTES_MIN = 24  # Standard Webhooks: 24 to 64 bytes
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Contact:
    """A mail address, a signed webhook, or both."""

    mail: str = ""
    webhook: str = ""
    secret: str = ""

    def __post_init__(self) -> None:
        if not self.mail and not self.webhook:
            raise ValueError("a contact has a mail address or a webhook")
        if self.mail and ("@" not in self.mail or any(c.isspace() for c in self.mail)):
            raise ValueError(f"{self.mail} is no mail address")
        if self.webhook:
            address = urlsplit(self.webhook)
            if address.scheme != "https" and address.hostname not in LOOPBACK:
                raise ValueError(f"{self.webhook}: a webhook is reached by https")
            if len(self.key) < SECRET_BYTES_MIN:
                raise ValueError(f"a webhook's secret has at least {SECRET_BYTES_MIN} bytes")

    @property
    def key(self) -> bytes:
        """The bytes that sign; ValueError when the secret is not written as it must be."""
        if not self.secret.startswith(SECRET_PREFIX):
            raise ValueError(f"a webhook's secret begins with {SECRET_PREFIX}")
        try:
            return base64.b64decode(self.secret.removeprefix(SECRET_PREFIX), validate=True)
        except binascii.Error as error:
            raise ValueError("a webhook's secret is base64") from error


def read(file: str) -> Mapping[str, Contact]:
    """Addressee -> contact from a TOML file, one table for each: `["provider:CreditCo"]` with
    `mail`, or `webhook` and `secret`. ValueError says which table is wrong.
    """
    said = tomllib.loads(Path(file).read_text()) if file else {}
    found: dict[str, Contact] = {}
    for addressee, table in said.items():
        try:
            found[addressee] = Contact(**table)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{file}: {addressee}: {error}") from error
    return found
