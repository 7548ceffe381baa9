"""What Cooperation Frameworks show on the front page of governance."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link, Slot
from migov.foundation.shell import formats
from migov.work.governance.unsdcf.queries.register import frameworks_for, lines

SHOWN = 5


def on_front_page(viewer: Viewer) -> Slot | None:
    """The frameworks whose check is not done, the latest first."""
    if not access.allowed(viewer, "unsdcf.list"):
        return None
    found = lines(frameworks_for(viewer).exclude(status="ended").order_by("-starts", "country__short_name")[:30])
    rows = []
    for line in found:
        if line.framework is None or line.outcomes.complete:
            continue
        count = line.outcomes
        note = (
            _("%(judged)d of %(total)d outcomes judged") % {"judged": count.judged, "total": count.total}
            if count.total
            else _("its structure is not read yet")
        )
        label = f"{formats.place(line.place)} {line.period}"
        rows.append(Link(label, reverse("governance:unsdcf", args=[line.framework.pk]), note))
    actions = []
    if access.allowed(viewer, "unsdcf.add"):
        actions.append(Link(_("Add a Cooperation Framework"), reverse("governance:unsdcf-new")))
    return Slot(
        title=_("Cooperation Frameworks"), rows=rows[:SHOWN], actions=actions,
        empty=_("Every framework in the register is judged.") if found else _("None is in the register yet."),
        more=Link(_("programme countries"), reverse("governance:unsdcf-region")),
    )  # fmt: skip
