"""The tabs of the room, those of its parts that the viewer may enter; and dates as sources give them, in words."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation import partial_dates
from migov.foundation.people import access

register = template.Library()

PARTS = (
    ("home", _("Overview"), "cooperation:home", "cooperation.enter"),
    ("mechanisms", _("Mechanisms"), "cooperation:mechanisms", "cooperation.enter"),
    ("matrix", _("Who takes part"), "cooperation:matrix", "cooperation.enter"),
    ("meetings", _("Meetings"), "cooperation:meetings", "cooperation.enter"),
    ("calendar", _("Calendar"), "cooperation:calendar", "cooperation.enter"),
    ("commitments", _("Commitments"), "cooperation:commitments", "cooperation.enter"),
    ("inputs", _("Inputs"), "cooperation:inputs", "cooperation.enter"),
    ("positions", _("Past positions"), "cooperation:positions", "cooperation.enter"),
)


@register.inclusion_tag("cooperation/tabs.html", takes_context=True)
def cooperation_tabs(context: template.Context) -> dict[str, object]:
    """The tab bar. The page's context says which part it belongs to (part)."""
    viewer = context["request"].user
    tabs = []
    for part, label, name, permission in PARTS:
        if access.allowed(viewer, permission):
            tabs.append((label, reverse(name), part == context.get("part")))
    return {"tabs": tabs}


@register.filter
def partial_date(text: str) -> str:
    """A partial date for people: "2013-06" → "June 2013"."""
    return partial_dates.words(text)


@register.filter
def attributed(source: str, as_of: str) -> str:
    """A source with the day to which it speaks; see partial_dates.attributed."""
    return partial_dates.attributed(source, as_of)
