"""The tabs of the room: those of its parts that the viewer may enter."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access

register = template.Library()

PARTS = (
    ("home", _("Overview"), "policy:home", "policy.enter"),
    ("requests", _("Requests"), "policy:requests", "policy.enter"),
    ("texts", _("Texts"), "policy:texts", "policy.enter"),
    ("reviews", _("Reviews"), "policy:reviews", "policy.enter"),
    ("instruments", _("Instruments"), "policy:instruments", "instruments.see"),
    ("requirements", _("Requirements"), "policy:requirements", "instruments.see"),
)


@register.inclusion_tag("policy/tabs.html", takes_context=True)
def policy_tabs(context: template.Context) -> dict[str, object]:
    """The tab bar. The page's context says which part it belongs to (part)."""
    viewer = context["request"].user
    tabs = [
        (label, reverse(name), part == context.get("part"))
        for part, label, name, permission in PARTS
        if access.allowed(viewer, permission)
    ]
    return {"tabs": tabs}
