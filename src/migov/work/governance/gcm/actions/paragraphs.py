"""Writing a report paragraph by paragraph: adding, changing, moving, taking out, and the evidence behind each."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor, is_internal
from migov.foundation.records import journal
from migov.foundation.records.models import Record
from migov.services.files.models import Document
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.models import (
    Contribution,
    GcmReport,
    Paragraph,
    ParagraphEdition,
    ParagraphEvidence,
    Topic,
)

UP, DOWN = "up", "down"


@transaction.atomic
def add(
    report: GcmReport | int, *, part: str, topic: str, text: str, by: Actor, contribution: Contribution | None = None
) -> Paragraph:
    """Write a new paragraph at the end of a part and topic. Raises GcmRefused (with the field), PermissionDenied."""
    found = ground.open_report(report, by)
    _known(part, topic)
    text = _words(text)
    if Paragraph.objects.filter(report=found, part=part, topic=topic, text=text, removed_at__isnull=True).exists():
        raise GcmRefused(_("This very paragraph stands here already."), "text")
    made = Paragraph.objects.create(
        report=found, part=part, topic=topic, order=_last(found, part, topic) + 1, text=text,
        contribution=contribution, written_by=ground.person(by),
    )  # fmt: skip
    journal.write("paragraph added", by=by, record=found.record, detail={"paragraph": made.pk, "part": part})
    return made


@transaction.atomic
def change(paragraph: Paragraph | int, *, text: str, seen: int | None, by: Actor) -> Paragraph:
    """Change the words of a paragraph; the words before are kept as an edition.

    seen: the revision on the page of who writes; None writes over whatever stands. Raises Changed where somebody else wrote
    meanwhile, GcmRefused, PermissionDenied.
    """
    found = held(paragraph, by)
    text = _words(text)
    if text == found.text:
        return found
    if seen is not None and seen != found.revision:
        raise Changed(
            _("Somebody else changed this paragraph meanwhile. Yours was not saved yet."),
            theirs=found.text, mine=text, revision=found.revision,
        )  # fmt: skip
    ParagraphEdition.objects.create(
        paragraph=found, revision=found.revision, text=found.text, by=found.written_by, at=found.written_at
    )
    found.text, found.made, found.revision = text, False, found.revision + 1
    found.written_by, found.written_at = ground.person(by), timezone.now()
    found.save(update_fields=["text", "made", "revision", "written_by", "written_at"])
    journal.write("paragraph changed", by=by, record=found.report.record, detail={"paragraph": found.pk})
    return found


@transaction.atomic
def move(paragraph: Paragraph | int, *, way: str = "", part: str = "", topic: str = "", by: Actor) -> Paragraph:
    """Move a paragraph one place up or down within its topic (way), or to the end of another part and topic.

    Raises GcmRefused (with the field), PermissionDenied.
    """
    found = held(paragraph, by)
    if way in (UP, DOWN):
        _swap(found, way)
    else:
        _known(part, topic)
        if (part, topic) == (found.part, found.topic):
            return found
        found.order = _last(found.report, part, topic) + 1
        found.part, found.topic = part, topic
        found.save(update_fields=["part", "topic", "order"])
    journal.write(
        "paragraph moved", by=by, record=found.report.record, detail={"paragraph": found.pk, "part": found.part}
    )
    return found


def _swap(found: Paragraph, way: str) -> None:
    beside = list(
        Paragraph.objects.filter(
            report=found.report_id, part=found.part, topic=found.topic, removed_at__isnull=True
        ).order_by("order", "pk")
    )
    at = next(place for place, one in enumerate(beside) if one.pk == found.pk)
    to = at - 1 if way == UP else at + 1
    if not 0 <= to < len(beside):
        return
    beside[at], beside[to] = beside[to], beside[at]
    for order, one in enumerate(beside, start=1):
        one.order = order
    Paragraph.objects.bulk_update(beside, ["order"])


@transaction.atomic
def remove(paragraph: Paragraph | int, *, by: Actor) -> Paragraph:
    """Take a paragraph out. It can be put back, and is not drawn again. Raises GcmRefused, PermissionDenied."""
    found = held(paragraph, by)
    found.removed_at = timezone.now()
    found.save(update_fields=["removed_at"])
    journal.write("paragraph removed", by=by, record=found.report.record, detail={"paragraph": found.pk})
    return found


@transaction.atomic
def put_back(paragraph: Paragraph | int, *, by: Actor) -> Paragraph:
    """Put a paragraph back that was taken out. Raises GcmRefused, PermissionDenied."""
    found = held(paragraph, by, removed=True)
    found.removed_at = None
    found.save(update_fields=["removed_at"])
    journal.write("paragraph put back", by=by, record=found.report.record, detail={"paragraph": found.pk})
    return found


@transaction.atomic
def add_evidence(
    paragraph: Paragraph | int, *, title: str = "", record: Record | None = None, document: Document | None = None,
    place: str = "", url: str = "", source: str = "", as_of: date | None = None, by: Actor,
) -> ParagraphEvidence:  # fmt: skip
    """Name what stands behind a paragraph. title: made from the record or document where it is empty.

    A piece of work or document that not all readers of the report may see is refused. Raises GcmRefused (with the field),
    PermissionDenied.
    """
    found = held(paragraph, by)
    title, place = ground.one_line(title, "title"), ground.one_line(place, "place", 200)
    source, url = ground.one_line(source, "source"), ground.web_address(url)
    if record is not None:
        _citable(found.report, record, by)
        title = title or record.title[:300]
    if document is not None:
        _citable(found.report, document.record, by)
        title = title or document.record.title[:300]
    if not title:
        raise GcmRefused(_("Say what it is: a title."), "title")
    if record is None and document is None and not (url or source):
        raise GcmRefused(_("Say where it can be checked: an address or a source."), "source")
    made = ParagraphEvidence.objects.create(
        paragraph=found, title=title, record=record, document=document, place=place, url=url, source=source,
        as_of=as_of, by=ground.person(by),
    )  # fmt: skip
    journal.write("evidence added", by=by, record=found.report.record, detail={"paragraph": found.pk, "title": title})
    return made


def _citable(report: GcmReport, record: Record, by: Actor) -> None:
    if not ground.citable(report).filter(pk=record.pk).exists():
        raise GcmRefused(
            _("Not everybody who reads this report may see it. Name the source in words instead."), "record"
        )
    if not is_internal(by):
        access.require(by, "gcm.see", record)


@transaction.atomic
def remove_evidence(evidence: ParagraphEvidence, *, by: Actor) -> None:
    """Take evidence away from a paragraph; the journal keeps what it was. Raises GcmRefused, PermissionDenied."""
    found = held(evidence.paragraph_id, by)
    said = {"paragraph": found.pk, "title": evidence.title, "source": evidence.source, "url": evidence.url}
    if ParagraphEvidence.objects.filter(pk=evidence.pk, paragraph=found).delete()[0]:
        journal.write("evidence removed", by=by, record=found.report.record, detail=said)


def held(paragraph: Paragraph | int, by: Actor, *, removed: bool = False) -> Paragraph:
    """A paragraph read anew under the lock of its report, whose words may be changed now.

    removed: whether it has to be one that was taken out. Raises GcmRefused, PermissionDenied.
    """
    key = paragraph if isinstance(paragraph, int) else paragraph.pk
    report = ground.open_report(Paragraph.objects.values_list("report", flat=True).get(pk=key), by)
    found = Paragraph.objects.select_related("written_by").get(pk=key)
    if removed != (found.removed_at is not None):
        raise GcmRefused(_("This paragraph stands.") if removed else _("This paragraph was taken out."))
    found.report = report
    return found


def _known(part: str, topic: str) -> None:
    if part not in outline.codes():
        raise GcmRefused(_("There is no such part."), "part")
    if topic not in Topic.values:
        raise GcmRefused(_("There is no such topic."), "topic")


def _words(text: str) -> str:
    found = ground.text(text, "text")
    if not found:
        raise GcmRefused(_("A paragraph needs words."), "text")
    return found


def _last(report: GcmReport, part: str, topic: str) -> int:
    rows = Paragraph.objects.filter(report=report, part=part, topic=topic)
    return rows.aggregate(last=Max("order"))["last"] or 0
