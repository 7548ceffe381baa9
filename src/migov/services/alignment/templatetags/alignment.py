"""Alignments in templates of other rooms."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from migov.foundation.people.access import Viewer
from migov.foundation.records import kinds
from migov.foundation.records.models import Record
from migov.services.alignment import access, panel, reading

register = template.Library()


@register.simple_tag(takes_context=True)
def alignment_panel(context: template.Context, record: Record) -> SafeString:
    """The panel of a record's alignments, with what the person on the page may do."""
    return panel.render(context["request"], record)


@register.filter
def decides(viewer: Viewer) -> bool:
    """Whether the viewer decides alignments of any record at all."""
    return access.decides(viewer)


@register.filter
def page_of(record: Record) -> str:
    """Address of the record's page."""
    return panel.page_of(record)


@register.filter
def place_of(span: Any, record: Record) -> str:
    """Address of the place that a sentence comes from; empty where there is no page to show."""
    return kinds.place_of(record, span)


@register.filter
def kind_label(record: Record) -> str:
    """What people call a record's kind."""
    return panel.kind_label(record)


@register.filter
def is_reading(reasons: Any) -> bool:
    """Whether reasons are those of the matcher: a probability, and spans of text with the words that spoke for it."""
    return reading.is_reading(reasons)


register.filter("pieces", reading.pieces)
register.filter("model_words", reading.model_words)
register.filter("likelihood", reading.likelihood)
register.filter("chance", reading.chance)


@register.filter
def reason_lines(reasons: Any) -> list[str]:
    """The reasons of a proposal as lines of text: a text, a list of texts, or a list of rows with a "text" or
    "words".
    """
    if not reasons:
        return []
    if isinstance(reasons, dict):
        reasons = reasons.get("reasons") or [reasons]
    if isinstance(reasons, str):
        reasons = [reasons]
    return [_line(reason) for reason in reasons]


def _line(reason: Any) -> str:
    if isinstance(reason, dict):
        told = reason.get("text") or reason.get("words") or reason.get("reason")
        if told is None:
            return ", ".join(f"{name}: {value}" for name, value in reason.items())
        reason = told
    return ", ".join(map(str, reason)) if isinstance(reason, list) else str(reason)
