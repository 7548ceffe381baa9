"""Documents in templates of other rooms."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.models import Record
from migov.services.files import panel

register = template.Library()


@register.simple_tag(takes_context=True)
def documents_panel(context: template.Context, record: Record) -> SafeString:
    """The list of a record's documents, with the form for people who may add some."""
    return panel.render(context["request"], record)


@register.simple_tag(takes_context=True)
def documents_speak_for(context: template.Context, record: Record) -> SafeString:
    """What a record's documents are confirmed to speak for; nothing where there is nothing."""
    return panel.spoken_for(context["request"], record)


@register.filter
def is_colleague(viewer: Viewer) -> bool:
    """Whether the viewer works for the office."""
    return access.is_internal(viewer)


@register.filter
def bytes_words(size: Any) -> str:
    """A number of bytes for people: "84 KB", "2.3 MB"."""
    number = int(size)
    if number >= 1024**2:
        return f"{number / 1024**2:.1f} MB"
    return f"{max(round(number / 1024), 1)} KB"


@register.filter
def of_key(found: Any, key: Any) -> Any:
    """What a mapping holds for a key."""
    return found.get(key) if found else None
