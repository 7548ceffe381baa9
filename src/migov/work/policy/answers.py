"""Which requirements the laws of a place meet already, as far as reviews have found out.

Instruments and reviews do not know each other in this direction: reviews are told of instruments, so the part that judges laws
registers here what it found, and the page of a country asks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place

Found = Mapping[int, Sequence[tuple[str, str]]]
MetBy = Callable[[Place, Collection[int], Viewer], Found]

_answers: list[MetBy] = []


def register(answer: MetBy) -> None:
    """Have a part asked which requirements are met. It is called with the place, the keys of the requirements and the viewer, and
    returns requirement → (label, address) of each text that meets it in full, as far as the viewer may see it; in one query or two.
    """
    if answer not in _answers:
        _answers.append(answer)


def met_by(place: Place, requirements: Collection[int], viewer: Viewer) -> dict[int, list[tuple[str, str]]]:
    """Requirement → the texts of the place that meet it, as (label, address). Requirements that nothing meets are left out."""
    found: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
    for answer in _answers:
        for requirement, texts in answer(place, requirements, viewer).items():
            found[requirement].extend(texts)
    return {requirement: texts for requirement, texts in found.items() if texts}
