"""Changes to frameworks: loading a pack from a folder, and the packs that migov ships."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.frameworks import crosswalks
from migov.foundation.frameworks.faults import Fault, PackRefused, shortened
from migov.foundation.frameworks.models import Certainty, Element, Framework
from migov.foundation.frameworks.packs import Pack, PackElement, read_pack
from migov.foundation.frameworks.trees import Branch, CircularTree, standings
from migov.foundation.people import access
from migov.foundation.people.access import SYSTEM, Actor
from migov.foundation.records import journal

TITLE_FROM_TEXT = 120
SHIPPED = files("migov.foundation.frameworks") / "packs"
PLACING = ["parent", "main", "order", "depth"]
FILLED = ["kind", "title", "scope", "text", "terms", "exclude", "migration", "source", "certainty", "retired_at"]


@dataclass
class PackSummary:
    """What loading a pack did. `kept`: elements of the framework that the pack does not mention and that stay as they
    are.
    """

    framework: str
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0
    links_created: int = 0
    links_updated: int = 0
    links_unchanged: int = 0
    links_removed: int = 0
    left_out: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def changed(self) -> bool:
        return bool(
            self.created or self.updated or self.links_created or self.links_updated or self.links_removed
        )  # fmt: skip

    def as_detail(self) -> dict[str, Any]:
        """The summary for the journal and for machines."""
        return {name: value for name, value in vars(self).items() if value not in (0, [])}


@transaction.atomic
def load_pack(folder: Path | str | Traversable, *, by: Actor) -> PackSummary:
    """Load a pack folder: create or update its framework, elements and links.

    Elements are matched by code and keep their identity, so alignments are never lost. An empty cell leaves what
    stands; elements that the pack does not mention stay. A row whose code an earlier row has is left out, a link to a
    framework or element that is not loaded waits until the pack is loaded again; both are reported. Raises
    PackRefused (nothing is changed) and PermissionDenied.
    """
    access.require(by, "frameworks.load")
    pack = read_pack(folder, strict=False)
    summary = _load_elements(pack)
    crosswalks.load(pack, summary)
    journal.write("framework loaded", by=by, detail=summary.as_detail())
    return summary


@transaction.atomic
def load_shipped(*, by: Actor = SYSTEM) -> list[PackSummary]:
    """Load the packs that migov ships, in their order, then the links between them.

    A pack that was applied before and has not changed since is passed over: this costs next to nothing the second
    time, and does not undo a richer pack that was loaded in between. Links marked as our own that the shipped packs
    no longer state are removed.
    """
    access.require(by, "frameworks.load")
    applied = dict(Framework.objects.exclude(shipped="").values_list("code", "shipped"))
    folders = sorted((f for f in SHIPPED.iterdir() if (f / "framework.toml").is_file()), key=lambda f: f.name)
    digests = {folder.name: _digest(folder) for folder in folders}
    if set(applied.values()) == set(digests.values()):
        counts = _counts(applied)
        return [PackSummary(code, unchanged=counts[code]) for code in applied]
    packs = sorted(((read_pack(f), digests[f.name]) for f in folders), key=lambda pair: pair[0].given.get("order", 0))
    summaries = []
    for pack, digest in packs:
        if applied.get(pack.code) == digest:
            summaries.append(PackSummary(pack.code, unchanged=len(pack.elements)))
        else:
            summaries.append(_load_elements(pack))
            Framework.objects.filter(code=pack.code).update(shipped=digest)
    for (pack, _digest_of), summary in zip(packs, summaries, strict=True):
        crosswalks.load(pack, summary)
    crosswalks.remove_stale([pack for pack, _digest_of in packs], {summary.framework: summary for summary in summaries})
    for summary in summaries:
        if summary.changed:
            journal.write("framework loaded", by=by, detail={**summary.as_detail(), "shipped": True})
    return summaries


def _counts(codes: dict[str, str]) -> dict[str, int]:
    counted = dict.fromkeys(codes, 0)
    for code in Element.objects.filter(framework__code__in=codes).values_list("framework__code", flat=True):
        counted[code] += 1
    return counted


def _digest(folder: Traversable) -> str:
    sha = hashlib.sha256()
    for name in ("framework.toml", "elements.csv", "crosswalk.csv"):
        file = folder / name
        sha.update(name.encode() + (file.read_bytes() if file.is_file() else b""))
    return sha.hexdigest()


def _load_elements(pack: Pack) -> PackSummary:
    summary = PackSummary(pack.code, left_out=[str(fault) for fault in pack.left_out], notes=list(pack.notes))
    framework, new = Framework.objects.select_for_update().get_or_create(code=pack.code, defaults=pack.given)
    if not new:
        _fill(framework, pack.given)
        framework.save()
    standing = {element.code: element for element in framework.elements.all()}
    before = {code: _values(element, [*FILLED, *PLACING]) for code, element in standing.items()}
    inherited = pack.given.get("certainty") or (Certainty.TO_CHECK if new else framework.certainty)
    fresh = []
    for stated in pack.elements:
        element = standing.get(stated.code)
        if element is None:
            element = Element(framework=framework, code=stated.code, migration=_touches(stated, pack, standing))
            element.certainty = inherited
            standing[stated.code] = element
            fresh.append(element)
        _apply(element, stated)
    Element.objects.bulk_create(fresh)
    _place(pack, framework, standing)
    changed = [e for code, e in standing.items() if code in before and _values(e, [*FILLED, *PLACING]) != before[code]]
    Element.objects.bulk_update(changed, [*FILLED, *PLACING], batch_size=200)
    Element.objects.bulk_update(fresh, PLACING, batch_size=500)
    stated_codes = {element.code for element in pack.elements}
    summary.created = len(fresh)
    summary.updated = sum(1 for element in changed if element.code in stated_codes)
    summary.unchanged = len(stated_codes) - summary.created - summary.updated
    summary.kept = len(standing) - len(stated_codes)
    return summary


def _values(element: Element, names: list[str]) -> list[Any]:
    return [getattr(element, f"{name}_id" if name in ("parent", "main") else name) for name in names]


def _fill(target: Framework | Element, stated: dict[str, Any]) -> None:
    for name, value in stated.items():
        if value is not None:
            setattr(target, name, value)


def _apply(element: Element, stated: PackElement) -> None:
    """Write what the row says over what stands; what it leaves empty stays."""
    made_title = not element.title or (bool(element.text) and element.title == title_from(element.text))
    for name in ("kind", "title", "scope", "text", "migration", "source", "certainty"):
        value = getattr(stated, name)
        if value is not None:
            setattr(element, name, value)
    if stated.terms is not None:
        element.terms = list(stated.terms)
    if stated.exclude is not None:
        element.exclude = list(stated.exclude)
    if stated.title is None and made_title:
        element.title = title_from(element.text)
    element.retired_at = None


def title_from(text: str) -> str:
    """A title for an element that has only a text: its first sentence, or as much of it as fits in 120 characters."""
    line = " ".join(text.split())
    end = line.find(". ")
    sentence = line[:end] if end > 0 else line
    return shortened(sentence.rstrip("."), TITLE_FROM_TEXT)


def _touches(stated: PackElement, pack: Pack, standing: dict[str, Element]) -> bool:
    """Whether migration work touches a new element that does not say so itself: as its parent; at the top, yes."""
    if stated.migration is not None:
        return stated.migration
    rows = {element.code: element for element in pack.elements}
    code = stated.parent
    while code is not None:
        if code in standing:
            return standing[code].migration
        if rows[code].migration is not None:
            return bool(rows[code].migration)
        code = rows[code].parent
    return True


def _place(pack: Pack, framework: Framework, standing: dict[str, Element]) -> None:
    """Set parent, order, depth and main of all elements: those of the pack in its order, then the others as they
    were.
    """
    rank = {element.code: (0, place) for place, element in enumerate(pack.elements)}
    by_key = {element.pk: element for element in standing.values()}
    parents = {code: by_key[e.parent_id].code if e.parent_id else None for code, e in standing.items()}
    parents.update({element.code: element.parent for element in pack.elements if element.parent is not None})
    branches = [
        Branch(code, parents[code], element.kind, rank.get(code, (1, element.order)))
        for code, element in standing.items()
    ]
    try:
        found = standings(branches, framework.main_level)
    except CircularTree as error:
        expected = _("a tree without circles, together with the elements that are loaded already")
        raise PackRefused(
            pack.code, [Fault("elements.csv", None, "parent", expected, ", ".join(error.codes))]
        ) from error
    for code, element in standing.items():
        place, parent = found[code], parents[code]
        element.parent = standing[parent] if parent else None
        element.main = standing[place.main] if place.main else None
        element.order, element.depth = place.order, place.depth
