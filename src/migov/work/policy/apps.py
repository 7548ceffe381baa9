"""The room of policy support as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PolicyConfig(AppConfig):
    name = "migov.work.policy"
    label = "policy"

    def ready(self) -> None:
        from migov.foundation.shell import navigation
        from migov.work.policy.instruments import loaded as instruments
        from migov.work.policy.requests import loaded as requests
        from migov.work.policy.review import loaded as review
        from migov.work.policy.texts import loaded as texts

        navigation.register(_("Policy"), "policy:home", 40, permission="instruments.see")
        for part in (requests, instruments, texts, review):
            part.register()
