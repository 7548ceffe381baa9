"""What the government says to the rows that were released to it."""

from __future__ import annotations

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor, is_internal
from migov.foundation.records import journal
from migov.services.notices.actions import tell
from migov.work.policy.models import Answer, Release, ReleasedRow, Review, ReviewState, Stance
from migov.work.policy.review.actions import ground
from migov.work.policy.review.actions.life import NOTICE
from migov.work.policy.review.errors import ReviewRefused

NEEDS_WORDS = (Stance.PARTLY, Stance.DISAGREE, Stance.DONE, Stance.LATER)


@transaction.atomic
def answer(row: ReleasedRow | int, *, stance: str, text: str = "", by: Actor) -> Answer:
    """Say what the government thinks of a released row, or something else than before; the earlier answer is kept.

    by: its focal point, or somebody of the office who writes it down for the government; the journal says which. Saying the same again
    changes nothing. Raises ReviewRefused (with the field), PermissionDenied.
    """
    key = row if isinstance(row, int) else row.pk
    review = ground.held(
        ReleasedRow.objects.values_list("release__review_id", flat=True).get(pk=key), by, ground.ANSWER
    )
    found = ReleasedRow.objects.select_related("release").select_for_update(of=("self",)).get(pk=key)
    _need_open(review, found.release)
    if stance not in Stance.values:
        raise ReviewRefused(_("Choose what you say to this row."), "stance")
    text = ground.text(text, "text")
    if stance in NEEDS_WORDS and not text:
        raise ReviewRefused(_("Say in a sentence why, or where it is done."), "text")
    stands = found.answers.filter(superseded_at__isnull=True).first()
    if stands is not None and (stands.stance, stands.text) == (stance, text):
        return stands
    now = timezone.now()
    found.answers.filter(superseded_at__isnull=True).supersede(now)
    made = Answer.objects.create(row=found, stance=stance, text=text, by=ground.person(by), recorded_at=now)
    detail = {"release": found.release.number, "row": found.row_id, "stance": stance, "for_government": is_internal(by)}
    journal.write("answered", by=by, record=review.record, detail=detail)
    if not found.release.rows.exclude(answers__superseded_at__isnull=True, answers__isnull=False).exists():
        _all_said(review, found.release, by)
    return made


@transaction.atomic
def finish(release: Release | int, *, by: Actor) -> Review:
    """Say that the government has answered all it wants to answer. Its answers can still be changed until the review is closed.

    Raises ReviewRefused where nothing was answered yet, PermissionDenied.
    """
    key = release if isinstance(release, int) else release.pk
    found = Release.objects.get(pk=key)
    review = ground.held(found.review_id, by, ground.ANSWER)
    _need_open(review, found)
    if not Answer.objects.filter(row__release=found, superseded_at__isnull=True).exists():
        raise ReviewRefused(_("No row is answered yet."))
    _all_said(review, found, by)
    return ground.held(review.pk, by, ground.ANSWER)


def _need_open(review: Review, release: Release) -> None:
    if review.state == ReviewState.CLOSED:
        raise ReviewRefused(_("This review is closed; answers can no longer be changed."))
    if review.releases.filter(number__gt=release.number).exists():
        raise ReviewRefused(_("A newer version was shared meanwhile. Answer on that one."))


def _all_said(review: Review, release: Release, by: Actor) -> None:
    """The release keeps it: the office may have the review open again meanwhile, and is told all the same."""
    unsaid = Release.objects.filter(pk=release.pk, answered_at__isnull=True)
    if not unsaid.update(answered_at=timezone.now(), answered_by=ground.person(by)):
        return
    Review.objects.filter(pk=review.pk, state=ReviewState.RELEASED).update(state=ReviewState.ANSWERED)
    journal.write("all answered", by=by, record=review.record, detail={"release": release.number})
    people = [one for one in (review.record.owner, release.by) if one is not None and one.pk != by.pk]
    tell(
        people, kind=NOTICE, title=_("The government has answered: %s") % release.title,
        url=reverse("policy:review", args=[review.pk]), record=review.record, key=f"review-answered:{release.pk}",
    )  # fmt: skip
