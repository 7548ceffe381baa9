"""What this part of the room makes known to the house when it is loaded."""

from __future__ import annotations

from typing import cast

from django.utils.translation import gettext_lazy as _


def register() -> None:
    """Called once, from the room's AppConfig.ready."""
    from migov.foundation.records import kinds
    from migov.foundation.shell import search
    from migov.services.jobs import registry
    from migov.services.notices import reminders as daily
    from migov.work.policy import answers, slots
    from migov.work.policy.models.reviews import KIND
    from migov.work.policy.review import places, reminders, subject
    from migov.work.policy.review.actions.starting import JOB, proposed_page, run_propose
    from migov.work.policy.review.addresses import page_of
    from migov.work.policy.review.errors import ReviewRefused
    from migov.work.policy.review.search import find
    from migov.work.policy.texts import beside

    subject.register()
    kinds.register(kinds.Kind(KIND, cast(str, _("review of a text")), cast(str, _("reviews of texts")), page_of))
    search.register(find)
    slots.register_request_slot(places.of_request)
    beside.register_text_slot(places.of_text)
    slots.register_home_slot(places.on_front_page)
    slots.register_home_slot(places.with_the_government)
    answers.register(places.met)
    registry.register(JOB, run_propose, refusals=(ReviewRefused,), page=proposed_page)
    daily.register("policy-reviews", reminders.remind)
