"""What an input says, as the content that clearance freezes, shows, compares and prints."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.clearance.content import Content, Heading, Line, Rows, Text, Value
from migov.services.clearance.content import Part as ContentPart
from migov.work.cooperation.inputs import queries, reading
from migov.work.cooperation.models import Input, PulledFact

HEADER, SOURCES = "header", "sources"


def content(paper: Input) -> Content:
    """All that an input says now, in reading order. Three queries."""
    said = [
        Text(one.part.anchor, one.part.title, one.text, _group(one.part.internal)) for one in reading.sections_of(paper)
    ]
    parts: list[ContentPart] = [_header(paper), *said]
    if facts := queries.pulled(paper):
        parts.append(_sources(facts))
    return Content(paper.record.title, tuple(parts))


def _group(internal: bool) -> str:
    return _("For the speaker only") if internal else _("Text")


def _header(paper: Input) -> Rows:
    said: list[tuple[str, str, Value]] = [
        ("type", _("Type"), capfirst(paper.get_type_display())),
        ("meeting", _("Meeting"), paper.meeting.record.title if paper.meeting else ""),
        ("held", _("Held"), formats.period(paper.meeting.record.starts, paper.meeting.record.ends) if paper.meeting else ""),
        ("mechanism", _("Mechanism"), paper.mechanism.record.title if paper.mechanism else ""),
        ("place", _("Country or area"), formats.place(paper.place) if paper.place else ""),
        ("asked", _("What is asked"), paper.record.summary),
    ]  # fmt: skip
    headings = (Heading("what", ""), Heading("value", _("Value")))
    lines = [
        Line(f"{HEADER}:{code}", label, {"what": label, "value": value}) for code, label, value in said if value
    ]  # fmt: skip
    return Rows(HEADER, _("The input"), headings, lines)


def _sources(facts: Sequence[PulledFact]) -> Rows:
    headings = (
        Heading("note", _("Note"), "integer"), Heading("fact", _("Fact")), Heading("source", _("Source")),
        Heading("as_of", _("As of"), "date"),
    )  # fmt: skip
    lines = [
        Line(
            f"fact:{one.pk}", f"[{one.note}]",
            {"note": one.note, "fact": one.text, "source": one.source, "as_of": one.as_of},
        )
        for one in facts
    ]  # fmt: skip
    return Rows(SOURCES, _("Sources"), headings, lines)
