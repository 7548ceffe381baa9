"""Between the tree that the reader makes and the rows of the database."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext as _

from migov.foundation.bulk import BulkWriter
from migov.work.policy.models import Provision, ProvisionKind, TextVersion
from migov.work.policy.texts.tree import UNITS, Outline, Piece, digest, name

LONGEST = {"number": 40, "label": 200, "eid": 200, "application": 200}
FIELDS = (
    "id", "version_id", "parent_id", "article_id", "kind", "number", "heading", "text", "label", "eid", "digest", "application", "order",
    "depth",
)  # fmt: skip


def whole_outline(outline: Outline) -> list[Piece]:
    """All pieces of an outline as one forest: texts printed behind it stand as schedules, the closing words as the last piece."""
    roots = list(outline.pieces)
    for place, other in enumerate(outline.attached, 1):
        holder = Piece(
            "schedule",
            "",
            other.title,
            other.preface,
            eid=f"att_{place}",
            label=other.title[:200] or _("Attached text"),
        )
        holder.children = other.pieces
        roots.append(holder)
    if outline.closing:
        roots.append(Piece("text", text=outline.closing, eid="closing", label=_("Closing words")))
    return roots


def write(version: TextVersion, outline: Outline) -> int:
    """Write all provisions of a version that has none. Within a transaction. Returns how many. The outline has its names."""
    with BulkWriter() as writer:
        table = writer.table(Provision, FIELDS)
        keys = writer.ids(Provision)
        count = 0
        used: set[str] = set()

        def add(pieces: Iterable[Piece], parent: int | None, article: int | None, depth: int) -> None:
            nonlocal count
            for piece in pieces:
                key = next(keys)
                own = key if piece.kind == "article" and article is None else article
                fields = columns(piece, used)
                table.rows.append(
                    (key, version.pk, parent, own, piece.kind, fields["number"], piece.heading, piece.text, fields["label"],
                     fields["eid"], digest(piece.words()), fields["application"], count, depth)
                )  # fmt: skip
                count += 1
                add(piece.children, key, own, depth + 1)

        add(whole_outline(outline), None, None, 0)
        writer.flush()
    return count


def columns(piece: Piece, used: set[str]) -> dict[str, str]:
    """The short fields of a piece, cut to what the database holds; its identifier is once in `used`, to which it is added."""
    said = {field: getattr(piece, field)[:most] for field, most in LONGEST.items()}
    eid, more = said["eid"], 2
    while said["eid"] in used:
        said["eid"] = f"{eid[: LONGEST['eid'] - 6]}-{more}"
        more += 1
    used.add(said["eid"])
    return said


def forest(provisions: Sequence[Provision]) -> tuple[list[Piece], dict[int, int]]:
    """The rows of a version as trees, and the key of each piece by `id(piece)`. provisions: in reading order."""
    roots: list[Piece] = []
    made: dict[int, Piece] = {}
    keys: dict[int, int] = {}
    for one in provisions:
        piece = Piece(
            one.kind,
            one.number,
            one.heading,
            one.text,
            unit=unit_of(one),
            application=one.application,
            eid=one.eid,
            label=one.label,
        )
        made[one.pk] = piece
        keys[id(piece)] = one.pk
        above = made.get(one.parent_id or 0)
        (above.children if above else roots).append(piece)
    return roots, keys


def unit_of(provision: Provision) -> str:
    """What an article is called: the word of its identifier."""
    if provision.kind != ProvisionKind.ARTICLE:
        return ""
    short = re.split(r"_", provision.eid.split("__")[-1], maxsplit=1)[0]
    return next((unit for unit, its in UNITS.items() if its == short), "article")


def outline_of(version: TextVersion, provisions: Sequence[Provision]) -> Outline:
    """The outline of a stored version, for writing it to a file; identifiers are those that are stored."""
    roots, _keys = forest(provisions)
    found = Outline(preface=version.preface, pieces=roots)
    if roots and roots[-1].eid == "closing":
        found.closing = roots.pop().text
    return found


def renamed(roots: list[Piece]) -> None:
    """Give all pieces their identifiers and labels anew; the closing words keep theirs."""
    closing = roots[-1] if roots and roots[-1].eid == "closing" else None
    attached = [piece for piece in roots if piece.eid.startswith("att_")]
    kept = {id(piece): (piece.eid, piece.label) for piece in (*attached, *([closing] if closing else []))}
    plain = Outline(pieces=[piece for piece in roots if id(piece) not in kept])
    plain.attached = [Outline(pieces=piece.children) for piece in attached]
    name(plain)
    for piece in (*attached, *([closing] if closing else [])):
        piece.eid, piece.label = kept[id(piece)]
