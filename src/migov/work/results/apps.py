from django.apps import AppConfig


class ResultsConfig(AppConfig):
    name = "migov.work.results"
    label = "results"
