from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import AppConfig

if TYPE_CHECKING:
    from migov.services.jobs.models import Job


class IatiConfig(AppConfig):
    name = "migov.exchange.iati"
    label = "iati"

    def ready(self) -> None:
        from django.urls import reverse

        from migov.exchange.iati.actions import JOB, run_import
        from migov.exchange.iati.export_reporter import ExportRefused
        from migov.exchange.iati.publish import JOB as PUBLISHING
        from migov.exchange.iati.publish import run_publication
        from migov.exchange.iati.refusal import ImportRefused, ImportStopped
        from migov.services.jobs import registry

        def page(job: Job) -> str:
            return reverse("iati:import", args=[job.pk])

        def published(job: Job) -> str:
            return reverse("iati:publish")

        # Not one transaction: writing the files changes nothing, and takes long; the last step is one.
        registry.register(PUBLISHING, run_publication, atomic=False, refusals=(ExportRefused,), page=published)
        registry.register(JOB, run_import, refusals=(ImportRefused,), stops=(ImportStopped,), page=page)
