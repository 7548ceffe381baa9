"""The notices service as a Django application."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "migov.services.notices"
    label = "notices"

    def ready(self) -> None:
        from migov.foundation.shell import navigation
        from migov.services.jobs import registry
        from migov.services.notices import queries, reminders

        navigation.register_top(_("Notices"), "notices:list", count=queries.unread)
        registry.register_tick(reminders.remind_daily)
