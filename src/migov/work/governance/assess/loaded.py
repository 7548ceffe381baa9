"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds, slots
    from migov.foundation.shell import search
    from migov.services.notices import reminders as daily
    from migov.work.governance.assess import places, reminders, subject
    from migov.work.governance.assess.addresses import page_of
    from migov.work.governance.assess.search import find
    from migov.work.governance.assess.series import overview
    from migov.work.governance.models.assessments import KIND

    subject.register()
    kinds.register(
        kinds.Kind(KIND, cast(str, _("governance assessment")), cast(str, _("governance assessments")), page_of)
    )
    search.register(find)
    slots.register_home("governance", places.on_front_page)
    slots.register_home("governance", overview.on_front_page)
    daily.register("assessments", reminders.remind)
