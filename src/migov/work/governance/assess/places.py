"""What assessments show on the front page of the room."""

from __future__ import annotations

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.records.slots import Link, Slot
from migov.work.governance.assess.queries import lists
from migov.work.governance.models import Consent

ON_FRONT = 5


def on_front_page(viewer: Viewer) -> Slot | None:
    """Assessments under way, those due first before the others; for a government its own."""
    found = lists.live(viewer).filter(state__in=lists.UNDER_WAY).order_by(F("due").asc(nulls_last=True), "-year", "-pk")
    rows = [_row(one, viewer) for one in lists.rows(list(found.values_list("pk", flat=True)[:ON_FRONT]), viewer)]
    actions = []
    if access.allowed(viewer, "assessments.start"):
        actions.append(Link(_("Start an assessment"), reverse("governance:assessment-new")))
    more = Link(_("All assessments"), reverse("governance:assessments"))
    return Slot(_("Assessments under way"), rows, actions, _("No assessment is under way."), more)


def _row(of: lists.Row, viewer: Viewer) -> Link:
    one = of.assessment
    note = _("%(state)s · %(done)d of %(all)d questions answered") % {
        "state": one.get_state_display(), "done": of.answered, "all": of.asked,
    }  # fmt: skip
    if one.consent == Consent.ASKED and not is_internal(viewer):
        note = _("your government's consent to publication is asked")
    return Link(one.record.title, reverse("governance:assessment", args=[one.pk]), note, of.late)
