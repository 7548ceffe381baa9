"""What all pages of one review share: who may see them, the head of the page and its tabs."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import is_internal
from migov.foundation.records.models import Record
from migov.work.policy.models import Release, Review, ReviewState
from migov.work.policy.review.queries import lists

TONES = {
    ReviewState.JUDGING: "quiet",
    ReviewState.CLEARANCE: "warn",
    ReviewState.CLEARED: "good",
    ReviewState.RELEASED: "good",
    ReviewState.ANSWERED: "good",
    ReviewState.CLOSED: "quiet",
}


def office_only(request: HttpRequest) -> None:
    """Raise PermissionDenied for those who do not enter the room, Http404 for a government: it is not told what reviews there are."""
    access.require(request.user, "policy.enter")
    if not is_internal(request.user):
        raise Http404(_("There is no such page."))


def review_or_404(request: HttpRequest, key: int) -> Review:
    """A review as somebody of the office may see it. Raises PermissionDenied, Http404."""
    office_only(request)
    try:
        return (
            lists.visible(request.user)
            .select_related(
                "record__owner", "record__office", "version__text__record", "version__text__country",
                "request__record", "previous__version", "submission",
            )
            .get(pk=key)
        )  # fmt: skip
    except (Review.DoesNotExist, OverflowError):  # a key that no database has room for
        raise Http404(_("There is no such review, or you may not see it.")) from None


def release_or_404(request: HttpRequest, key: int) -> Release:
    """The newest release of a review, for those it was shared with and for the office. Raises PermissionDenied, Http404."""
    access.require(request.user, "policy.enter")
    seen = Record.objects.visible_to(request.user).standing()
    try:
        found = (
            Release.objects.filter(review=key, review__record__in=seen)
            .select_related("review__record", "review__version__text__record")
            .order_by("-number")
            .first()
        )
    except OverflowError:  # a key that no database has room for
        found = None
    if found is None or not access.allowed(request.user, "reviews.read_release", found.review.record):
        raise Http404(_("There is no such review, or it was not shared with you."))
    return found


def show(
    request: HttpRequest, review: Review, tab: str, template: str, *, status: int = 200, **context: Any
) -> HttpResponse:
    """A page of the review: the template extends policy/review/frame.html and is given review, record, pages, may_judge."""
    common = {
        "part": "reviews", "review": review, "record": review.record, "pages": _pages(review, tab),
        "may_judge": may_judge(request, review), "state_tone": TONES[ReviewState(review.state)],
        "may_release": access.allowed(request.user, "reviews.release", review.record),
    }  # fmt: skip
    return render(request, template, common | context, status=status)


def may_judge(request: HttpRequest, review: Review) -> bool:
    """Whether the viewer may judge the rows of a review now."""
    return review.is_open and access.allowed(request.user, "reviews.judge", review.record)


def _pages(review: Review, here: str) -> list[tuple[str, str, bool]]:
    """The tabs of a review: label, address, whether it is this page. The documents are made by the part above, where it is there."""
    found = [("rows", _("Rows"), "policy:review"), ("coverage", _("Coverage"), "policy:review-coverage")]
    found += [
        ("state", _("Clearance and release"), "policy:review-state"),
        ("documents", _("Documents"), "policy:review-documents"),
    ]
    tabs = []
    for code, label, name in found:
        try:
            tabs.append((label, reverse(name, args=[review.pk]), code == here))
        except NoReverseMatch:
            continue
    return tabs
