"""What the search box finds in frameworks: elements by code ("GCM 10") and by words."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from migov.foundation.frameworks.models import Element
from migov.foundation.frameworks.queries import ranked
from migov.foundation.people.access import Viewer, allowed
from migov.foundation.shell.search import Hit


def element_hits(query: str, user: Viewer, limit: int) -> list[Hit]:
    """Elements that the words find, for people who may see frameworks."""
    if not allowed(user, "frameworks.see"):
        return []
    return [
        Hit(
            title=f"{element} · {element.title}",
            url=element_url(element),
            kind_label=_("Framework elements"),
            snippet=element.scope,
        )
        for element in ranked(query, limit=limit)
    ]


def element_url(element: Element) -> str:
    """Address of the element's page."""
    return reverse("frameworks:element", args=[element.framework.code, element.code])
