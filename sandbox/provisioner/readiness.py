"""When an object counts as there, and when as gone; awaited by watch, never by sleeping.

Only what means something is awaited: a quota counts from the moment the controller has taken it
over, and a namespace is gone when everything in it is.
"""

import threading

from sandbox.provisioner.discovery import NotYet, Objects, Ref
from sandbox.provisioner.transport import Body

READY_SECONDS = 60
GONE_SECONDS = 300  # a namespace whose pods take their time to stop


class Late(NotYet):
    """What was waited for, and why it did not come as far as the cluster tells."""

    def __init__(self, sentence: str, last: Body | None) -> None:
        super().__init__(last)
        self.sentence = sentence

    def __str__(self) -> str:
        return self.sentence


def await_ready(
    objects: Objects,
    applied: Body,
    *,
    seconds: float | None,
    cancelled: threading.Event | None = None,
) -> None:
    """Until the object does what it is for; Late with the reason otherwise."""
    if applied["kind"] != "ResourceQuota" or _is_counted(applied):
        return
    limit = seconds or READY_SECONDS
    try:
        objects.await_that(Ref.of(applied), _is_counted, seconds=limit, cancelled=cancelled)
    except NotYet as late:
        raise Late(
            f"the quota was made but no controller counts it after {limit:.0f} s; "
            "is kube-controller-manager running?",
            late.last,
        ) from late


def await_gone(
    objects: Objects,
    live: Body,
    *,
    seconds: float | None,
    cancelled: threading.Event | None = None,
) -> None:
    """Until this very object is gone; another one of its name may have taken its place."""
    uid, limit = live["metadata"]["uid"], seconds or GONE_SECONDS

    def is_gone(now: Body | None) -> bool:
        return now is None or now["metadata"]["uid"] != uid

    try:
        objects.await_that(Ref.of(live), is_gone, seconds=limit, cancelled=cancelled)
    except NotYet as late:
        sentence = f"it was told to go but is still there after {limit:.0f} s{_why_not(late.last)}"
        raise Late(sentence, late.last) from late


def _is_counted(quota: Body | None) -> bool:
    if quota is None:
        return False
    hard: Body = quota.get("spec", {}).get("hard", {})
    counted: Body = quota.get("status", {}).get("hard", {})
    return counted == hard


def _why_not(last: Body | None) -> str:
    """What the object itself says about what holds it."""
    if last is None:
        return ""
    holders = [*last["metadata"].get("finalizers", ()), *last.get("spec", {}).get("finalizers", ())]
    said = [
        condition["message"]
        for condition in last.get("status", {}).get("conditions", ())
        if condition.get("status") == "True" and condition.get("message")
    ]
    held = [f"held by {', '.join(holders)}"] if holders else []
    return "".join(f"; {reason}" for reason in (*held, *said))
