from django.apps import AppConfig


class IatiConfig(AppConfig):
    name = "migov.exchange.iati"
    label = "iati"
