"""Notices as signed webhooks (Standard Webhooks): id, time and body under one signature."""

import base64
import hashlib
import hmac
import json
from datetime import datetime

import httpx

from sandbox.domain.notice import Notice
from sandbox.errors import NoticeUndelivered

TIMEOUT_SECONDS = 10.0


def signature(key: bytes, webhook_id: str, timestamp: str, body: bytes) -> str:
    """The `v1` signature of Standard Webhooks."""
    signed = b".".join((webhook_id.encode(), timestamp.encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def body_of(notice: Notice) -> bytes:
    """What a notice says, as JSON: nothing of what the case contains."""
    document = {
        "type": f"sandbox.{notice.kind}",
        "timestamp": notice.posted_at.isoformat(),
        "data": {
            "notice": notice.id,
            "case": notice.case_id,
            "addressee": notice.addressee,
            "sentence": notice.sentence,
            "clock": notice.clock,
            "due": notice.due,
            "link": notice.link,
        },
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()


def send(url: str, key: bytes, notice: Notice, at: datetime) -> None:
    """Post a notice; NoticeUndelivered for every answer that is not a success."""
    body, webhook_id, timestamp = body_of(notice), f"notice-{notice.id}", str(int(at.timestamp()))
    headers = {
        "content-type": "application/json",
        "webhook-id": webhook_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(key, webhook_id, timestamp, body),
    }
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=TIMEOUT_SECONDS)
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoticeUndelivered(f"the webhook does not answer: {error}") from error
    if not answer.is_success:
        raise NoticeUndelivered(f"the webhook answers {answer.status_code}")
