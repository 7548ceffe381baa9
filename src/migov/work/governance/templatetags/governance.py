"""The tabs of the room: those of its parts that the viewer may enter."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people import access

register = template.Library()

PARTS = (
    ("home", _("Overview"), "governance:home", "governance.enter"),
    ("assessments", _("Assessments"), "governance:assessments", "scores.see"),
    ("series", _("Official series"), "governance:series", "scores.see"),
    ("roadmaps", _("Roadmaps"), "governance:roadmaps", "governance.enter"),
    ("gcm", _("Global Compact"), "governance:gcm", "governance.enter"),
    ("pledges", _("Pledges"), "governance:pledges", "governance.enter"),
    ("practices", _("Practices"), "governance:practices", "governance.enter"),
    ("unsdcf", _("UN frameworks"), "governance:unsdcfs", "unsdcf.list"),
    ("plans", _("Network plans"), "governance:plans", "plans.list"),
)


@register.inclusion_tag("governance/tabs.html", takes_context=True)
def governance_tabs(context: template.Context) -> dict[str, object]:
    """The tab bar. The page's context says which part it belongs to (part)."""
    viewer = context["request"].user
    tabs = []
    for part, label, name, permission in PARTS:
        if access.allowed(viewer, permission):
            tabs.append((label, reverse(name), part == context.get("part")))
    return {"tabs": tabs}
