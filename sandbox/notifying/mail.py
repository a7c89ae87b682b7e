"""Notices as plain mail over SMTP."""

import smtplib
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Literal

from sandbox.domain.notice import Notice
from sandbox.errors import NoticeUndelivered

TIMEOUT_SECONDS = 20.0
Tls = Literal["starttls", "tls", "off"]


@dataclass(frozen=True, slots=True)
class MailServer:
    """The server that takes our mail; a certificate is always checked when there is one."""

    host: str
    port: int
    sender: str
    tls: Tls = "starttls"
    user: str = ""
    password: str = ""
    context: Callable[[], ssl.SSLContext] = ssl.create_default_context

    def send(self, to: str, notice: Notice) -> None:
        """Hand a notice over; NoticeUndelivered when the server does not take it."""
        if not self.host:
            raise NoticeUndelivered("no mail server is set")
        try:
            with self._connected() as server:
                if self.user:
                    server.login(self.user, self.password)
                server.send_message(message(self.sender, to, notice))
        except (smtplib.SMTPException, OSError) as error:
            raise NoticeUndelivered(f"the mail server did not take it: {_said(error)}") from error

    def _connected(self) -> smtplib.SMTP:
        if self.tls == "tls":
            return smtplib.SMTP_SSL(
                self.host, self.port, timeout=TIMEOUT_SECONDS, context=self.context()
            )
        server = smtplib.SMTP(self.host, self.port, timeout=TIMEOUT_SECONDS)
        if self.tls == "starttls":
            try:
                server.starttls(context=self.context())
            except (smtplib.SMTPException, OSError):
                server.close()
                raise
        return server


def _said(error: Exception) -> str:
    """Why, without a word of the server about an address: an operator reads it (Art. 78)."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return f"it answers {', '.join(str(code) for code, _ in error.recipients.values())}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"it answers {error.smtp_code}"
    return str(error)


def message(sender: str, to: str, notice: Notice) -> EmailMessage:
    """The mail: a sentence, the case and where to read more. A replay has the same Message-ID."""
    domain = parseaddr(sender)[1].rpartition("@")[2]
    mail = EmailMessage()
    mail["From"], mail["To"] = sender, to
    mail["Subject"] = f"Case {notice.case_id}: {notice.clock or notice.kind.replace('_', ' ')}"
    mail["Date"] = format_datetime(notice.posted_at)
    mail["Message-ID"] = f"<notice-{notice.id}@{domain}>"
    mail["X-Notice-Id"] = str(notice.id)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday reply comes back
    mail.set_content(
        f"{notice.sentence}\n\nCase: {notice.case_id}\n{notice.link}\n\n"
        "This mail contains nothing of the case itself; sign in to read it.\n"
    )
    return mail
