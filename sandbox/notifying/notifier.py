"""Sends a notice by every way its addressee has given."""

from collections.abc import Mapping

from sandbox.domain.notice import Notice
from sandbox.notifying import webhook
from sandbox.notifying.contacts import Contact
from sandbox.notifying.mail import MailServer
from sandbox.ports import Clock


class ContactNotifier:
    """The Notifier port over mail and webhooks."""

    def __init__(self, contacts: Mapping[str, Contact], mail: MailServer, clock: Clock) -> None:
        self._contacts = contacts
        self._mail = mail
        self._clock = clock

    def reaches(self, addressee: str) -> bool:
        return addressee in self._contacts

    def send(self, notice: Notice) -> None:
        """A way that fails lets the notice be sent again by all: readers know it by its id."""
        contact = self._contacts[notice.addressee]
        if contact.webhook:
            webhook.send(contact.webhook, contact.key, notice, self._clock())
        if contact.mail:
            self._mail.send(contact.mail, notice)
