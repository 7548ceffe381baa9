"""The life of a review: on its way through clearance, released to the government, reopened, closed, taken out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Role, User
from migov.foundation.records import journal
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell import formats
from migov.services.clearance.models import STANDING, Clearance, Submission
from migov.services.notices.actions import tell
from migov.work.policy.models import Answer, Release, ReleasedRow, Review, ReviewState
from migov.work.policy.review.actions import ground
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.queries.concordances import concordance
from migov.work.policy.review.table import about_json, as_json

OUT = (ReviewState.RELEASED, ReviewState.ANSWERED)
NOTICE = "policy-review"


@transaction.atomic
def release(review: Review | int, *, by: Actor, note: str = "", answer_by: date | None = None) -> Release:
    """Share a cleared review with the government: a copy of its rows, which is all that the government ever reads.

    note: covering words. The record becomes visible to the government concerned and its focal points are told; `told` of the release
    says how many there were. What the government said to a row of the release before stands where the row says the same.
    Raises ReviewRefused (with the field), PermissionDenied.
    """
    found = ground.held(review, by, ground.RELEASE)
    if found.state != ReviewState.CLEARED:
        raise ReviewRefused(
            _("Only a review that was cleared is released; this one is “%s”.") % found.get_state_display()
        )
    if found.version.text.country_id is None:
        raise ReviewRefused(_("The text is of no country, so there is no government to release it to."))
    if answer_by is not None and answer_by < timezone.localdate():
        raise ReviewRefused(_("This day has passed."), "answer_by")
    table = concordance(found)
    if table.judged < len(table.lines):
        raise ReviewRefused(_("Not every row is judged."))
    before = found.releases.order_by("-number").first()
    made = Release.objects.create(
        review=found, number=before.number + 1 if before else 1, by=ground.person(by), title=found.record.title,
        summary=found.summary, note=ground.text(note, "note"), answer_by=answer_by,
        about=about_json(table),
    )  # fmt: skip
    ReleasedRow.objects.bulk_create(
        [
            ReleasedRow(release=made, row_id=line.row, order=order, judgement=line.judgement, said=as_json(line))
            for order, line in enumerate(table.lines)
        ],
        batch_size=500,
    )
    if before is not None:
        _keep_answers(before, made)
    found.state = ReviewState.RELEASED
    found.save(update_fields=["state"])
    if found.record.visibility in (Visibility.INTERNAL, Visibility.OFFICE):
        Record.objects.filter(pk=found.pk).update(visibility=Visibility.PARTNERS)
    journal.write("released", by=by, record=found.record, detail={"release": made.number, "rows": len(table.lines)})
    _tell_government(made)
    return made


def _keep_answers(before: Release, now: Release) -> None:
    """Answers to rows that say the very same are answers to the new release too, given when they were given."""
    fresh = {row.row_id: row for row in now.rows.all()}
    answers = Answer.objects.filter(row__release=before, superseded_at__isnull=True).select_related("row")
    Answer.objects.bulk_create(
        Answer(
            row=fresh[one.row.row_id], stance=one.stance, text=one.text, by_id=one.by_id, recorded_at=one.recorded_at
        )
        for one in answers
        if one.row.row_id in fresh and fresh[one.row.row_id].said == one.row.said
    )


def focal_points(review: Review) -> list[User]:
    """Focal points of the government that the text belongs to, who have a standing membership. Two queries."""
    country = review.version.text.country_id
    if country is None:
        return []
    people = User.objects.filter(country=country, is_active=True, memberships__role=Role.FOCAL_POINT).distinct()
    return [one for one in people if access.allowed(one, "reviews.read_release", review.record)]


def _tell_government(made: Release) -> None:
    review = Review.objects.select_related("record", "version__text").get(pk=made.review_id)
    people = focal_points(review)
    made.told = len(people)
    made.save(update_fields=["told"])
    text = [made.note] if made.note else []
    if made.answer_by:
        text.append(_("Your answer is asked for by %s.") % formats.day(made.answer_by))
    tell(
        people, kind=NOTICE, title=_("Shared with you: %s") % made.title, text="\n\n".join(text),
        url=reverse("policy:released", args=[review.pk]), record=review.record, key=f"review-released:{made.pk}",
    )  # fmt: skip


@transaction.atomic
def reopen(review: Review | int, *, reason: str, by: Actor) -> Review:
    """Open the rows of a review again for corrections. The government goes on reading the last release until there is a new one.

    Raises ReviewRefused (with the field), PermissionDenied.
    """
    found = ground.held(review, by, ground.RELEASE)
    reason = ground.text(reason, "reason")
    if found.is_open:
        raise ReviewRefused(_("This review is open already."))
    if not reason:
        raise ReviewRefused(_("Say why it is opened again."), "reason")
    found.state, found.submission = ReviewState.JUDGING, None
    found.save(update_fields=["state", "submission"])
    journal.write("reopened", by=by, record=found.record, detail={"reason": reason})
    return found


@transaction.atomic
def close(review: Review | int, *, by: Actor) -> Review:
    """Close a review that was released: the government's answers stand as they are. Raises ReviewRefused, PermissionDenied."""
    found = ground.held(review, by, ground.RELEASE)
    if found.state not in OUT:
        raise ReviewRefused(_("Only a review that was released is closed."))
    found.state = ReviewState.CLOSED
    found.save(update_fields=["state"])
    journal.write("closed", by=by, record=found.record)
    return found


@transaction.atomic
def take_out(review: Review | int, *, reason: str, by: Actor) -> None:
    """Take a review out that is not needed. Only one that is in no clearance and was never released.

    Raises ReviewRefused (with the field), PermissionDenied.
    """
    found = ground.held(review, by, ground.RELEASE)
    if found.releases.exists() or Clearance.objects.filter(record=found.record, state__in=STANDING).exists():
        raise ReviewRefused(_("A review that is in clearance or was released is not taken out."))
    reason = ground.text(reason, "reason")
    if not reason:
        raise ReviewRefused(_("Say why it is taken out."), "reason")
    Record.objects.filter(pk=found.pk).update(removed_at=timezone.now())
    journal.write("removed", by=by, record=found.record, detail={"reason": reason})


@transaction.atomic
def change(review: Review | int, *, title: str, due: date | None, by: Actor) -> Review:
    """Change what a review is called and when it is due. Raises ReviewRefused (with the field), PermissionDenied."""
    found = ground.held(review, by, ground.JUDGE)
    title = ground.one_line(title, "title", ground.LONGEST_TITLE)
    if not title:
        raise ReviewRefused(_("A review needs a title."), "title")
    fields: dict[str, Any] = {}
    if title != found.record.title:
        if found.state == ReviewState.CLEARANCE:
            raise ReviewRefused(_("Reviewers have this title before them."), "title")
        fields["title"] = [found.record.title, title]
        Record.objects.filter(pk=found.pk).update(title=title)
    if due != found.due:
        fields["due"] = [str(found.due or ""), str(due or "")]
        Review.objects.filter(pk=found.pk).update(due=due)
    if fields:
        journal.write("changed", by=by, record=found.record, detail={"fields": fields})
    return ground.held(found.pk, by, ground.JUDGE)


def moved(key: int, into: str, *, out_of: Sequence[str]) -> None:
    """It was handed in, sent back or taken back. Called by clearance, which has asked for the permission."""
    Review.objects.filter(pk=key, state__in=out_of).update(state=into)


def cleared(key: int, submission: Submission) -> None:
    """It was cleared as handed in. Called by clearance."""
    Review.objects.filter(pk=key).update(state=ReviewState.CLEARED, submission=submission)
