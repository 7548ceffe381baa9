"""What the search box finds here: instruments by title, number or CELEX, and requirements by their words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.people.access import Viewer, allowed
from migov.foundation.shell.search import Hit
from migov.work.policy.instruments.queries import InstrumentFilter, RequirementFilter, instruments, requirements


def instrument_hits(query: str, user: Viewer, limit: int) -> list[Hit]:
    """Instruments that the words find."""
    if not allowed(user, "instruments.see"):
        return []
    found = instruments(InstrumentFilter(words=query))[:limit]
    return [
        Hit(f"{one.short_title} · {one.title}", reverse("policy:instrument", args=[one.code]), _("Instruments"), one.number or one.celex)
        for one in found
    ]  # fmt: skip


def requirement_hits(query: str, user: Viewer, limit: int) -> list[Hit]:
    """Requirements that the words find."""
    if not allowed(user, "instruments.see"):
        return []
    found = requirements(RequirementFilter(words=query)).prefetch_related(None)[:limit]
    return [
        Hit(
            f"{one.article.instrument.short_title} {one.place}", reverse("policy:requirement", args=[one.pk]),
            _("Requirements of instruments"), one.obligation,
        )
        for one in found
    ]  # fmt: skip
