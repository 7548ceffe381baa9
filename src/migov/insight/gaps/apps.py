"""Gaps as a Django application."""

from __future__ import annotations

from typing import cast

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GapsConfig(AppConfig):
    name = "migov.insight.gaps"
    label = "gaps"

    def ready(self) -> None:
        from migov.foundation.records import slots
        from migov.insight.gaps import beside, evidence, evidence_work
        from migov.work.governance.assess import sources
        from migov.work.governance.models import assessments
        from migov.work.governance.roadmaps import deeds

        slots.register_beside(assessments.KIND, beside.beside_assessment)
        deeds.register(beside.with_lines)
        sources.register("laws", cast(str, _("Laws and policies of the country")), evidence.laws)
        sources.register("instruments", cast(str, _("Articles of instruments")), evidence.articles)
        sources.register("documents", cast(str, _("Documents")), evidence_work.documents)
        sources.register("work", cast(str, _("Projects, practices and other work")), evidence_work.work)
