"""The entry of the main navigation, with how much waits for the viewer."""

from __future__ import annotations

from django.db.models import Count, Exists, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer, is_internal, offices_where
from migov.foundation.people.models import Role, User
from migov.foundation.records.models import Record
from migov.foundation.shell import navigation
from migov.services.clearance.models import Clearance, Delegation, State
from migov.services.clearance.queries import waiting_for
from migov.services.clearance.queries.people import decidable, delegations_on
from migov.services.clearance.rules import open_reviews
from migov.services.clearance.views_frame import ROOM


def waiting(viewer: Viewer) -> int:
    """How many reviews and decisions wait for somebody. One query, two for who decides; more only for who stands in for another."""
    if not isinstance(viewer, User) or not is_internal(viewer):
        return 0
    held = Delegation.objects.filter(delegations_on(timezone.localdate()), to=OuterRef("pk"), person__is_active=True)
    own = open_reviews().filter(reviewer=viewer, clearance__record__in=Record.objects.visible_to(viewer).values("pk"))
    number = own.order_by().values(one=Value(1)).annotate(number=Count("pk")).values("number")
    asked = User.objects.filter(pk=viewer.pk).values_list(Coalesce(Subquery(number), 0), Exists(held))
    reviews, stands_in = asked.first() or (0, False)
    if stands_in:
        return len(waiting_for(viewer))
    offices = offices_where(viewer, Role.ENDORSER)
    if offices is not None and not offices:
        return int(reviews)
    records = Record.objects.visible_to(viewer).filter(decidable(viewer))
    return int(reviews) + Clearance.objects.filter(state=State.OPEN, record__in=records.values("pk")).count()


def register() -> None:
    """Make the entry known to the navigation."""
    navigation.register(_("Reviews"), "clearance:list", 15, ROOM, waiting)
