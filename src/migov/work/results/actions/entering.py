"""Entering values: cell by cell into an open entry, which counts nowhere until it is verified."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.services.files.models import Document
from migov.work.results import shapes
from migov.work.results.actions.ground import Conflict, ReportingError, reportable
from migov.work.results.models import COUNTED, OPEN, Entry, EntryStatus, EntryValue, Indicator, Period, Slice
from migov.work.results.shapes import Amount
from migov.work.results.slices import Pairs, slice_of

WAYS = ("page", "sheet", "kobo", "api")


@transaction.atomic
def begin(indicator: Indicator, period: Period, *, by: Actor, place: Place | None = None, way: str = "page") -> Entry:
    """The open entry for a period (and place); a new one where there is none.

    Raises ReportingError where the period is not the indicator's, or another entry waits to be verified already.
    """
    return _begin(reportable(indicator, by), period, place, by, way)


def _begin(indicator: Indicator, period: Period, place: Place | None, by: Actor, way: str) -> Entry:
    if period.indicator_id != indicator.pk:
        raise ReportingError(_("The period belongs to another indicator."))
    there = Entry.objects.select_for_update().filter(indicator=indicator, period=period, place=place)
    found = there.filter(status__in=OPEN).order_by("number").first()
    if found is not None:
        return found
    if there.filter(status=EntryStatus.SUBMITTED).exists():
        raise ReportingError(
            _("A value for this period was submitted and waits to be verified. Take it back to change it.")
        )
    last = Entry.objects.filter(indicator=indicator, period=period).aggregate(last=Max("number"))["last"] or 0
    return Entry.objects.create(
        indicator=indicator, period=period, place=place, number=last + 1, way=way, created_by_id=by.pk
    )


@transaction.atomic
def put(
    indicator: Indicator, period: Period, *, part: Pairs | None, field: str, was: str, now: str, by: Actor,
    place: Place | None = None, way: str = "page",
) -> Entry:  # fmt: skip
    """Save one cell: of the whole (part None) or of a part named by its dimensions.

    `was` is what the page showed. Raises typed.Unreadable for what cannot be read, Conflict where the cell holds something else by now,
    ReportingError, PermissionDenied. An open entry is made where there is none; emptying the last cell of one leaves it empty.
    """
    indicator = reportable(indicator, by)
    entry = _begin(indicator, period, place, by, way)
    stands = value_of(entry, part)
    shown = shapes.shown(indicator, stands, field)
    made = shapes.put(indicator, stands, field, now)
    wanted = shapes.shown(indicator, made, field)
    if wanted == shown:
        return entry
    if typed.tidy(was) != shown:
        raise Conflict(
            _("This was changed by somebody else meanwhile. Now: %(now)s. Yours: %(mine)s.")
            % {"now": shown or "–", "mine": wanted or "–"},
            now=shown, mine=wanted,
        )  # fmt: skip
    keep(entry, part, made)
    _touch(entry)
    return entry


def value_of(entry: Entry, part: Pairs | None) -> Amount:
    """What an entry says of the whole or of a part. One query."""
    rows = (
        entry.values.filter(slice__isnull=True) if part is None else entry.values.filter(slice__key=slice_of(part).key)
    )
    found = rows.first()
    return Amount(found.value, found.numerator, found.denominator, found.words) if found else Amount()


def keep(entry: Entry, part: Pairs | None, amount: Amount) -> None:
    """Write what an entry says of the whole or of a part; nothing said leaves no row."""
    of = None if part is None else slice_for(part)
    rows = entry.values.filter(slice=of) if of is not None else entry.values.filter(slice__isnull=True)
    if amount.is_empty:
        rows.delete()
        return
    says = {
        "value": amount.value, "numerator": amount.numerator, "denominator": amount.denominator, "words": amount.words
    }  # fmt: skip
    if not rows.update(**says):
        EntryValue.objects.create(entry=entry, slice=of, **says)


def slice_for(part: Pairs) -> Slice:
    """The slice with these dimensions and values, made where it is new."""
    named = slice_of(part)
    says = {"family": named.family, "parts": [list(pair) for pair in part], "sex": named.sex, "age": named.age}
    return Slice.objects.get_or_create(key=named.key, defaults=says)[0]


@transaction.atomic
def describe(
    entry: Entry,
    *,
    by: Actor,
    comment: str | None = None,
    source: str | None = None,
    documents: Iterable[Document] | None = None,
) -> Entry:
    """Say where the values come from and what explains them, and attach evidence. Only while the entry is open.

    Raises ReportingError where a document is not of the project, typed.Unreadable for texts that are too long.
    """
    reportable(entry.indicator_id, by)
    entry = Entry.objects.select_for_update().select_related("indicator__project").get(pk=entry.pk)
    if entry.status not in OPEN:
        raise ReportingError(_("The value is %s and cannot be changed.") % entry.get_status_display())
    if comment is not None:
        entry.comment = typed.tidy(comment)
    if source is not None:
        entry.source = typed.tidy(source, 1000)
    if documents is not None:
        chosen = list(documents)
        of = {entry.indicator.project_id, entry.indicator.result_id}
        if any(document.of_id not in of for document in chosen):
            raise ReportingError(_("Evidence is chosen from the documents of the project."))
        entry.documents.set(chosen)
    entry.save(update_fields=["comment", "source"])
    _touch(entry)
    return entry


@transaction.atomic
def discard(entry: Entry, *, by: Actor) -> None:
    """Throw away an entry that was never submitted. Raises ReportingError for any other."""
    indicator = reportable(entry.indicator_id, by)
    entry = Entry.objects.select_for_update().get(pk=entry.pk)
    if entry.status != EntryStatus.DRAFT or entry.submitted_at is not None:
        raise ReportingError(_("Only a draft that was never submitted can be thrown away."))
    says = [shapes.shown(indicator, Amount(one.value, one.numerator, one.denominator, one.words), field)
            for one in entry.values.all() for field in shapes.fields_of(indicator.measure)]  # fmt: skip
    detail = {"indicator": indicator.title, "period": str(entry.period), "values": [text for text in says if text]}
    entry.delete()
    journal.write("value discarded", by=by, record=indicator.project.record, detail=detail)


def _touch(entry: Entry) -> None:
    Entry.objects.filter(pk=entry.pk).update(changed_at=timezone.now(), revision=F("revision") + 1)


def standing(indicator: Indicator, period: Period) -> list[Entry]:
    """The entries of a period that count, in their order. One query."""
    return list(indicator.entries.filter(period=period, status__in=COUNTED).order_by("number"))
