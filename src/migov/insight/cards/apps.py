from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CardsConfig(AppConfig):
    name = "migov.insight.cards"
    label = "cards"

    def ready(self) -> None:
        from migov.work.projects import panels

        panels.register_link(panels.PageLink("cards:project", _("Results card"), 10))
