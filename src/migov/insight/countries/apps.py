from django.apps import AppConfig


class CountriesConfig(AppConfig):
    name = "migov.insight.countries"
    label = "countries"
