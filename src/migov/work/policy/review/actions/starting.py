"""Starting a review, and asking the ranker for it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Framework
from migov.foundation.people import access
from migov.foundation.people.access import Actor, is_internal
from migov.foundation.people.models import User
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, RecordTheme, Visibility
from migov.services.jobs import actions as jobs
from migov.services.jobs.models import Job
from migov.services.jobs.registry import JobRefused
from migov.work.policy.instruments.queries import requirements_of
from migov.work.policy.models import (
    AssistanceRequest,
    Instrument,
    Review,
    ReviewSource,
    Row,
    TextVersion,
    VersionState,
)
from migov.work.policy.models.reviews import KIND
from migov.work.policy.review import proposing, provisions
from migov.work.policy.review.actions import ground
from migov.work.policy.review.errors import ReviewRefused
from migov.work.policy.review.queries.sources import elements_of

if TYPE_CHECKING:
    from migov.services.jobs.running import JobContext

JOB = "policy-review-propose"
AT_ONCE = 400_000  # rows times provisions that are ranked within the request
READABLE = (VersionState.READ, VersionState.CHECKED)


@transaction.atomic
def start(
    version: TextVersion,
    *,
    instruments: Sequence[Instrument] = (),
    frameworks: Sequence[Framework] = (),
    by: Actor,
    request: AssistanceRequest | None = None,
    title: str = "",
    due: date | None = None,
    owner: User | None = None,
) -> Review:
    """Start a review of a version: a row for each requirement that stands and each element of the main level, in order, nothing judged.

    It is internal until it is released. title: made from the text's where it is empty. owner: who leads it (who starts it).
    Provisions are proposed at once, or by a job where the text is long. Raises ReviewRefused (with the field), PermissionDenied.
    """
    access.require(by, ground.START)
    found = TextVersion.objects.select_related("text__record__office", "text__country").get(pk=version.pk)
    text = found.text
    access.require(by, "texts.see", text.record)
    # Held against taking the text out at this moment, which looks for its reviews.
    held = Record.objects.select_for_update(no_key=True).get(pk=text.pk)
    if held.removed_at is not None:
        raise ReviewRefused(_("This text was taken out."), "version")
    if found.state not in READABLE:
        raise ReviewRefused(
            _("The structure of this version is not found yet, so there is nothing to compare."), "version"
        )
    if not instruments and not frameworks:
        raise ReviewRefused(_("Choose at least one instrument or framework."), "sources")
    if request is not None:
        access.require(by, "requests.see", request.record)
    if owner is not None and not (owner.is_active and is_internal(owner)):
        raise ReviewRefused(_("Choose somebody who works for the office."), "owner")
    review = _make(found, request or text.request, title, due, owner or ground.person(by), by)
    _add_sources(review, instruments, frameworks)
    names = [*(one.code for one in instruments), *(one.code for one in frameworks)]
    journal.write("created", by=by, record=review.record, detail={"title": review.record.title, "against": names})
    propose(review, by=by)
    return review


def _make(
    version: TextVersion, request: AssistanceRequest | None, title: str, due: date | None, owner: User | None, by: Actor
) -> Review:
    text = version.text
    title = ground.one_line(title, "title", ground.LONGEST_TITLE)
    if not title:
        named = {"text": text.citation or text.record.title, "version": version.label or version.number}
        title = (_("Review of %(text)s, version %(version)s") % named)[: ground.LONGEST_TITLE]
    office = text.record.office or next((one.office for one in getattr(by, "standing", ())), None)
    kept = text.record.visibility == Visibility.OFFICE
    record = Record.objects.create(
        kind=KIND, title=title, office=office, owner=owner, illustrative=text.record.illustrative, source="migov",
        visibility=Visibility.OFFICE if kept else Visibility.INTERNAL,
    )  # fmt: skip
    if text.country is not None:
        RecordPlace.objects.create(record=record, place=text.country, recorded_at=record.created_at)
    themes = text.record.record_themes.filter(superseded_at__isnull=True).values_list("theme_id", flat=True)
    RecordTheme.objects.bulk_create(
        RecordTheme(record=record, theme_id=theme, recorded_at=record.created_at) for theme in themes
    )
    return Review.objects.create(record=record, version=version, request=request, due=due)


def _add_sources(review: Review, instruments: Iterable[Instrument], frameworks: Iterable[Framework]) -> None:
    """Sources in the order given, instruments first, with their rows. Raises ReviewRefused for one that asks nothing."""
    rows: list[Row] = []
    order = 0
    for instrument in dict.fromkeys(instruments):
        found: list[Any] = list(requirements_of([instrument]))
        if not found:
            raise ReviewRefused(_("No requirement of “%s” is known yet.") % instrument, "sources")
        ReviewSource.objects.create(review=review, instrument=instrument, order=order)
        rows += [Row(review=review, requirement=one) for one in found]
        order += 1
    for framework in dict.fromkeys(frameworks):
        found = list(elements_of([framework]))
        if not found:
            raise ReviewRefused(_("“%s” has no elements that a text could treat.") % framework, "sources")
        ReviewSource.objects.create(review=review, framework=framework, order=order)
        rows += [Row(review=review, element=one) for one in found]
        order += 1
    for place, row in enumerate(rows):
        row.order = place
    Row.objects.bulk_create(rows, batch_size=500)


def propose(review: Review, *, by: Actor, at_once: bool = False) -> Job | None:
    """Have the ranker propose provisions for every row. What people confirmed, set aside or added stays.

    A long text is ranked by a job, which is returned; else it is done when this returns. at_once: never by a job.
    Raises ReviewRefused for a review that is closed to judging, PermissionDenied.
    """
    size = review.rows.count() * review.version.provisions.count()
    if not at_once and size > AT_ONCE:
        ground.open_to_judge(review, by)
        title = _("Proposals for “%s”") % review.record.title
        return jobs.enqueue(JOB, title=title, by=by, parameters={"review": review.pk})
    _propose(review.pk, by)
    return None


@transaction.atomic
def _propose(review: int, by: Actor) -> int:
    found = ground.open_to_judge(review, by)
    rows = proposing.rows_to_ask(found)
    made = proposing.keep(rows, proposing.ranked(provisions.read(found.version), rows))
    Review.objects.filter(pk=review).update(proposed_at=timezone.now())
    journal.write("provisions proposed", by=by, record=found.record, detail={"rows": len(rows), "proposals": made})
    return made


def run_propose(context: JobContext) -> dict[str, Any]:
    """The job behind `propose`."""
    review = Review.objects.filter(pk=context.parameters["review"]).first()
    if review is None:
        raise JobRefused(_("The review is no longer there. Nothing was changed."))
    return {"proposals": _propose(review.pk, context.by)}


def proposed_page(job: Job) -> str | None:
    """Where the result of the job is seen."""
    return reverse("policy:review", args=[job.parameters["review"]])
