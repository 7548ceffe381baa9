"""The room of cooperation as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CooperationConfig(AppConfig):
    name = "migov.work.cooperation"
    label = "cooperation"

    def ready(self) -> None:
        from migov.foundation.shell import navigation
        from migov.work.cooperation.inputs import loaded as inputs
        from migov.work.cooperation.mechanisms import loaded as mechanisms
        from migov.work.cooperation.meetings import loaded as meetings

        navigation.register(_("Cooperation"), "cooperation:home", 60, permission="cooperation.enter")
        for part in (mechanisms, meetings, inputs):
            part.register()
