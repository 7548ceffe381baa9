from django.apps import AppConfig


class MoneyConfig(AppConfig):
    name = "migov.foundation.money"
    label = "money"
