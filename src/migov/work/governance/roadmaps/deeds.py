"""What other rooms offer to do with a line of a roadmap: make a concept note of it, look for more help.

Rooms above register a function here when they are loaded; the pages of a roadmap ask all of them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from migov.foundation.people.access import Viewer
from migov.foundation.records.slots import Link
from migov.work.governance.models import Roadmap, RoadmapAction

Fill = Callable[[Roadmap, Sequence[RoadmapAction], Viewer], Mapping[int, Sequence[Link]]]
_fills: list[Fill] = []


def register(fill: Fill) -> None:
    """Have a room asked what can be done with lines. It is called with the roadmap, lines of it and the viewer, and returns key of the
    line → links, of what this viewer may do only; in one query or two, however many lines there are.
    """
    if fill not in _fills:
        _fills.append(fill)


def of_lines(roadmap: Roadmap, actions: Sequence[RoadmapAction], viewer: Viewer) -> dict[int, list[Link]]:
    """Key of the line → what can be done with it, in the order in which rooms were loaded."""
    found: defaultdict[int, list[Link]] = defaultdict(list)
    for fill in _fills:
        for key, links in fill(roadmap, actions, viewer).items():
            found[key].extend(links)
    return dict(found)
