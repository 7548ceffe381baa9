"""Drawing a report from what is known: only what is new is added; what people wrote, changed or took out stays as it is."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.gcm import ground, known, outline
from migov.work.governance.gcm.actions.paragraphs import held
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.known import Known
from migov.work.governance.models import GcmReport, Paragraph, ParagraphEdition, ParagraphEvidence

CHANGED, GONE = "changed", "gone"


@dataclass(frozen=True, slots=True)
class Drawn:
    """What drawing did: paragraphs added, those whose base says something else now, those whose base is gone."""

    added: int
    changed: int
    gone: int


@transaction.atomic
def draw(report: GcmReport | int, *, by: Actor) -> Drawn:
    """Add what the sources know and the report has not had yet; mark paragraphs whose base has changed or is gone.

    Only what all who read the report may see. Raises GcmRefused, PermissionDenied.
    """
    found = ground.open_report(report, by)
    items, had = _drawable(found), _had(found)
    new = [(code, one) for (code, key), one in items.items() if (code, key) not in had]
    _add(found, new, by)
    changed = gone = 0
    for key, paragraph in had.items():
        if paragraph.removed_at is None:
            state = _mark(paragraph, items.get(key))
            changed, gone = changed + (state == CHANGED), gone + (state == GONE)
    journal.write(
        "report drawn", by=by, record=found.record, detail={"added": len(new), "changed": changed, "gone": gone}
    )
    return Drawn(len(new), changed, gone)


def fresh(report: GcmReport) -> list[Known]:
    """What drawing would add to a report now. No change of state."""
    had = _had(report)
    return [one for key, one in _drawable(report).items() if key not in had]


def _drawable(report: GcmReport) -> dict[tuple[str, str], Known]:
    """By source and key, what the sources know and all who read the report may see."""
    codes = outline.codes()
    return {(code, one.key): one for code, one in known.known(report) if one.shared and one.part in codes}


def _had(report: GcmReport) -> dict[tuple[str, str], Paragraph]:
    """By source and key, the paragraphs that were drawn, also those that people took out."""
    rows = Paragraph.objects.filter(report=report)
    return {
        (str(one.made_from.get("source")), str(one.made_from["key"])): one for one in rows if one.made_from.get("key")
    }


def _add(report: GcmReport, new: list[tuple[str, Known]], by: Actor) -> None:
    last: dict[tuple[str, str], int] = defaultdict(int)
    for part, topic, order in Paragraph.objects.filter(report=report).values_list("part", "topic", "order"):
        last[part, topic] = max(last[part, topic], order)
    now, rows = timezone.now(), []
    for code, one in new:
        last[one.part, one.topic] += 1
        rows.append(
            Paragraph(
                report=report, part=one.part, topic=one.topic, order=last[one.part, one.topic], text=one.text, made=True,
                made_from={"source": code, "key": one.key, "digest": one.digest}, written_by=ground.person(by), written_at=now,
            )
        )  # fmt: skip
    made = Paragraph.objects.bulk_create(rows, batch_size=500)
    ParagraphEvidence.objects.bulk_create(
        [row for paragraph, (_code, one) in zip(made, new, strict=True) for row in _evidence(paragraph, one, by)],
        batch_size=500,
    )


def _evidence(paragraph: Paragraph, one: Known, by: Actor) -> list[ParagraphEvidence]:
    return [
        ParagraphEvidence(
            paragraph=paragraph, title=proof.title[: known.LONGEST_TITLE], record=proof.record, document=proof.document,
            place=proof.place[: known.LONGEST_PLACE], address=proof.address, url=proof.url, source=proof.source[:300],
            as_of=proof.as_of, by=ground.person(by),
        )
        for proof in one.evidence
    ]  # fmt: skip


def _mark(paragraph: Paragraph, now: Known | None) -> str:
    """Note on a paragraph what its base says now. Returns CHANGED, GONE or nothing."""
    before = paragraph.made_from
    after = {name: before[name] for name in ("source", "key", "digest")}
    if now is None:
        after["state"] = GONE
    elif now.digest != before["digest"]:
        after |= {"state": CHANGED, "now": now.text}
    if after != before:
        Paragraph.objects.filter(pk=paragraph.pk).update(made_from=after)
    return str(after.get("state", ""))


@transaction.atomic
def take_base(paragraph: Paragraph | int, *, by: Actor) -> Paragraph:
    """Put what the base says now in the place of a paragraph's words and drawn evidence; the words before are kept as an edition.

    Raises GcmRefused where the base is gone or says the same, PermissionDenied.
    """
    found = held(paragraph, by)
    one = _base(found)
    if one is None or one.digest == found.made_from.get("digest"):
        raise GcmRefused(_("There is nothing new to take over."))
    ParagraphEdition.objects.create(
        paragraph=found, revision=found.revision, text=found.text, by=found.written_by, at=found.written_at
    )
    found.text, found.made, found.revision = one.text, True, found.revision + 1
    found.made_from = {"source": found.made_from["source"], "key": one.key, "digest": one.digest}
    found.written_by, found.written_at = ground.person(by), timezone.now()
    found.save()
    there = set(found.evidence.values_list("record", "title", "url"))
    ParagraphEvidence.objects.bulk_create(
        row for row in _evidence(found, one, by) if (row.record_id, row.title, row.url) not in there
    )
    journal.write("paragraph drawn anew", by=by, record=found.report.record, detail={"paragraph": found.pk})
    return found


@transaction.atomic
def leave_base(paragraph: Paragraph | int, *, by: Actor) -> Paragraph:
    """Let a paragraph stand as it is although its base has changed or is gone: it is not marked again until the base changes again.

    Raises GcmRefused, PermissionDenied.
    """
    found = held(paragraph, by)
    if not found.made_from.get("state"):
        return found
    if found.made_from["state"] == GONE:
        found.made_from = {}
    else:
        one = _base(found)
        digest = one.digest if one else found.made_from["digest"]
        found.made_from = {"source": found.made_from["source"], "key": found.made_from["key"], "digest": digest}
    found.save(update_fields=["made_from"])
    journal.write("paragraph left as it is", by=by, record=found.report.record, detail={"paragraph": found.pk})
    return found


def _base(paragraph: Paragraph) -> Known | None:
    """What the base of a paragraph says now; None where it is gone or not shared."""
    of = (paragraph.made_from.get("source"), paragraph.made_from.get("key"))
    return next((one for code, one in known.known(paragraph.report) if one.shared and (code, one.key) == of), None)
