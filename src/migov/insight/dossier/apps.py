"""Dossiers as a Django application."""

from __future__ import annotations

from django.apps import AppConfig


class DossierConfig(AppConfig):
    name = "migov.insight.dossier"
    label = "dossier"

    def ready(self) -> None:
        from migov.insight.dossier import governance, law, measured, meeting, offering, rounds, talks, work

        for part in (work, law, governance, talks, meeting, offering, measured, rounds):
            part.register()
