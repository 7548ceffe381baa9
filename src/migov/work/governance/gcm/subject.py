"""How reports are cleared: what is frozen, whom it concerns, what hinders, and what follows from each step."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth import get_user_model
from django.db.models import Model
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people.access import SYSTEM, Actor, is_internal
from migov.services.clearance import subjects
from migov.services.clearance.content import Content, Heading, Rows, as_json
from migov.services.clearance.content import Line as Kept
from migov.services.clearance.models import Clearance
from migov.services.clearance.subjects import Concerns, Flag, Question, Refused, Subject
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.actions import paragraphs, reports
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.gcm.queries import parts
from migov.work.governance.gcm.queries.reports import waiting_contributions
from migov.work.governance.models import (
    GcmReport,
    GcmReportState,
    Paragraph,
    ParagraphEdition,
    ParagraphEvidence,
    Topic,
)

if TYPE_CHECKING:
    from migov.foundation.people.models import User

SUBJECT = "gcm-report"
CHECKLIST = (
    Question("evidence", gettext_lazy("Does the evidence of each paragraph show what the paragraph says?"), anchors=("part:",)),
    Question("balance", gettext_lazy("Are gaps told as plainly as progress?"), anchors=("part:",)),
    Question("people", gettext_lazy("Are women, children and people at risk seen, and can nobody be recognised?"), anchors=("part:",)),
    Question("voices", gettext_lazy("Is what ministries and stakeholders contributed told fairly?"), anchors=("part:",)),
)  # fmt: skip


def report_of(clearance: Clearance) -> GcmReport:
    """The report that is cleared. Raises GcmReport.DoesNotExist."""
    return GcmReport.objects.select_related("record__owner", "record__office", "country", "round").get(
        pk=clearance.record_id
    )


def content(report: GcmReport) -> Content:
    """What a report says, as clearance freezes it: part by part, a row for each paragraph with its evidence."""
    whole = outline.outline()
    found = parts.written(report, SYSTEM)
    headings = (
        Heading("topic", _("Topic")), Heading("text", _("Paragraph")), Heading("evidence", _("Evidence")),
    )  # fmt: skip
    kept = []
    for group in whole.groups:
        for part in group.parts:
            lines = [
                _kept(part, topic, one)
                for topic in dict.fromkeys([*part.topics, *Topic.values])
                for one in found.get(part.code, {}).get(topic, ())
            ]
            if lines:
                kept.append(Rows(f"part:{part.code}", part.label, headings, lines, group.title))
    return Content(report.record.title, tuple(kept))


def _kept(part: outline.Part, topic: str, one: parts.Written) -> Kept:
    label = Topic(topic).label
    proofs = [" · ".join(filter(None, [proof.row.title, proof.row.place, proof.row.source])) for proof in one.proofs]
    values = {"topic": str(label), "text": one.paragraph.text, "evidence": "; ".join(proofs)}
    return Kept(f"paragraph:{one.paragraph.pk}", f"{part.label}, {label}"[:200], values)


def brief(said: Content) -> list[tuple[str, str]]:
    """A version in a few lines: how many paragraphs each part has."""
    found = []
    for part in said.parts:
        if isinstance(part, Rows):
            number = len(part.lines)
            found.append((part.title, ngettext("%d paragraph", "%d paragraphs", number) % number))
    return found


def rows(clearance: Clearance) -> Iterable[Model]:
    """What is frozen beside what it says: the report, its paragraphs and their evidence."""
    report = report_of(clearance)
    standing = Paragraph.objects.filter(report=report, removed_at__isnull=True)
    return [report, *standing, *ParagraphEvidence.objects.filter(paragraph__in=standing)]


def concerns(clearance: Clearance) -> Concerns:
    """Themes and places of the report."""
    record = report_of(clearance).record
    themes = record.record_themes.filter(superseded_at__isnull=True).values_list("theme__code", flat=True)
    places = frozenset(record.places.filter(superseded_at__isnull=True).values_list("place__code", flat=True))
    return Concerns(themes=frozenset(themes), places=places, flags=frozenset() if places else frozenset({"regional"}))


def hinders(clearance: Clearance) -> Sequence[str]:
    """Why it cannot be handed in now."""
    report = report_of(clearance)
    if not ground.is_open(report):
        return [_("This report is “%s” already.") % report.get_state_display()]
    if not Paragraph.objects.filter(report=report, removed_at__isnull=True).exists():
        return [_("Nothing is written yet.")]
    return []


def weaknesses(report: GcmReport) -> list[str]:
    """What a reader should know before it is handed in or decided. Three queries."""
    standing = Paragraph.objects.filter(report=report, removed_at__isnull=True)
    found = []
    if bare := standing.filter(evidence__isnull=True).count():
        words = ngettext("%d paragraph names no evidence.", "%d paragraphs name no evidence.", bare)
        found.append(words % bare)
    if marked := sum(bool(one.get("state")) for one in standing.values_list("made_from", flat=True)):
        words = ngettext(
            "%d paragraph was drawn from work that says something else by now.",
            "%d paragraphs were drawn from work that says something else by now.",
            marked,
        )
        found.append(words % marked)
    if waiting := waiting_contributions(report):
        words = ngettext(
            "%d contribution was handed in and not decided.",
            "%d contributions were handed in and not decided.",
            waiting,
        )
        found.append(words % waiting)
    return found


def changed_since(clearance: Clearance) -> list[str]:
    """Places that say something else by now than the newest round, in words."""
    kept = clearance.submissions.filter(number=clearance.round).first()
    if kept is None:
        return []
    then = _by_anchor(kept.content)
    now = _by_anchor(json.loads(json.dumps(as_json(content(report_of(clearance))))))
    return [label for anchor, (label, _said) in {**then, **now}.items() if then.get(anchor) != now.get(anchor)]


def _by_anchor(kept: Mapping[str, Any]) -> dict[str, tuple[str, str]]:
    found: dict[str, tuple[str, str]] = {"title": (_("Title"), str(kept.get("title", "")))}
    for part in kept["parts"]:
        for anchor, label, _depth, values in part.get("lines", ()):
            found[anchor] = (label, json.dumps(values, sort_keys=True))
    return found


def changed_words(changed: Sequence[str]) -> str:
    """In a sentence, what was changed after the newest round was handed in."""
    shown = ", ".join(dict.fromkeys(changed[:8])) + (" …" if len(changed) > 8 else "")
    return _("Changed after it was handed in, and not read by reviewers: %s.") % shown


def flags(clearance: Clearance) -> Sequence[Flag]:
    """What who decides should know."""
    report = report_of(clearance)
    here = reverse("governance:gcm-report", args=[report.pk])
    found = []
    if clearance.pk and clearance.stands and (changed := changed_since(clearance)):
        found.append(Flag(changed_words(changed), True, here))
    return [*found, *(Flag(words, False, here) for words in weaknesses(report))]


def place_url(clearance: Clearance, anchor: str) -> str:
    """Where a paragraph is written."""
    kind, _colon, key = anchor.partition(":")
    if kind == "part":
        return reverse("governance:gcm-part", args=[clearance.record_id, key])
    if kind == "paragraph" and key.isdigit():
        part = Paragraph.objects.filter(report=clearance.record_id, pk=int(key)).values_list("part", flat=True).first()
        if part:
            return f"{reverse('governance:gcm-part', args=[clearance.record_id, part])}#p{key}"
    return reverse("governance:gcm-report", args=[clearance.record_id])


def cleared(clearance: Clearance, _by: Actor) -> None:
    """Cleared as it was handed in. Raises Refused where paragraphs were changed since: nobody would have read them."""
    if changed := changed_since(clearance):
        raise Refused(f"{changed_words(changed)} {_('Hand it in again, or take the changes back.')}")
    reports.cleared(clearance.record_id, clearance.submissions.get(number=clearance.round))


def authors(clearance: Clearance) -> list[User]:
    """Who leads the report, and the colleagues whose words stand in it or stood there: none of them clears it.

    A government writes in its own report too, and is told nothing of clearance.
    """
    owner = report_of(clearance).record.owner
    found = {owner.pk: owner} if owner is not None else {}
    standing = Paragraph.objects.filter(report=clearance.record_id, removed_at__isnull=True)
    wrote = set(standing.filter(made=False).values_list("written_by", flat=True))
    wrote |= set(
        ParagraphEdition.objects.filter(paragraph__in=standing)
        .exclude(revision=1, paragraph__made_from__has_key="key")  # what was drawn first is nobody's words
        .values_list("by", flat=True)
    )
    for one in get_user_model().objects.filter(pk__in=wrote - {None}).order_by("pk"):
        if is_internal(one):
            found.setdefault(one.pk, one)
    return list(found.values())


def accept(clearance: Clearance, anchor: str, quote: str, wording: str, by: Actor) -> None:
    """Put a suggested wording in the place of the quote, once. Raises Refused where that is no paragraph, or the words are gone."""
    kind, _colon, key = anchor.partition(":")
    if kind != "paragraph" or not key.isdecimal():
        raise Refused(_("Wording can be accepted in a paragraph; change this place by hand."))
    try:
        ground.open_report(clearance.record_id, by)
        row = Paragraph.objects.filter(report=clearance.record_id, pk=int(key), removed_at__isnull=True).first()
        if row is None:
            raise Refused(_("This paragraph was taken out."))
        found = re.search(r"\s+".join(map(re.escape, quote.split())), row.text) if quote.strip() else None
        if found is None:
            raise Refused(_("The words that the comment is about are no longer in the paragraph. Change it by hand."))
        paragraphs.change(row, text=row.text[: found.start()] + wording + row.text[found.end() :], seen=None, by=by)
    except GcmRefused as refused:
        raise Refused(str(refused)) from refused


def _to_draft(clearance: Clearance, _by: Actor) -> None:
    reports.moved(clearance.record_id, GcmReportState.DRAFT, out_of=[GcmReportState.CLEARANCE])


REPORTS = Subject(
    code=SUBJECT,
    label=gettext_lazy("Global Compact report"),
    content=lambda clearance: content(report_of(clearance)),
    rows=rows,
    concerns=concerns,
    url=lambda clearance: reverse("governance:gcm-report", args=[clearance.record_id]),
    place_url=place_url,
    authors=authors,
    checklist=CHECKLIST,
    hinders=hinders,
    flags=flags,
    brief=brief,
    accept=accept,
    submitted=lambda clearance, _submission, _by: reports.moved(
        clearance.record_id, GcmReportState.CLEARANCE, out_of=list(ground.OPEN)
    ),
    returned=_to_draft,
    cleared=cleared,
    refused=_to_draft,
    withdrawn=_to_draft,
)


def register() -> None:
    """Make it known to clearance; called when the room is loaded."""
    subjects.register(REPORTS, GcmReport, Paragraph, ParagraphEvidence)
