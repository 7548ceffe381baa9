"""What this part shows on the front page of the room: how many mechanisms there are, and whose term in the chair ends soon."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation import partial_dates
from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link, Slot
from migov.work.cooperation.mechanisms import queries
from migov.work.cooperation.models import MechanismState

SHOWN = 6


def of_home(viewer: Viewer) -> Slot | None:
    """The register in short, and terms in the chair that end within four months. Three queries."""
    if not access.allowed(viewer, "cooperation.enter"):
        return None
    counted = queries.in_short(viewer)
    active, total = counted[MechanismState.ACTIVE], sum(counted.values())
    said = ngettext("%(number)s mechanism", "%(number)s mechanisms", total) % {"number": total}
    rows = [
        Link(said, reverse("cooperation:mechanisms"), _("%(number)s active") % {"number": active}),
        Link(_("Who takes part in what"), reverse("cooperation:matrix"), _("mechanisms and countries in one table")),
        Link(_("Who sits with whom"), reverse("cooperation:graph"), _("what countries share")),
    ]
    for mechanism, term in queries.changes_of_chair(viewer)[:SHOWN]:
        until = partial_dates.words(term.first.until)
        note = _("%(who)s: %(role)s until %(day)s") % {
            "who": term.name,
            "role": term.first.get_role_display(),
            "day": until,
        }
        rows.append(Link(str(mechanism), reverse("cooperation:mechanism", args=[mechanism.code]), note))
    actions = [Link(_("Add a mechanism"), reverse("cooperation:mechanism-new"))]
    return Slot(_("Mechanisms"), rows, actions if access.allowed(viewer, "mechanisms.write") else ())
