"""The clearance service as a Django application."""

from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "migov.services.clearance"
    label = "clearance"

    def ready(self) -> None:
        from migov.services.clearance import views_navigation
        from migov.services.clearance.actions import remind
        from migov.services.notices import reminders

        views_navigation.register()
        reminders.register("clearance", remind)
