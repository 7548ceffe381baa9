"""Inputs as documents: clean, as they are spoken or handed out, and annotated, with what is for the speaker and the sources.

Talking points are printed as big lines with their support below; statements and interventions as a speech without headings; a
position paper with its sections. And lists as files.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.records.kinds import url_of
from migov.foundation.shell import formats
from migov.services.clearance.content import Content, Rows, Text, from_json
from migov.services.documents import (
    Block,
    Bullets,
    Column,
    Emphasis,
    LazyRows,
    Link,
    Paragraph,
    Report,
    Section,
    Strong,
    Table,
)
from migov.services.writing import prose
from migov.work.cooperation.inputs import content, templates
from migov.work.cooperation.inputs.index import NOTE
from migov.work.cooperation.inputs.positions import Hit
from migov.work.cooperation.inputs.templates import Part
from migov.work.cooperation.models import Input, InputState, InputType

FORMATS = ("docx", "pdf")
CLEAN, ANNOTATED = "clean", "annotated"
VERSIONS = (CLEAN, ANNOTATED)
SPEECHES = frozenset({InputType.STATEMENT, InputType.INTERVENTION})
PLAIN = "txt"  # what is spoken, for a mail or a teleprompter
FILES = (*((version, fmt) for version in VERSIONS for fmt in FORMATS), (CLEAN, PLAIN))


@dataclass(frozen=True, slots=True)
class Source:
    """A line of the list of sources."""

    note: int
    text: str
    source: str
    as_of: date | None

    @property
    def words(self) -> str:
        day = _(", as of %s") % formats.day(self.as_of) if self.as_of else ""
        return f"[{self.note}] {self.text} {_('Source: %s') % self.source}{day}."


def said_in(paper: Input) -> Content:
    """What an input says: as it was cleared, where it was; else what stands now."""
    if paper.submission is not None:
        return from_json(paper.submission.content)
    return content.content(paper)


def document(paper: Input, *, annotated: bool = False, base_url: str = "") -> Report:
    """An input as a document tree. annotated: with internal sections, note numbers and sources."""
    said = said_in(paper)
    texts = [part for part in said.parts if isinstance(part, Text)]
    blocks = _annotated(paper, texts) if annotated else _clean(paper, texts)
    whole = "\n".join(part.text for part in texts) + said.title
    return Report(
        title=said.title,
        subtitle=_subtitle(paper),
        organisation=settings.MIGOV_ORGANISATION,
        date=_day(paper),
        base_url=base_url,
        name=f"{said.title} {_('annotated') if annotated else ''}".strip(),
        cover=False,
        notices=_notices(paper, annotated),
        footnotes=[notes()["kosovo_footnote"]] if "Kosovo" in whole or _is_footnoted(paper) else [],
        sources=[one.words for one in _sources(said)] if annotated else [],
        metadata=_about(paper) if annotated else {},
        blocks=blocks or [Paragraph((Emphasis(_("Not written.")),))],
        type_size="large" if not annotated and paper.type in templates.SPOKEN else "normal",
    )


def plain(paper: Input) -> str:
    """What is spoken or handed out as plain text: paragraphs, and items that begin with "- "; for a mail or a teleprompter."""
    said = said_in(paper)
    own = _own(paper)
    found = [f"{said.title}\n{_subtitle(paper)}, {formats.day(_day(paper))}", *_notices(paper, False)]
    for part in said.parts:
        known = own.get(part.anchor)
        if not isinstance(part, Text) or not part.text.strip() or (known and known.internal):
            continue
        for block in prose.blocks(without_notes(part.text)):
            found += ["\n".join(f"- {item}" for item in block.items)] if block.kind == "list" else block.items
    if "Kosovo" in "".join(found) or _is_footnoted(paper):
        found.append(notes()["kosovo_footnote"])
    return "\n\n".join(found) + "\n"


def _is_footnoted(paper: Input) -> bool:
    return paper.place is not None and paper.place.needs_footnote


def _day(paper: Input) -> date:
    meeting = paper.meeting.record.starts if paper.meeting else None
    submitted = timezone.localdate(paper.submission.at) if paper.submission else None
    return paper.delivered_on or meeting or submitted or timezone.localdate()


def _subtitle(paper: Input) -> str:
    where = paper.meeting.record.title if paper.meeting else paper.mechanism.record.title if paper.mechanism else ""
    return " · ".join(filter(None, [capfirst(str(paper.get_type_display())), where]))


def _notices(paper: Input, annotated: bool) -> list[str]:
    found = []
    if paper.state not in (InputState.CLEARED, InputState.DELIVERED):
        found.append(_("Draft: it has not been cleared."))
    if annotated:
        found.append(_("Annotated version: for the office and who speaks, not to be handed out."))
    elif paper.type in SPEECHES:
        found.append(_("Check against delivery."))
    if paper.record.illustrative:
        found.append(_("Written for the demonstration; nothing in it is real."))
    return found


def _about(paper: Input) -> dict[str, str]:
    found = {_("State"): capfirst(str(paper.get_state_display()))}
    if paper.submission is not None:
        found[_("Version")] = _("round %(round)s of clearance, handed in on %(day)s") % {
            "round": paper.submission.number, "day": formats.day(timezone.localdate(paper.submission.at)),
        }  # fmt: skip
    if paper.delivered_on:
        found[_("Delivered")] = ", ".join(filter(None, [formats.day(paper.delivered_on), paper.delivered_by]))
    if paper.became:
        found[_("What became of it")] = paper.became
    return found


def _sources(said: Content) -> list[Source]:
    """The list of sources, each note once."""
    rows = next((part for part in said.parts if isinstance(part, Rows) and part.anchor == content.SOURCES), None)
    found: dict[int, Source] = {}
    for line in rows.lines if rows else ():
        values: dict[str, Any] = dict(line.values)
        found.setdefault(values["note"], Source(values["note"], values["fact"], values["source"], values["as_of"]))
    return sorted(found.values(), key=lambda one: one.note)


def _own(paper: Input) -> dict[str, Part]:
    return {part.anchor: part for part in templates.parts_of(paper)}


def _annotated(paper: Input, texts: Sequence[Text]) -> list[Block]:
    """All sections with their headings; those for the speaker say so."""
    own, found = _own(paper), list[Block]()
    for part in texts:
        known = own.get(part.anchor)
        if not part.text.strip() and (known is None or not known.required):
            continue
        blocks: list[Block] = [*_running(part.text)] or [Paragraph((Emphasis(_("Not written.")),))]
        found.append(Section(part.title, blocks))
    return found


def _clean(paper: Input, texts: Sequence[Text]) -> list[Block]:
    """What is spoken or handed out: without internal sections and notes."""
    own, found = _own(paper), list[Block]()
    shown = [part for part in texts if part.text.strip() and not ((known := own.get(part.anchor)) and known.internal)]
    for at, part in enumerate(shown):
        known, text = own.get(part.anchor), without_notes(part.text)
        if known is not None and known.big:
            found += [Paragraph((Strong(part.title),))] if at else []
            found += _big(text)
        elif paper.type in SPEECHES or paper.filed:
            found += _running(text)
        else:
            found.append(Section(part.title, list(_running(text))))
    return found


def without_notes(text: str) -> str:
    """A text without the numbers of its notes."""
    return re.sub(r"[ \t]+([.,;:])", r"\1", NOTE.sub("", text))


def _running(text: str) -> list[Block]:
    return [
        Paragraph(block.items[0]) if block.kind == "paragraph" else Bullets(list(block.items))
        for block in prose.blocks(text)
    ]


def _big(text: str) -> list[Block]:
    """Each paragraph as a big line, the list below it as its support; a list without a line above it: each item a big line."""
    found: list[Block] = []
    for block in prose.blocks(text):
        if block.kind == "paragraph":
            found.append(Section(block.items[0], []))
        elif found and isinstance(found[-1], Section) and not found[-1].blocks:
            found[-1] = Section(found[-1].title, [Bullets(list(block.items))])
        else:
            found += [Section(item, []) for item in block.items]
    return found


def list_document(papers: Iterable[Input], shown: str, *, base_url: str = "") -> Report:
    """A list of inputs as a document with one table."""
    rows = list(papers)
    columns = [
        Column("title", _("Input"), "link", width=3), Column("type", _("Type")), Column("meeting", _("Meeting"), width=2),
        Column("mechanism", _("Mechanism"), width=2), Column("place", _("Country or area")), Column("due", _("Due"), "date"),
        Column("state", _("State")), Column("owner", _("Written by")), Column("delivered", _("Delivered"), "date"),
        Column("function", _("Delivered by")), Column("became", _("What became of it"), width=2),
    ]  # fmt: skip
    return _listed(_("Inputs"), shown, base_url, columns, LazyRows(lambda: map(_line, rows)), rows)


def _line(paper: Input) -> dict[str, Any]:
    return {
        "title": Link(paper.record.title, url_of(paper.record)), "type": str(paper.get_type_display()),
        "meeting": paper.meeting.record.title if paper.meeting else None,
        "mechanism": paper.mechanism.record.title if paper.mechanism else None,
        "place": formats.place(paper.place) if paper.place else None, "due": paper.due, "state": str(paper.get_state_display()),
        "owner": str(paper.record.owner or ""), "delivered": paper.delivered_on, "function": paper.delivered_by or None,
        "became": paper.became or None,
    }  # fmt: skip


def hits_document(hits: Sequence[Hit], shown: str, *, base_url: str = "") -> Report:
    """What a search among past positions found, as a document with one table."""
    columns = [
        Column("text", _("What we said"), width=5), Column("day", _("When"), "date"), Column("where", _("Where"), width=2),
        Column("mechanism", _("Mechanism"), width=2), Column("type", _("Type")), Column("function", _("By"), width=1.5),
        Column("became", _("What became of it"), width=2), Column("title", _("Input"), "link", width=2),
    ]  # fmt: skip
    papers = [hit.paper for hit in hits]
    return _listed(_("Past positions"), shown, base_url, columns, LazyRows(lambda: map(_hit, hits)), papers)


def _hit(hit: Hit) -> dict[str, Any]:
    paper = hit.paper
    return {
        "text": hit.passage.text, "day": paper.delivered_on, "where": paper.meeting.record.title if paper.meeting else None,
        "mechanism": paper.mechanism.record.title if paper.mechanism else None, "type": str(paper.get_type_display()),
        "function": paper.delivered_by or None, "became": paper.became or None,
        "title": Link(paper.record.title, url_of(paper.record)),
    }  # fmt: skip


def _listed(
    title: str, shown: str, base_url: str, columns: Sequence[Column], rows: LazyRows, papers: Sequence[Input]
) -> Report:
    return Report(
        title=title,
        subtitle=shown,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=base_url,
        metadata={_("Filter"): shown},
        footnotes=[notes()["kosovo_footnote"]] if any(_is_footnoted(paper) for paper in papers) else [],
        blocks=[Table(title, columns, rows, wrap=True)],
    )
