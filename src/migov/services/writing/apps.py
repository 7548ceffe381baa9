from django.apps import AppConfig


class WritingConfig(AppConfig):
    """Holds templates and scripts; the tables are those of the rooms whose papers are written (models.py)."""

    name = "migov.services.writing"
    label = "writing"
