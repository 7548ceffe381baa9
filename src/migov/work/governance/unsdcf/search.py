"""What the search page finds among Cooperation Frameworks and their parts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell.search import Hit
from migov.work.governance.models import Part
from migov.work.governance.unsdcf.queries.register import Asked, frameworks_for, matching


def find(query: str, user: Any, limit: int) -> Iterator[Hit]:
    """Frameworks that hold every word, then parts that do. Two queries and those of the roles."""
    frameworks = list(matching(Asked(q=query), user).order_by("-starts", "pk")[:limit])
    for one in frameworks:
        said = f"{one.country.short_name} · {one.starts}–{one.ends} · {one.get_status_display()}"
        yield Hit(one.record.title, url_of(one.record), _("Cooperation Frameworks"), said)
    left = limit - len(frameworks)
    if left <= 0:
        return
    condition = Q()
    for word in query.split()[:10]:
        condition &= Q(text__icontains=word)
    parts = Part.objects.filter(condition, framework__in=frameworks_for(user).values("pk"))
    for part in parts.select_related("framework__record").order_by("-framework__starts", "order")[:left]:
        title = f"{part.get_kind_display()} {part.number}: {part.text}"
        yield Hit(title[:200], url_of(part.framework.record), _("Cooperation Frameworks"), part.framework.record.title)
