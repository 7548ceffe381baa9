from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "migov.foundation.records"
    label = "records"
