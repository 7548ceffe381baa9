from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "migov.insight.desk"
    label = "desk"
