"""Dossiers as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "migov.insight.dossier"
    label = "dossier"

    def ready(self) -> None:
        from migov.insight.dossier import cooperation, governance, law, offering, rounds, work

        for part in (work, law, governance, cooperation, offering, rounds):
            part.register()
