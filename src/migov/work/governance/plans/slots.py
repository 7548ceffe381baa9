"""What network plans show on the front page of governance."""

from __future__ import annotations

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link, Slot
from migov.work.governance.plans.queries import lines, plans_for

SHOWN = 5


def on_front_page(viewer: Viewer) -> Slot | None:
    """The plans of this year, those with late actions first."""
    if not access.allowed(viewer, "plans.list"):
        return None
    year = timezone.localdate().year
    found = lines(plans_for(viewer).filter(starts__lte=year, ends__gte=year).order_by("country__short_name")[:50])
    rows = []
    for line in sorted(found, key=lambda one: -one.late)[:SHOWN]:
        note = _("%(done)d of %(total)d actions done") % {"done": line.done, "total": line.total}
        if line.late:
            note = _("%(note)s, %(late)d late") % {"note": note, "late": line.late}
        url = reverse("governance:plan", args=[line.plan.pk])
        rows.append(Link(f"{line.where} {line.period}", url, note, late=bool(line.late)))
    actions = []
    if access.allowed(viewer, "plans.add"):
        actions.append(Link(_("Add a network plan"), reverse("governance:plan-new")))
    return Slot(
        title=_("Network plans"), rows=rows, actions=actions, empty=_("No network has a plan for this year here."),
        more=Link(_("all plans"), reverse("governance:plans")),
    )  # fmt: skip
