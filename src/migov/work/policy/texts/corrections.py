"""Correcting the structure of a version by hand: what is called what, where one provision ends and the next begins, what holds what.

Provisions keep their rows, so that what points at them (a review) still does; identifiers, labels and digests are made anew.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import CharField, F, ProtectedError, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.policy.models import Provision, ProvisionKind, TextVersion, VersionState
from migov.work.policy.texts import storing
from migov.work.policy.texts.actions import WRITE
from migov.work.policy.texts.errors import Conflict, TextError
from migov.work.policy.texts.numerals import tidy
from migov.work.policy.texts.tree import CONTAINERS, Piece, digest, marked

UPDATED = [
    "parent",
    "article",
    "kind",
    "number",
    "heading",
    "text",
    "label",
    "eid",
    "digest",
    "application",
    "order",
    "depth",
]


@dataclass(frozen=True, slots=True)
class Place:
    """A piece within its tree. above: from the root down to what holds it. lists: those that all of these, and it, stand in."""

    piece: Piece
    above: list[Piece]
    lists: list[list[Piece]]

    @property
    def among(self) -> list[Piece]:
        """The list it stands in."""
        return self.lists[-1]

    @property
    def index(self) -> int:
        return next(at for at, one in enumerate(self.among) if one is self.piece)


Change = Callable[[Place], None]


@transaction.atomic
def correct(
    version: TextVersion,
    provision: int,
    change: Change,
    *,
    by: Actor,
    verb: str,
    seen: int | None = None,
    at: datetime | None = None,
) -> TextVersion:
    """Make a change to the tree of a version at one provision, and write what follows from it. seen: the revision that the page showed.

    Raises PermissionDenied, Conflict, TextError with the field.
    """
    locked = TextVersion.objects.select_for_update().select_related("text__record").get(pk=version.pk)
    access.require(by, WRITE, locked.text.record)
    if seen is not None and locked.revision != seen:
        raise Conflict(
            _("The structure was corrected by somebody else meanwhile. Look at it again; nothing of yours was saved.")
        )
    rows = list(locked.provisions.order_by("order"))
    roots, keys = storing.forest(rows)
    place = _find([], [roots], next((piece for piece, key in keys.items() if key == provision), 0))
    if place is None:
        raise TextError(_("This provision is not there any more."))
    label = place.piece.label
    change(place)
    _hold(roots, None)
    storing.renamed(roots)
    _write(locked, rows, roots, keys)
    locked.state, locked.why = VersionState.CHECKED, ""
    locked.revision += 1
    own = [root for root in roots if not root.eid.startswith("att_")]
    locked.found = locked.found | {"articles": sum(one.kind == "article" for root in own for one in root.walk())}
    locked.save(update_fields=["state", "why", "revision", "found"])
    detail = {"version": locked.number, "what": verb, "provision": label}
    journal.write("structure corrected", by=by, record=locked.text.record, detail=detail, at=at)
    return locked


def mark_checked(version: TextVersion, *, by: Actor, seen: int | None = None) -> TextVersion:
    """Say that a person looked at the structure and found it right. Raises PermissionDenied, Conflict, TextError."""
    with transaction.atomic():
        locked = TextVersion.objects.select_for_update().select_related("text__record").get(pk=version.pk)
        access.require(by, WRITE, locked.text.record)
        if seen is not None and locked.revision != seen:
            raise Conflict(_("The structure was corrected by somebody else meanwhile. Look at it again."))
        if locked.state not in (VersionState.READ, VersionState.CHECKED):
            raise TextError(_("No structure was found yet; there is nothing to check."))
        if locked.state == VersionState.READ:
            locked.state = VersionState.CHECKED
            locked.revision += 1
            locked.save(update_fields=["state", "revision"])
            journal.write("structure checked", by=by, record=locked.text.record, detail={"version": locked.number})
        return locked


def rename(*, number: str, heading: str, kind: str, application: str = "") -> Change:
    """Another number, heading or kind; from when it applies. Raises TextError when used on a place where the kind cannot stand."""

    def change(place: Place) -> None:
        if kind not in ProvisionKind.values:
            raise TextError(_("Choose a kind."), "kind")
        piece = place.piece
        piece.number, piece.heading, piece.kind = tidy(number)[:40], " ".join(heading.split()), kind
        piece.application = application.strip()[:200]
        if kind == "article" and not piece.unit:
            known = (one.unit for root in place.lists[0] for one in root.walk() if one.kind == "article" and one.unit)
            piece.unit = next(known, "article")

    return change


def split(*, at: str, number: str = "") -> Change:
    """A provision in two: the second, of the same kind, begins with the words `at`, and takes over what stands below."""

    def change(place: Place) -> None:
        piece = place.piece
        words = " ".join(at.split())
        start = _start_of(piece.text, words)
        if not words:
            raise TextError(_("Write the first words of the second part."), "at")
        if start is None:
            raise TextError(_("These words are not in the text of this provision."), "at")
        if start == 0:
            raise TextError(_("The first part would be empty: choose words further down."), "at")
        second = Piece(piece.kind, tidy(number)[:40], "", piece.text[start:].strip(), unit=piece.unit)
        second.children, piece.children = piece.children, []
        piece.text = piece.text[:start].strip()
        place.among.insert(place.index + 1, second)

    return change


def _start_of(text: str, words: str) -> int | None:
    """Where words begin in a text, whatever white space parts them; at the beginning of a word only."""
    pattern = r"\s+".join(re.escape(word) for word in words.split())
    found = re.search(rf"(?<!\w){pattern}", text) if pattern else None
    return found.start() if found else None


def join() -> Change:
    """A provision becomes part of the one before it: its words follow, and what stands below it."""

    def change(place: Place) -> None:
        at, piece = place.index, place.piece
        if at:
            before = place.among[at - 1]
        elif place.above:
            before = place.above[-1]
        else:
            raise TextError(_("Nothing stands before it."))
        said = "\n".join(filter(None, (piece.heading, marked(piece.kind, piece.number, piece.text))))
        place.among.pop(at)
        if at and before.children:  # its words follow the last of what stands below
            last = before
            while last.children:
                last = last.children[-1]
            last.text = "\n".join(filter(None, (last.text, said)))
        else:
            before.text = "\n".join(filter(None, (before.text, said)))
        if at:
            before.children += piece.children
        else:
            before.children[0:0] = piece.children

    return change


def move_in() -> Change:
    """One level down: a provision becomes the last of those below the one before it."""

    def change(place: Place) -> None:
        at = place.index
        if not at:
            raise TextError(_("Nothing stands before it on the same level."))
        place.among[at - 1].children.append(place.among.pop(at))

    return change


def move_out() -> Change:
    """One level up: a provision follows the one that held it, and takes with it what stood after it."""

    def change(place: Place) -> None:
        if not place.above:
            raise TextError(_("It stands on the highest level already."))
        holder, at = place.above[-1], place.index
        after = place.among[at + 1 :]
        del place.among[at:]
        place.piece.children += after
        target = place.lists[-2]
        target.insert(next(one for one, other in enumerate(target) if other is holder) + 1, place.piece)

    return change


def _find(above: list[Piece], lists: list[list[Piece]], key: int) -> Place | None:
    for piece in lists[-1]:
        if id(piece) == key:
            return Place(piece, above, lists)
        if found := _find([*above, piece], [*lists, piece.children], key):
            return found
    return None


def _hold(pieces: list[Piece], article: Piece | None) -> None:
    """Raise TextError where a kind stands in a place it cannot have."""
    for piece in pieces:
        if article is not None and piece.kind in CONTAINERS:
            raise TextError(_("A part, chapter, section or schedule cannot stand inside an article."), "kind")
        if article is not None and piece.kind == "article":
            raise TextError(_("An article cannot stand inside an article."), "kind")
        _hold(piece.children, piece if piece.kind == "article" else article)


def _write(version: TextVersion, rows: list[Provision], roots: list[Piece], keys: dict[int, int]) -> None:
    """Write the tree back: rows that stay are changed where they differ, new ones made, those that went removed."""
    known = {row.pk: row for row in rows}
    before = {row.pk: _values(row) for row in rows}
    used: set[str] = set()
    placed: list[Provision] = []

    def put(pieces: list[Piece], parent: Provision | None, article: Provision | None, depth: int) -> None:
        for piece in pieces:
            fields = storing.columns(piece, used)
            row = known.get(keys.get(id(piece), 0)) or Provision(version=version)
            row.parent, row.kind, row.heading, row.text = parent, ProvisionKind(piece.kind), piece.heading, piece.text
            row.number, row.label, row.eid, row.application = (
                fields[one] for one in ("number", "label", "eid", "application")
            )
            row.digest, row.order, row.depth = digest(piece.words()), len(placed), depth
            row.article = row if piece.kind == "article" and article is None else article
            placed.append(row)
            put(piece.children, row, row.article, depth + 1)

    put(roots, None, None, 0)
    # Identifiers are unique at every moment: those that change step aside before they take their new places.
    aside = [row.pk for row in placed if row.pk and before[row.pk]["eid"] != row.eid]
    gone = set(known) - {row.pk for row in placed}
    version.provisions.filter(pk__in=[*aside, *gone]).update(
        eid=Concat(Value("~"), Cast(F("pk"), CharField(max_length=20)))
    )
    made = [row for row in placed if row.pk is None]
    for row in made:
        own = row.article is row
        if own:
            row.article = None
        row.save()
        if own:
            row.article = row
    changed = [row for row in placed if row in made or before.get(row.pk) != _values(row)]
    Provision.objects.bulk_update(changed, UPDATED, batch_size=50)
    try:
        with transaction.atomic():
            version.provisions.filter(pk__in=gone).delete()
    except ProtectedError:
        raise TextError(_("A review points at this provision; it cannot be joined with another.")) from None


def _values(row: Provision) -> dict[str, object]:
    """What is stored of a row, for telling whether it changed. No query."""
    own = {name: getattr(row, name) for name in UPDATED if name not in ("parent", "article")}
    return own | {"parent": _key(row, "parent"), "article": _key(row, "article")}


def _key(row: Provision, name: str) -> int | None:
    """The key of what a row points at, also where that was saved only after it was put there."""
    held = row._state.fields_cache.get(name)
    return held.pk if held is not None else getattr(row, f"{name}_id")
