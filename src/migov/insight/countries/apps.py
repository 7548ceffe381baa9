from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CountriesConfig(AppConfig):
    name = "migov.insight.countries"
    label = "countries"

    def ready(self) -> None:
        from migov.foundation.shell import navigation, search
        from migov.insight.countries.search import find

        navigation.register(_("Countries"), "countries:list", 85, permission="contributions.see")
        search.register(find)
