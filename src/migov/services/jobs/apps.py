from django.apps import AppConfig


class JobsConfig(AppConfig):
    name = "migov.services.jobs"
    label = "jobs"
