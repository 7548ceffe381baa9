"""The library of past positions: what the office said, when, where and by whom, found by its words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np
from django.db.models import QuerySet
from numpy.typing import NDArray

from migov.foundation.people.access import Viewer, is_internal
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordTheme
from migov.foundation.shell import formats
from migov.services.files.queries import runs
from migov.services.matching.terms import STOP_STEMS
from migov.services.matching.texts import words
from migov.work.cooperation.inputs import index
from migov.work.cooperation.inputs.index import Said
from migov.work.cooperation.models import Input, InputState, Mechanism

MOST = 200  # passages that a search finds
LEAST = 0.2  # of the best score; what answers less is left out
NEAR = 0.15  # likeness from which another passage is worth reading beside one


@dataclass(frozen=True, slots=True)
class Hit:
    """A paragraph that answers. paper: the input it stands in. runs: its text cut at the words that were asked for."""

    paper: Input
    passage: Said
    score: float
    runs: tuple[tuple[str, bool], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which past positions are asked. year: of delivery."""

    theme: Theme | None = None
    mechanism: Mechanism | None = None
    place: Place | None = None
    type: str = ""
    year: int | None = None


def delivered(viewer: Viewer, to: Narrowing | None = None) -> QuerySet[Input]:
    """The delivered inputs that the viewer may see; people from outside see none."""
    if not is_internal(viewer):
        return Input.objects.none()
    found = Input.objects.filter(state=InputState.DELIVERED, record__in=Record.objects.visible_to(viewer).standing())
    if to is None:
        return found
    conditions = {
        "mechanism": to.mechanism, "place": to.place, "type": to.type or None, "delivered_on__year": to.year,
        "record__in": RecordTheme.objects.current().filter(theme=to.theme).values("record") if to.theme else None,
    }  # fmt: skip
    for name, value in conditions.items():
        if value is not None:
            found = found.filter(**{name: value})
    return found


def with_all(found: QuerySet[Input]) -> QuerySet[Input]:
    """Inputs with what a line of the library says of them."""
    return found.select_related("record__office", "record__owner", "meeting__record", "mechanism__record", "place")


def search(text: str, viewer: Viewer, to: Narrowing | None = None, *, limit: int = MOST) -> list[Hit]:
    """The paragraphs that answer a text best, with the words that answer marked. Without a text: the newest positions, each with its
    first paragraph, if any word of it is known. Three queries; a few more after changes.
    """
    here = index.current()
    if not text.strip():
        newest = with_all(delivered(viewer, to)).order_by("-delivered_on", "-pk")[:limit]
        return [_beginning(one, here.said.get(one.pk, ())) for one in newest]
    own, around = here.scores(text)
    if not len(own):
        return []
    allowed = np.isin(here.papers, list(delivered(viewer, to).values_list("pk", flat=True)))
    found = _best(own, around, allowed, limit)
    papers = with_all(Input.objects.filter(pk__in={here.passages[at].paper for at, _score in found})).in_bulk()
    asked = {stem for stem in words(text).stems if stem not in STOP_STEMS}
    return [
        Hit(papers[here.passages[at].paper], here.passages[at], score, marked(here.passages[at].text, asked))
        for at, score in found
        if here.passages[at].paper in papers
    ]


def _beginning(paper: Input, said: Sequence[Said]) -> Hit:
    """How a position begins; without words where its document has not been read, or is a picture."""
    first = said[0] if said else Said(paper.pk, 0, "")
    return Hit(paper, first, 0.0, ((first.text, False),) if first.text else ())


def _best(
    own: NDArray[np.float64], around: NDArray[np.float64], allowed: NDArray[np.bool_], limit: int
) -> list[tuple[int, float]]:
    """Places of the passages that answer, the best first. Where no passage has a word that is asked, those around which it stands."""
    speaks = (own > 0) & allowed
    scores = np.where(speaks if speaks.any() else allowed, own + around, 0.0)
    top = scores.max(initial=0.0)
    if top <= 0:
        return []
    order = np.argsort(-scores, kind="stable")[:limit]
    return [(int(at), float(scores[at])) for at in order if scores[at] >= LEAST * top]


def marked(text: str, stems: Collection[str]) -> tuple[tuple[str, bool], ...]:
    """A text cut at the words with some stems: each run with whether it is one of them."""
    read = words(text)
    places = [
        (start, end) for stem, start, end in zip(read.stems, read.starts, read.ends, strict=True) if stem in stems
    ]
    return tuple(runs(text, places))


def nearest(text: str, viewer: Viewer, *, without: int | None = None, limit: int = 3) -> list[Hit]:
    """The paragraphs that are most like a text, one of each input. Three queries."""
    near = nearest_of([text], delivered(viewer).exclude(pk=without), limit=50)[0]
    kept: dict[int, tuple[Said, float]] = {}
    for said, score in near:
        kept.setdefault(said.paper, (said, score))
    some = list(kept.values())[:limit]
    papers = with_all(Input.objects.filter(pk__in=[said.paper for said, _score in some])).in_bulk()
    return [Hit(papers[said.paper], said, score) for said, score in some if said.paper in papers]


def nearest_of(
    texts: Sequence[str], among: QuerySet[Input], *, limit: int = 3, least: float = NEAR
) -> list[list[tuple[Said, float]]]:
    """For each text the paragraphs of some inputs that are most like it, with their likeness. Two queries."""
    here = index.current()
    found: list[list[tuple[Said, float]]] = [[] for _text in texts]
    if not here.passages or not any(text.strip() for text in texts):
        return found
    allowed = np.isin(here.papers, list(among.values_list("pk", flat=True)))
    scores = here.likeness(texts).tocoo()
    kept = (scores.data >= least) & allowed[scores.col]
    for row, column, score in zip(scores.row[kept], scores.col[kept], scores.data[kept], strict=True):
        found[row].append((here.passages[column], min(float(score), 1.0)))
    return [sorted(rows, key=lambda pair: (-pair[1], pair[0].paper, pair[0].number))[:limit] for rows in found]


def where(paper: Input) -> str:
    """When, where and as what an input was delivered, in a line."""
    place = paper.meeting.record.title if paper.meeting else ""
    mechanism = str(paper.mechanism) if paper.mechanism else ""
    day = formats.day(paper.delivered_on) if paper.delivered_on else ""
    parts = [paper.record.title, str(paper.get_type_display()), place, mechanism if mechanism != place else "", day]
    return ", ".join(filter(None, parts))
