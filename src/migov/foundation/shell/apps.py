from django.apps import AppConfig


class ShellConfig(AppConfig):
    name = "migov.foundation.shell"
    label = "shell"
