"""A mail server that is never there."""

from __future__ import annotations

from django.core.mail.backends.base import BaseEmailBackend


class Backend(BaseEmailBackend):
    def open(self) -> bool:
        raise ConnectionRefusedError

    def send_messages(self, email_messages):
        raise ConnectionRefusedError
