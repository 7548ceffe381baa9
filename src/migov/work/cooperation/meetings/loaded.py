"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds
    from migov.foundation.records import slots as places
    from migov.foundation.shell import search
    from migov.services.notices import reminders as daily
    from migov.services.suggestions import sources
    from migov.work.cooperation.meetings import calendar_events, calendar_sources, reminders, slots, wording
    from migov.work.cooperation.meetings.addresses import commitment_page, meeting_page
    from migov.work.cooperation.meetings.search import find_commitments, find_meetings
    from migov.work.cooperation.models.mechanisms import KIND as MECHANISM
    from migov.work.cooperation.models.meetings import COMMITMENT, KIND

    kinds.register(kinds.Kind(KIND, cast(str, _("meeting")), cast(str, _("meetings")), meeting_page))
    kinds.register(kinds.Kind(COMMITMENT, cast(str, _("commitment")), cast(str, _("commitments")), commitment_page))
    search.register(find_meetings)
    search.register(find_commitments)
    daily.register("meetings", reminders.remind)
    sources.register(KIND, wording.meeting_parts)
    sources.register(COMMITMENT, wording.commitment_parts)
    for source in (calendar_events.meetings, calendar_events.input_deadlines, calendar_events.commitments_due):
        calendar_sources.register(source)
    places.register_beside(MECHANISM, slots.meetings_of_mechanism)
    places.register_beside(MECHANISM, slots.commitments_of_mechanism)
    for fill in (slots.next_meetings, slots.inputs_due, slots.my_tasks, slots.late_commitments):
        places.register_home("cooperation", fill)
