from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "migov.exchange.api"
    label = "api"
