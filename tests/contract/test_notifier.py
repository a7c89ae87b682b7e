"""What every way to bring notices outside promises: the fake, and real servers on this machine."""

import base64
import contextlib
import hashlib
import hmac
import json
import smtplib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from sandbox.domain.notice import Notice
from sandbox.errors import NoticeUndelivered
from sandbox.notifying import contacts, webhook
from sandbox.notifying.contacts import Contact
from sandbox.notifying.mail import MailServer
from sandbox.notifying.notifier import ContactNotifier
from sandbox.ports import Notifier
from tests.factories import CASE_ID
from tests.fakes import NOON, FakeClock, FakeNotifier

KEY = b"0123456789abcdefghijklmn"
SECRET = f"whsec_{base64.b64encode(KEY).decode()}"
NOTICE = Notice(
    id=7,
    case_id=CASE_ID,
    kind="clock_overdue",
    addressee="ai_office",
    sentence="DL-08 suspension notice to the AI Office is overdue: legal latest 2026-11-30.",
    clock="DL-08",
    due="2026-11-30",
    link=f"https://sandbox.example/cases/{CASE_ID}",
    posted_at=NOON,
)


@dataclass
class Outside:
    """A mail server and a webhook of somebody else, which take everything or nothing."""

    refuses: bool = False
    mails: list[EmailMessage] = field(default_factory=list)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd's name
        if self.refuses:
            return "451 try again later"
        content = envelope.content
        assert isinstance(content, bytes)
        mail = message_from_bytes(content, _class=EmailMessage, policy=policy.default)
        self.mails.append(mail)
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        found: int = probe.getsockname()[1]
        return found


@contextmanager
def mail_server(outside: Outside, **options: Any) -> Iterator[int]:  # Any: of aiosmtpd
    controller = Controller(outside, hostname="127.0.0.1", port=free_port(), **options)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()


