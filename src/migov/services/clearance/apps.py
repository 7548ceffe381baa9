"""The clearance service as a Django application."""

from django.apps import AppConfig


class ClearanceConfig(AppConfig):
    name = "migov.services.clearance"
    label = "clearance"

    def ready(self) -> None:
        from migov.services.clearance.actions import remind
        from migov.services.notices import reminders

        reminders.register("clearance", remind)
