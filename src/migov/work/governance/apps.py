"""The room of governance as a Django application."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class GovernanceConfig(AppConfig):
    name = "migov.work.governance"
    label = "governance"

    def ready(self) -> None:
        from migov.foundation.shell import navigation
        from migov.work.governance.assess import loaded as assess
        from migov.work.governance.gcm import loaded as gcm
        from migov.work.governance.plans import loaded as plans
        from migov.work.governance.roadmaps import loaded as roadmaps
        from migov.work.governance.unsdcf import loaded as unsdcf

        navigation.register(_("Governance"), "governance:home", 50, permission="scores.see", rooms=("gaps",))
        for part in (assess, roadmaps, gcm, unsdcf, plans):
            part.register()
