from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "migov.services.alignment"
    label = "alignment"
