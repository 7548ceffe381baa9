"""Panels on the page of an element, filled by rooms that stand above this one: who contributes, with what.

A room registers a function when it is loaded; the page calls it with the request and the element and shows what it
returns.
"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.utils.safestring import SafeString

from migov.foundation.frameworks.models import Element

Panel = Callable[[HttpRequest, Element], SafeString | None]

_PANELS: list[tuple[int, Panel]] = []


def register(panel: Panel, order: int = 100) -> None:
    """Show a panel on every element's page; lower orders come first. Registering the same function twice has no
    effect.
    """
    if all(panel is not known for _order, known in _PANELS):
        _PANELS.append((order, panel))
        _PANELS.sort(key=lambda pair: pair[0])


def panels_for(request: HttpRequest, element: Element) -> list[SafeString]:
    """What the registered panels have to say on the element; those with nothing are left out."""
    return [html for _order, panel in _PANELS if (html := panel(request, element))]
