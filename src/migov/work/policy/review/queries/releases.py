"""What was shared with governments."""

from __future__ import annotations

from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.work.policy.models import Release


def all_of(review: int) -> list[Release]:
    """The releases of a review, the newest first. One query."""
    return list(Release.objects.filter(review=review).order_by("-number").select_related("by"))


def shared_with(viewer: Viewer) -> list[Release]:
    """The newest release of each review whose record the viewer may see, newest first. One query."""
    seen = Record.objects.visible_to(viewer).standing()
    newest: dict[int, Release] = {}
    found = Release.objects.filter(review__record__in=seen).select_related("review__version")
    for one in found.order_by("number"):
        newest[one.review_id] = one
    return sorted(newest.values(), key=lambda one: (one.at, one.pk), reverse=True)
