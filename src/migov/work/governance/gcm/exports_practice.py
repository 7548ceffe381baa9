"""A practice as a document, in the order in which the Network's repository asks for it."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Status
from migov.services.documents import Block, Column, Emphasis, Paragraph, Report, Section, Table
from migov.work.governance.gcm import checklist
from migov.work.governance.models import Practice

FORMATS = ("docx", "pdf")
NOT_WRITTEN = "–"


def document(practice: Practice, *, base_url: str = "") -> Report:
    """The practice as a document tree."""
    record = practice.record
    when = formats.period(record.starts, record.ends) if record.starts or record.ends else ""
    facts = [
        (_("Primary objectives of the Global Compact"), _elements(practice, "objective")),
        (_("Guiding principles"), _elements(practice, "guiding principle")),
        (_("Sustainable Development Goals"), _elements(practice, "", framework="sdg")),
        (_("Dates"), when), (_("Type of practice"), practice.type), (_("Geographic scope"), practice.scope),
        (_("Country or area"), formats.place(practice.country) if practice.country else _("Several, or the region")),
        (_("Carried out by"), practice.implementer), (_("Partners"), practice.partners), (_("Whom it serves"), practice.groups),
    ]  # fmt: skip
    table = Table(
        _("At a glance"), [Column("what", _("Item"), width=1), Column("value", _("Entry"), width=3)],
        [{"what": what, "value": value} for what, value in facts if value], wrap=True,
    )  # fmt: skip
    blocks: list[Block] = [table]
    for title, words in (
        (_("Summary"), record.summary), (_("Results and impact"), practice.results), (_("Challenges"), practice.challenges),
        (_("Lessons"), practice.lessons), (_("How it lasts"), practice.sustainability),
        (_("What taking it over needs"), practice.replication),
    ):  # fmt: skip
        blocks.append(Section(title, _running(words)))
    blocks.append(Section(_("Checklist"), _answers(practice)))
    states = {_("State"): capfirst(str(practice.get_state_display()))}
    if practice.reviewed_on:
        states[_("Reviewed")] = formats.day(practice.reviewed_on)
    if practice.submitted_on:
        states[_("Submitted")] = formats.day(practice.submitted_on)
    footnotes = [str(notes()["kosovo_footnote"])] if practice.country and practice.country.needs_footnote else []
    return Report(
        title=record.title, subtitle=_("Practice for the repository of the United Nations Network on Migration"), blocks=blocks,
        organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=base_url, metadata=states, cover=False,
        sources=[practice.url] if practice.url else [], footnotes=footnotes,
        notices=[_("Written for the demonstration; nothing in it is real.")] if record.illustrative else [],
    )  # fmt: skip


def _running(words: str) -> list[Block]:
    pieces = [piece.strip() for piece in words.split("\n\n") if piece.strip()]
    return [Paragraph(piece) for piece in pieces] or [Paragraph((Emphasis(_("Not written.")),))]


def _elements(practice: Practice, kind: str, framework: str = "gcm") -> str:
    rows = Alignment.objects.current().filter(
        record=practice.pk, status=Status.CONFIRMED, element__framework__code=framework
    )
    if kind:
        rows = rows.filter(element__kind=kind)
    found = rows.order_by("element__order").values_list("element__code", "element__title")
    return "; ".join(f"{code} {title}" for code, title in found)


def _answers(practice: Practice) -> list[Block]:
    """What was answered, and how many questions were not."""
    lines, left = [], 0
    for one in checklist.questions():
        said = practice.checklist.get(one.code, {})
        answer, words = said.get("answer", ""), said.get("words", "")
        if answer or words:
            shown = str(checklist.ANSWERS[answer]) if answer else NOT_WRITTEN
            lines.append({"question": one.text, "answer": shown, "words": words})
        else:
            left += 1
    if not lines:
        return [Paragraph((Emphasis(_("The checklist has not been answered yet.")),))]
    rest = ngettext("%d question is not answered.", "%d questions are not answered.", left) % left
    columns = [
        Column("question", _("Question"), width=3), Column("answer", _("Answer"), width=1), Column("words", _("What shows it"), width=3),
    ]  # fmt: skip
    table = Table(_("Answers to the checklist"), columns, lines, wrap=True, note=rest if left else "")
    return [table]
