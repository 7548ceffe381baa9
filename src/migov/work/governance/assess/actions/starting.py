"""Starting an assessment, and changing its head."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, is_internal
from migov.foundation.people.models import Office, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.records.models import Record, RecordPlace, Visibility
from migov.foundation.shell import formats
from migov.services.notices.actions import tell
from migov.work.governance.assess import ground
from migov.work.governance.assess.errors import AssessmentRefused
from migov.work.governance.models import Assessment, AssessmentState, QuestionSet, SetKind
from migov.work.governance.models.assessments import KIND


@transaction.atomic
def start(
    *, country: Place, year: int, of: QuestionSet, by: Actor, office: Office | None = None, title: str = "", due: date | None = None,
    owner: User | None = None,
) -> Assessment:  # fmt: skip
    """Start an assessment of a country in a year with the questions of a set. It is shared with the country's government, which is told.

    office: that it belongs to; else the country's own, or one of who starts it where the country has none. owner: who leads it (who
    starts it). title: made of the kind of questions, country and year where it is empty. The one before of the same set and country, of
    whatever version, is found by itself. Raises AssessmentRefused (with the field), PermissionDenied.
    """
    office = office or ground.office_for(country, by)
    access.require(by, "assessments.start", office)
    latest = timezone.localdate().year + 1
    if not 1990 <= year <= latest:
        raise AssessmentRefused(_("Write a year between 1990 and %d.") % latest, "year")
    if not of.questions.exists():
        raise AssessmentRefused(_("This set has no questions."), "set")
    if owner is not None and not (owner.is_active and is_internal(owner)):
        raise AssessmentRefused(_("Choose somebody who works for the office."), "owner")
    title = ground.one_line(title, "title", ground.LONGEST_TITLE)
    if not title:
        name = of.title if of.kind == SetKind.OWN else of.get_kind_display()
        named = {"set": name, "country": formats.place(country), "year": year}
        title = (_("%(set)s, %(country)s %(year)s") % named)[: ground.LONGEST_TITLE]
    record = Record.objects.create(
        kind=KIND, title=title, office=office, owner=owner or ground.person(by), visibility=Visibility.PARTNERS,
        source="migov",
    )  # fmt: skip
    RecordPlace.objects.create(record=record, place=country, recorded_at=record.created_at)
    try:
        with transaction.atomic():
            made = Assessment.objects.create(
                record=record, country=country, year=year, set=of, due=due, previous=_before(country, year, of)
            )
    except IntegrityError:
        raise AssessmentRefused(
            _("There is an assessment of %(country)s in %(year)s with these questions already.")
            % {"country": formats.place(country), "year": year},
            "year",
        ) from None
    detail = {"title": title, "country": country.code, "year": year, "set": of.code, "version": of.version}
    journal.write("created", by=by, record=record, detail=detail)
    text = _("Answer the questions for your government by %s.") % formats.day(due) if due else ""
    tell(
        ground.focal_points(made), kind=ground.NOTICE, title=_("Please take part: %s") % title, text=text,
        url=reverse("governance:assessment", args=[made.pk]), record=record, key=f"assessment-started:{made.pk}",
    )  # fmt: skip
    return made


def _before(country: Place, year: int, of: QuestionSet) -> Assessment | None:
    found = Assessment.objects.filter(
        country=country, set__code=of.code, year__lt=year, record__removed_at__isnull=True
    ).exclude(state=AssessmentState.WITHDRAWN)
    return found.order_by("-year").first()


@transaction.atomic
def change(
    assessment: Assessment | int, *, title: str, due: date | None, summary: str, revision: int, by: Actor
) -> Assessment:
    """Change title, due day and summary. revision: the one that was on the screen.

    Raises AssessmentRefused (with the field; also where somebody else changed the head meanwhile), PermissionDenied.
    """
    found = ground.held(assessment, by, ground.MANAGE)
    title = ground.one_line(title, "title", ground.LONGEST_TITLE)
    summary = ground.text(summary, "summary")
    if not title:
        raise AssessmentRefused(_("An assessment needs a title."), "title")
    fields: dict[str, Any] = {}
    if title != found.record.title:
        fields["title"] = [found.record.title, title]
    if due != found.due:
        fields["due"] = [str(found.due or ""), str(due or "")]
    if summary != found.summary:
        fields["summary"] = [found.summary, summary]
    if not fields:
        return found
    if revision != found.revision:
        raise AssessmentRefused(
            _(
                "Somebody else changed this meanwhile. It now says: %(title)s. %(summary)s Save again to put yours in its place."
            )
            % {"title": found.record.title, "summary": found.summary}
        )
    if ("title" in fields or "summary" in fields) and found.state not in ground.OPEN:
        raise AssessmentRefused(
            _("The assessment is “%s”; its title and summary stand as they were handed in.")
            % found.get_state_display(),
            "summary",
        )
    Record.objects.filter(pk=found.pk).update(title=title)
    Assessment.objects.filter(pk=found.pk).update(due=due, summary=summary, revision=F("revision") + 1)
    journal.write("changed", by=by, record=found.record, detail={"fields": fields})
    return ground.held(found.pk, by, ground.MANAGE)
