"""Places on pages of the room that its parts fill for one another: beside a request, and on the front page.

Requests, texts and reviews do not import each other. A part registers, when it is loaded, a function that says what it has
to show for a request, or to a person on the front page; the page asks all of them.
"""

from __future__ import annotations

from collections.abc import Callable

from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link, Slot
from migov.work.policy.models.requests import AssistanceRequest

__all__ = ["Link", "Slot", "of_home", "of_request", "register_home_slot", "register_request_slot"]

RequestSlot = Callable[[AssistanceRequest, Viewer], Slot | None]
HomeSlot = Callable[[Viewer], Slot | None]

_of_request: list[RequestSlot] = []
_of_home: list[HomeSlot] = []


def register_request_slot(fill: RequestSlot) -> None:
    """Have a part asked on the page of every request. The function is given the viewer and answers for what he or she may see only;
    None where there is nothing to show or to begin."""
    if fill not in _of_request:
        _of_request.append(fill)


def register_home_slot(fill: HomeSlot) -> None:
    """Have a part asked on the front page of the room; answers as those of a request."""
    if fill not in _of_home:
        _of_home.append(fill)


def of_request(request: AssistanceRequest, viewer: Viewer) -> list[Slot]:
    """What the parts have to show beside a request, in the order in which they were loaded."""
    return [slot for fill in _of_request if (slot := fill(request, viewer)) is not None]


def of_home(viewer: Viewer) -> list[Slot]:
    """What the parts have to show on the front page."""
    return [slot for fill in _of_home if (slot := fill(viewer)) is not None]
