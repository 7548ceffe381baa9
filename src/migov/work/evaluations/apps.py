from django.apps import AppConfig


class EvaluationsConfig(AppConfig):
    name = "migov.work.evaluations"
    label = "evaluations"
