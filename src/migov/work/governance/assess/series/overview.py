"""What the official series shows on the front page of the room."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link, Slot
from migov.foundation.shell import formats
from migov.work.governance.assess.series import queries
from migov.work.governance.models import PolicyDomain


def on_front_page(viewer: Viewer) -> Slot | None:
    """The region's share over all domains in the latest year; how to load the series where there is none. Four queries."""
    if not access.allowed(viewer, "scores.see"):
        return None
    title, more = _("Official series"), Link(_("All countries"), reverse("governance:series"))
    years = queries.years()
    if not years:
        return Slot(title, empty=_("The official series has not been loaded."), more=more)
    own = queries.own_shares(queries.territories(), PolicyDomain.ALL, years[0])
    address = f"{reverse('governance:series-share', args=[PolicyDomain.ALL])}?year={years[0]}"
    rows = []
    if own.share.percent is not None:
        label = _("%(share)s %% meet or fully meet, %(year)s") % {
            "share": formats.number(own.share.percent, 1),
            "year": years[0],
        }
        rows.append(Link(label, address, note=own.told))
    if own.published:
        world = formats.number(own.published.percent, 1)
        label = _("World, as published: %(share)s %%") % {"share": world}
        rows.append(Link(label, reverse("governance:series")))
    return Slot(title, rows, empty=_("No territory has a category in the latest year."), more=more)
