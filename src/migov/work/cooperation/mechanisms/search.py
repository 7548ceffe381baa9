"""What the search box finds here: mechanisms by name, role, and what sources say of them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer, allowed
from migov.foundation.shell.search import Hit
from migov.work.cooperation.mechanisms.filters import MechanismFilter
from migov.work.cooperation.mechanisms.queries import found


def find(query: str, user: Viewer, limit: int) -> list[Hit]:
    """Mechanisms that the words find. One query, and those of the roles."""
    if not query.strip() or not allowed(user, "cooperation.enter"):
        return []
    hits = found(MechanismFilter(words=query), user).prefetch_related(None)[:limit]
    return [
        Hit(
            f"{one.short_name} · {one.record.title}" if one.short_name else one.record.title,
            reverse("cooperation:mechanism", args=[one.code]), _("Mechanisms of cooperation"), str(one.get_type_display()),
        )
        for one in hits
    ]  # fmt: skip
