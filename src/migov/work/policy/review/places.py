"""What reviews show on pages of other parts: beside a request, on the front page of the room, beside what accession would require."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date

from django.db.models import F, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.work.policy.models import (
    AssistanceRequest,
    Judgement,
    LegalText,
    Release,
    ReleasedRow,
    Review,
    ReviewState,
    Row,
)
from migov.work.policy.review.queries import lists
from migov.work.policy.review.queries.releases import shared_with
from migov.work.policy.slots import Link, Slot

ON_FRONT = 5


def of_request(request: AssistanceRequest, viewer: Viewer) -> Slot | None:
    """Reviews of texts that came with a request; for a government only what was released to it."""
    if not is_internal(viewer):
        shared = [one for one in shared_with(viewer) if one.review.request_id == request.pk]
        rows = [_released(one.title, one.review_id, one.number) for one in shared]
        return Slot(_("Reviews shared with you"), rows) if rows else None
    keys = list(lists.visible(viewer).filter(request=request).order_by("-pk").values_list("pk", flat=True))
    actions = []
    if access.allowed(viewer, "reviews.start"):
        text = request.texts.order_by("-pk").values_list("pk", flat=True).first()
        query = f"?request={request.pk}" + (f"&text={text}" if text else "")
        actions.append(Link(_("Start a review"), reverse("policy:review-new") + query))
    if not keys and not actions:
        return None
    return Slot(_("Reviews"), [_row(one) for one in lists.rows(keys)], actions, _("No review of a text yet."))


def _row(of: lists.ReviewRow) -> Link:
    note = _("%(state)s · %(judged)d of %(total)d rows judged") % {
        "state": of.review.get_state_display(), "judged": of.judged, "total": of.total,
    }  # fmt: skip
    return Link(of.review.record.title, reverse("policy:review", args=[of.review.pk]), note, of.late)


def _released(title: str, review: int, number: int) -> Link:
    return Link(title, reverse("policy:released", args=[review]), _("release %d") % number)


def of_text(text: LegalText, viewer: Viewer) -> Slot | None:
    """Reviews of a text's versions; for a government only what was released to it."""
    if not is_internal(viewer):
        shared = [one for one in shared_with(viewer) if one.review.version.text_id == text.pk]
        rows = [_released(one.title, one.review_id, one.number) for one in shared]
        return Slot(_("Reviews shared with you"), rows) if rows else None
    found = lists.visible(viewer).filter(version__text=text).order_by("-pk")
    keys = list(found.values_list("pk", flat=True))
    actions = []
    if access.allowed(viewer, "reviews.start"):
        actions.append(Link(_("Start a review"), f"{reverse('policy:review-new')}?text={text.pk}"))
    if not keys and not actions:
        return None
    return Slot(_("Reviews"), [_row(one) for one in lists.rows(keys)], actions, _("It was not reviewed yet."))


def on_front_page(viewer: Viewer) -> Slot | None:
    """Reviews under way; for a government what was released to it."""
    more = Link(_("All reviews"), reverse("policy:reviews"))
    if not is_internal(viewer):
        rows = [_released(one.title, one.review_id, one.number) for one in shared_with(viewer)[:ON_FRONT]]
        return Slot(_("Reviews shared with you"), rows, empty=_("Nothing was shared with you yet."), more=more)
    found = lists.matching(viewer, lists.ReviewFilter()).order_by(*lists.ORDERS["due"])
    keys = list(found.values_list("pk", flat=True)[:ON_FRONT])
    actions = (
        [Link(_("Start a review"), reverse("policy:review-new"))] if access.allowed(viewer, "reviews.start") else []
    )
    return Slot(
        _("Reviews under way"), [_row(one) for one in lists.rows(keys)], actions, _("No review is under way."), more
    )


def with_the_government(viewer: Viewer) -> Slot | None:
    """For the office: the reviews that governments read and answer, those asked for first before the others."""
    if not is_internal(viewer):
        return None
    newest = Release.objects.filter(review=OuterRef("pk")).order_by("-number")
    found = (
        lists.matching(viewer, lists.ReviewFilter(tab="released"))
        .select_related("record")
        .annotate(day=newest.values("answer_by")[:1], answered=newest.values("answered_at")[:1])
        .order_by(F("answered").desc(nulls_first=True), F("day").asc(nulls_last=True), "-pk")
    )
    rows = [_with_them(one, one.day, one.answered is not None) for one in found[:ON_FRONT]]
    more = Link(_("All with the government"), f"{reverse('policy:reviews')}?tab=released")
    return Slot(_("With the government"), rows, more=more) if rows else None


def _with_them(review: Review, day: date | None, answered: bool) -> Link:
    if answered:
        note = _("the answers are complete")
    else:
        note = _("answers by %s") % formats.day(day) if day else _("no day was asked for")
    late = not answered and day is not None and day < timezone.localdate()
    return Link(review.record.title, reverse("policy:review-state", args=[review.pk]), note, late)


def met(place: Place, requirements: Collection[int], viewer: Viewer) -> Mapping[int, Sequence[tuple[str, str]]]:
    """Requirements that a reviewed text of a place meets in full: from reviews that were cleared; for a government from releases."""
    found: dict[int, list[tuple[str, str]]] = {}
    if is_internal(viewer):
        rows = Row.objects.filter(
            review__in=lists.visible(viewer).exclude(state__in=[ReviewState.JUDGING, ReviewState.CLEARANCE]),
            review__version__text__country=place, requirement__in=requirements, judgement=Judgement.FULL,
        ).select_related("review__version__text__record")  # fmt: skip
        for row in rows:
            url = reverse("policy:review-row", args=[row.review_id, row.pk])
            found.setdefault(row.requirement_id or 0, []).append((str(row.review.version.text), url))
        return found
    released = [one for one in shared_with(viewer) if one.about["country"] == place.code]
    texts = {
        one.pk: (one.about["citation"] or one.about["text_title"], reverse("policy:released", args=[one.review_id]))
        for one in released
    }
    said = ReleasedRow.objects.filter(
        release__in=texts, judgement=Judgement.FULL, row__requirement__in=requirements
    ).values_list("release", "row__requirement")
    for release, requirement in said:
        found.setdefault(requirement, []).append(texts[release])
    return found
