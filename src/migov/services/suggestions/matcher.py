"""The matcher that this process uses: made from the frameworks of the database and the learned models that are in use.

Making one takes a moment, so it is kept until a framework is loaded anew or another model is put in use; each call asks the database
whether that happened, with two queries.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from migov.foundation.frameworks import models as tables
from migov.services.matching import Element, Framework
from migov.services.suggestions.models import ModelVersion

if TYPE_CHECKING:
    from migov.services.matching import Matcher

State = tuple[tuple[tuple[str, str], ...], tuple[tuple[str, int], ...]]


@dataclass(frozen=True)
class Recipe:
    """All that a matcher is made of. Can be pickled: a worker process makes its own matcher from it, without a database.

    learned: framework's code → the learned model in use, as it was dumped.
    """

    frameworks: tuple[Framework, ...]
    learned: Mapping[str, bytes] = field(default_factory=dict)

    def build(self, *, sentence_model: bool | None = None, kept: Path | None = None) -> Matcher:
        """The matcher. sentence_model, kept: as the matcher takes them."""
        # Imported here: it brings numerical libraries that most processes never need.
        from migov.services.matching import Learned, Matcher

        learned = {}
        for code, data in self.learned.items():
            try:
                learned[code] = Learned.load(data)
            except ValueError:
                logger.exception("The learned model of %s cannot be read; the base model is used.", code)
        return Matcher(self.frameworks, sentence_model=sentence_model, learned=learned, kept=kept)


logger = logging.getLogger(__name__)
_lock = threading.Lock()
_kept: tuple[State, Matcher] | None = None


def current() -> Matcher:
    """The matcher for the frameworks and models as they are now. Two queries; a third when it has to be made anew."""
    global _kept
    frameworks, active = read_frameworks(), _active()
    state = _state(frameworks, active)
    with _lock:
        if _kept is None or _kept[0] != state:
            _kept = (
                state,
                Recipe(frameworks, _data(active)).build(kept=settings.MIGOV_HOME / "matching" / "vectors.npz"),
            )
        return _kept[1]


def recipe() -> Recipe:
    """What a matcher is made of now, for worker processes. Three queries."""
    return Recipe(read_frameworks(), _data(_active()))


def forget() -> None:
    """Let go of the matcher of this process; the next one who asks makes it anew."""
    global _kept
    with _lock:
        _kept = None


def read_frameworks(codes: Iterable[str] | None = None) -> tuple[Framework, ...]:
    """The frameworks of the database as the matcher knows them, in their order; without elements that were retired, and without
    frameworks that say no main level. One query.

    codes: only these.
    """
    rows = tables.Element.objects.filter(retired_at__isnull=True)
    if codes is not None:
        rows = rows.filter(framework__code__in=codes)
    values = rows.order_by("framework__order", "framework__code", "order", "pk").values_list(
        "framework__code", "framework__title", "code", "title", "kind", "parent__code", "main__code", "scope", "text",
        "terms", "exclude",
    )  # fmt: skip
    found: dict[tuple[str, str], list[Element]] = {}
    for framework, name, code, title, kind, parent, main, scope, text, terms, exclude in values:
        element = Element(
            code=code, title=title, kind=kind, parent=parent, main=main, scope=scope, text=text,
            terms=tuple(map(str, terms)), exclude=tuple(map(str, exclude)),
        )  # fmt: skip
        found.setdefault((framework, name), []).append(element)
    made = (Framework(code, name, tuple(elements)) for (code, name), elements in found.items())
    return tuple(framework for framework in made if framework.main)


def _active() -> dict[str, int]:
    """Framework → the key of the learned model in use."""
    versions = ModelVersion.objects.filter(state=ModelVersion.State.ACTIVE).order_by("framework__code")
    return dict(versions.values_list("framework__code", "pk"))


def _data(active: Mapping[str, int]) -> dict[str, bytes]:
    if not active:
        return {}
    rows = ModelVersion.objects.filter(pk__in=active.values()).order_by("framework__code")
    return {code: bytes(data) for code, data in rows.values_list("framework__code", "data")}


def _state(frameworks: tuple[Framework, ...], active: Mapping[str, int]) -> State:
    return tuple((framework.code, framework.digest) for framework in frameworks), tuple(active.items())