@contextmanager
def webhook_server(outside: Outside) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            outside.calls.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(503 if outside.refuses else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook"
        server.shutdown()
        thread.join()


@dataclass(frozen=True)
class Way:
    """A notifier that knows `ai_office` alone, and what came out at the other end of it."""

    notifier: Notifier
    ids: Callable[[], list[str]]
    refuse: Callable[[], None]


def fake() -> Way:
    notifier = FakeNotifier(known=frozenset({"ai_office"}))
    return Way(
        notifier,
        lambda: [str(notice.id) for notice in notifier.taken],
        lambda: setattr(notifier, "away", True),
    )


def real(contact: Contact, mail: MailServer, outside: Outside) -> Way:
    return Way(
        ContactNotifier({"ai_office": contact}, mail, FakeClock()),
        lambda: [
            *(str(found["X-Notice-Id"]) for found in outside.mails),
            *(headers["webhook-id"].removeprefix("notice-") for headers, _ in outside.calls),
        ],
        lambda: setattr(outside, "refuses", True),
    )


@pytest.fixture(params=["fake", "mail", "webhook"])
def way(request: pytest.FixtureRequest) -> Iterator[Way]:
    outside = Outside()
    if request.param == "fake":
        yield fake()
    elif request.param == "mail":
        with mail_server(outside) as port:
            server = MailServer("127.0.0.1", port, "Sandbox <sandbox@example.eu>", "off")
            yield real(Contact(mail="office@example.eu"), server, outside)
    else:
        with webhook_server(outside) as url:
            yield real(Contact(webhook=url, secret=SECRET), MailServer("", 25, ""), outside)


def test_a_notice_arrives_with_its_id_and_again_with_the_same(way: Way) -> None:
    way.notifier.send(NOTICE)
    way.notifier.send(NOTICE)

    assert way.ids() == ["7", "7"]


def test_only_those_of_whom_somebody_said_where_are_reached(way: Way) -> None:
    assert way.notifier.reaches("ai_office")
    assert not way.notifier.reaches("provider:CreditCo")


def test_what_was_not_taken_is_an_outage(way: Way) -> None:
    way.refuse()

    with pytest.raises(NoticeUndelivered):
        way.notifier.send(NOTICE)


def test_a_mail_has_the_sentence_the_case_the_clock_and_the_link() -> None:
    outside = Outside()
    with mail_server(outside) as port:
        server = MailServer("127.0.0.1", port, "Sandbox <sandbox@example.eu>", "off")
        server.send("office@example.eu", NOTICE)

    (mail,) = outside.mails
    assert mail["Subject"] == f"Case {CASE_ID}: DL-08"
    assert (mail["To"], mail["From"]) == ("office@example.eu", "Sandbox <sandbox@example.eu>")
    assert mail["Message-ID"] == "<notice-7@example.eu>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOON
    text = mail.get_content()
    assert NOTICE.sentence in text
    assert NOTICE.link in text


def test_a_webhook_is_signed_over_its_id_its_time_and_its_body() -> None:
    outside = Outside()
    with webhook_server(outside) as url:
        webhook.send(url, KEY, NOTICE, NOON)

    ((headers, body),) = outside.calls
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert headers["webhook-timestamp"] == str(int(NOON.timestamp()))
    said = json.loads(body)
    assert said["type"] == "sandbox.clock_overdue"
    assert said["data"]["case"] == CASE_ID
    assert said["data"]["due"] == "2026-11-30"


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the Standard Webhooks specification."""
    key = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    body = b'{"test": 2432232314}'

    made = webhook.signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", body)

    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


@dataclass(frozen=True)
class Certified:
    """A certificate for 127.0.0.1, and who trusts it."""

    server: ssl.SSLContext
    client: ssl.SSLContext


@pytest.fixture(scope="module")
def certified(tmp_path_factory: pytest.TempPathFactory) -> Certified:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    folder = tmp_path_factory.mktemp("certificate")
    pem = certificate.public_bytes(serialization.Encoding.PEM)
    (folder / "both.pem").write_bytes(
        pem
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    server = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server.load_cert_chain(folder / "both.pem")
    return Certified(server, ssl.create_default_context(cadata=pem.decode()))


def let_in(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: Any
) -> AuthResult:
    return AuthResult(
        success=(data.login, data.password) == (b"sandbox", b"open sesame"), handled=False
    )


def test_mail_is_encrypted_and_signed_in_before_anything_is_said(certified: Certified) -> None:
    outside = Outside()
    options = {
        "tls_context": certified.server,
        "require_starttls": True,
        "auth_required": True,
        "authenticator": let_in,
    }
    with mail_server(outside, **options) as port:
        server = MailServer(
            *("localhost", port, "s@example.eu", "starttls", "sandbox", "open sesame"),
            context=lambda: certified.client,
        )
        server.send("office@example.eu", NOTICE)
        assert len(outside.mails) == 1

        with pytest.raises(NoticeUndelivered, match="certificate"):
            replace(server, context=ssl.create_default_context).send("office@example.eu", NOTICE)
        with pytest.raises(NoticeUndelivered):
            replace(server, password="wrong").send("office@example.eu", NOTICE)
        with pytest.raises(NoticeUndelivered):
            replace(server, tls="off", user="").send("office@example.eu", NOTICE)
    assert len(outside.mails) == 1


def test_mail_may_be_encrypted_from_the_first_byte(certified: Certified) -> None:
    outside = Outside()
    with mail_server(outside, ssl_context=certified.server, server_hostname="localhost") as port:
        server = MailServer(
            "localhost", port, "s@example.eu", "tls", context=lambda: certified.client
        )
        server.send("office@example.eu", NOTICE)

    assert len(outside.mails) == 1


@pytest.mark.parametrize("host", ["", "127.0.0.1"])
def test_without_a_mail_server_a_notice_is_not_delivered(host: str) -> None:
    with pytest.raises(NoticeUndelivered):
        MailServer(host, 1, "s@example.eu", "off").send("office@example.eu", NOTICE)


def test_a_webhook_that_is_away_does_not_take_a_notice() -> None:
    for url in ("http://127.0.0.1:1/", "http://127.0.0.1:1:1/"):
        with pytest.raises(NoticeUndelivered):
            webhook.send(url, KEY, NOTICE, NOON)


def test_contacts_are_read_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "contacts.toml"
    file.write_text(
        f'["provider:CreditCo"]\nmail = "ada@credit.example"\n'
        f'[ai_office]\nwebhook = "https://office.example/hook"\nsecret = "{SECRET}"\n'
    )

    found = contacts.read(str(file))

    assert found["provider:CreditCo"].mail == "ada@credit.example"
    assert found["ai_office"].key == KEY
    assert contacts.read("") == {}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("", "mail address or a webhook"),
        ('mail = "ada"', "no mail address"),
        ('mail = "ada@x.eu\\nBcc: eve@x.eu"', "no mail address"),
        ('phone = "1"', "phone"),
        (f'webhook = "http://office.example/"\nsecret = "{SECRET}"', "https"),
        ('webhook = "https://office.example/"', "begins with"),
        ('webhook = "https://office.example/"\nsecret = "whsec_?"', "base64"),
        ('webhook = "https://office.example/"\nsecret = "whsec_AAAA"', "at least 24"),
    ],
)
def test_a_contact_that_cannot_be_right_is_refused_at_the_start(
    tmp_path: Path, table: str, said: str
) -> None:
    file = tmp_path / "contacts.toml"
    file.write_text(f"[ai_office]\n{table}\n")

    with pytest.raises(ValueError, match=f"(?s)ai_office: .*{said}"):
        contacts.read(str(file))


@pytest.mark.rule("R78")
@pytest.mark.parametrize(
    ("refusal", "told"),
    [
        (
            smtplib.SMTPRecipientsRefused({"ada@creditco.eu": (550, b"no such user ada")}),
            "it answers 550",
        ),
        (smtplib.SMTPDataError(552, b"ada@creditco.eu is over quota"), "it answers 552"),
        (smtplib.SMTPServerDisconnected("connection lost"), "connection lost"),
    ],
)
def test_why_a_mail_was_refused_names_no_address(
    refusal: smtplib.SMTPException, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who runs the service reads why, and not who the contact is."""

    def refuse(self: smtplib.SMTP, *args: object, **more: object) -> None:
        raise refusal

    monkeypatch.setattr(MailServer, "_connected", lambda _: contextlib.nullcontext(smtplib.SMTP()))
    monkeypatch.setattr(smtplib.SMTP, "send_message", refuse)

    with pytest.raises(NoticeUndelivered) as undelivered:
        MailServer("mail.example", 25, "sandbox@example.eu").send("ada@creditco.eu", NOTICE)

    assert str(undelivered.value) == f"the mail server did not take it: {told}"
