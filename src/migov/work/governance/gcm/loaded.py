"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds, slots
    from migov.foundation.shell import search
    from migov.services.notices import reminders as daily
    from migov.services.suggestions import sources
    from migov.work.governance.gcm import addresses, aligned, known, own, places, reminders, subject, wording
    from migov.work.governance.gcm.search import find
    from migov.work.governance.models.gcm import KIND, PLEDGE, PRACTICE

    for code, one, many, page in (
        (KIND, _("Global Compact report"), _("Global Compact reports"), addresses.report_page),
        (PLEDGE, _("pledge"), _("pledges"), addresses.pledge_page),
        (PRACTICE, _("practice"), _("practices"), addresses.practice_page),
    ):
        kinds.register(kinds.Kind(code, cast(str, one), cast(str, many), page))
    subject.register()
    search.register(find)
    daily.register("gcm", reminders.remind)
    sources.register(PLEDGE, wording.of_pledges)
    sources.register(PRACTICE, wording.of_practices)
    slots.register_home("governance", places.reports_on_front)
    slots.register_home("governance", places.pledges_on_front)
    for source, ask in own.SOURCES.items():
        known.register(source, ask)
    known.register("work", aligned.aligned)
