"""What every step of a review begins with: its record locked, everything read anew, the right to take it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.foundation.shell.typed import LONGEST_TEXT, Unreadable, line, tidy
from migov.work.policy.models import Review
from migov.work.policy.review.errors import ReviewRefused

JUDGE, RELEASE, ANSWER, START = "reviews.judge", "reviews.release", "reviews.answer", "reviews.start"
LONGEST_TITLE = 300


def held(review: Review | int, by: Actor, permission: str) -> Review:
    """A review read anew, its record's row locked until the transaction ends.

    Raises Review.DoesNotExist, ReviewRefused for one that was taken out, PermissionDenied.
    """
    key = review if isinstance(review, int) else review.pk
    Record.objects.select_for_update().only("pk").filter(pk=key).first()
    found = Review.objects.select_related(
        "record__owner", "record__office", "version__text__record", "version__text__country"
    ).get(pk=key)
    access.require(by, permission, found.record)
    if found.record.removed_at is not None:
        raise ReviewRefused(_("This review was taken out."))
    return found


def open_to_judge(review: Review | int, by: Actor) -> Review:
    """A review as `held` whose rows may be judged now. Raises ReviewRefused beside what `held` raises."""
    found = held(review, by, JUDGE)
    if not found.is_open:
        raise ReviewRefused(
            _("The review is “%s”, so its rows stand. Reopen it to correct them.") % found.get_state_display()
        )
    return found


def person(by: Actor) -> User | None:
    """Who is written into a row: nobody where the program itself acts."""
    return by if isinstance(by, User) else None


def text(value: str, field: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines as it is kept. Raises ReviewRefused, naming the field."""
    try:
        return tidy(value, longest)
    except Unreadable as error:
        raise ReviewRefused(str(error), field) from error


def one_line(value: str, field: str, longest: int) -> str:
    """A text of one line as it is kept. Raises ReviewRefused, naming the field."""
    try:
        return line(value, longest)
    except Unreadable as error:
        raise ReviewRefused(str(error), field) from error
