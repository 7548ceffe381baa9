"""The structure of a Cooperation Framework: kept from a document, and written, moved and read by hand."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.governance.models import CooperationFramework, Part, PartJudgement, PartKind, Uptake
from migov.work.governance.unsdcf.actions import ground
from migov.work.governance.unsdcf.actions.ground import Conflict, UnsdcfError
from migov.work.governance.unsdcf.reading.draft import LONGEST, MOST_PARTS, UNDER, Found


@dataclass(frozen=True, slots=True)
class Said:
    """What is written of a part. parent: the key of the part it stands under."""

    kind: str
    text: str
    number: str = ""
    parent: int | None = None
    baseline: str = ""
    target: str = ""
    source: str = ""


def in_order(parts: Iterable[Part]) -> list[tuple[int, Part]]:
    """Depth and part, each after the one it stands under."""
    below: dict[int | None, list[Part]] = {}
    for part in sorted(parts, key=lambda one: (one.order, one.pk)):
        below.setdefault(part.parent_id, []).append(part)

    def walk(above: int | None, depth: int) -> Iterable[tuple[int, Part]]:
        for part in below.get(above, ()):
            yield depth, part
            yield from walk(part.pk, depth + 1)

    return list(walk(None, 0))


@transaction.atomic
def keep(
    framework: CooperationFramework, found: Sequence[Found], chosen: Iterable[int], *, by: Actor, replace: bool = False,
    came_from: str = "",
) -> int:  # fmt: skip
    """Keep parts that were found in a document. chosen: their places in the list. A part whose parent is not chosen goes under the next
    one above. One that is there already, word for word, is not kept twice: what was found under it goes under the one that is there.
    replace: in the place of all that is there, as long as nothing was judged. Returns how many were kept.

    Raises PermissionDenied, UnsdcfError.
    """
    home = ground.held(framework.pk, by, ground.WRITE)
    wanted = sorted({at for at in chosen if 0 <= at < len(found)})
    if not wanted:
        raise UnsdcfError(_("Choose at least one part."))
    there = Part.objects.filter(framework=home)
    if replace:
        if PartJudgement.objects.filter(part__framework=home).exists():
            raise UnsdcfError(_("Parts of it are judged already: new ones can be added, but nothing is replaced."))
        there.delete()
    count = there.count()
    if count + len(wanted) > MOST_PARTS:
        raise UnsdcfError(_("A Cooperation Framework has at most %(most)d parts here.") % {"most": MOST_PARTS})
    order = (there.order_by("-order").values_list("order", flat=True).first() or 0) + 1
    made: dict[int, Part] = {}
    held, new = set(wanted), 0
    standing = {_words(one): one for one in there.order_by("-order", "-pk")}
    # Level by level: a part needs the key of the one above it.
    for kind in PartKind.values:
        rows = []
        for at in wanted:
            one = found[at]
            if one.kind != kind:
                continue
            above = one.parent
            while above is not None and above not in held:
                above = found[above].parent
            parent = made[above] if above is not None else None
            if parent is not None and parent.kind not in UNDER[kind]:
                parent = None
            part = Part(
                framework=home, parent=parent, kind=kind, number=one.number, text=one.text, baseline=one.baseline,
                target=one.target, source=one.source, order=order + at,
            )  # fmt: skip
            made[at] = standing.get(_words(part), part)
            if made[at] is part:
                rows.append(part)
        new += len(Part.objects.bulk_create(rows, batch_size=200))
    if not new:
        raise UnsdcfError(_("All of these parts are there already."))
    _renumber(home)
    ground.grew(home)
    detail = {"parts": new, "from": came_from[:200], "replaced": count if replace else 0}
    journal.write("structure read", by=by, record=home.record, detail=detail)
    return new


def _words(part: Part) -> tuple[str, str, int | None]:
    """By what a part is known again: its kind and words; an indicator also by what it stands under."""
    return part.kind, part.text.lower().strip(" ."), part.parent_id if part.kind == PartKind.INDICATOR else None


@transaction.atomic
def write(
    framework: CooperationFramework, said: Said, *, by: Actor, part: Part | None = None, seen: int | None = None
) -> Part:
    """Add a part, or change one. What a person wrote counts as read. seen: the revision of the part on the page.

    Raises PermissionDenied, Conflict, UnsdcfError with the field.
    """
    home = ground.held(framework.pk, by, ground.WRITE)
    text = ground.text(said.text, "text", LONGEST)
    if not text:
        raise UnsdcfError(_("Write the words of this part."), "text")
    if said.kind not in PartKind.values:
        raise UnsdcfError(_("Choose one of the kinds."), "kind")
    values: dict[str, Any] = {"kind": said.kind, "text": text, "number": ground.line(said.number, "number", 20)}
    for name, longest in (("baseline", 200), ("target", 200), ("source", 300)):
        values[name] = ground.line(getattr(said, name), name, longest)
    if said.kind != PartKind.INDICATOR and any(values[name] for name in ("baseline", "target", "source")):
        raise UnsdcfError(_("Baseline, target and source belong to indicators."), "kind")
    parent = _parent(home, said, part)
    values["parent"] = parent
    if part is None:
        if Part.objects.filter(framework=home).count() >= MOST_PARTS:
            raise UnsdcfError(_("A Cooperation Framework has at most %(most)d parts here.") % {"most": MOST_PARTS})
        if Part.objects.filter(framework=home, kind=said.kind, parent=parent, text=text).exists():
            raise UnsdcfError(_("This very part is there already."), "text")
        last = Part.objects.filter(framework=home).order_by("-order").values_list("order", flat=True).first() or 0
        made = Part.objects.create(framework=home, order=last + 1, checked=True, **values)
        journal.write("part added", by=by, record=home.record, detail={"part": _name(made)})
    else:
        made = _mine(home, part.pk)
        _not_newer(made, seen)
        changed = ground.changes(made, {**values, "checked": True})
        if not changed:
            return made
        if "kind" in changed and made.children.exclude(kind__in=_above(said.kind)).exists():
            raise UnsdcfError(_("What stands under it cannot stand under this kind."), "kind")
        made.revision += 1
        made.save()
        journal.write("part changed", by=by, record=home.record, detail={"part": _name(made), "fields": changed})
    _renumber(home)
    ground.grew(home)
    return Part.objects.get(pk=made.pk)


def _above(kind: str) -> list[str]:
    """The kinds that may stand under a kind."""
    return [one for one, above in UNDER.items() if kind in above]


def _parent(home: CooperationFramework, said: Said, part: Part | None) -> Part | None:
    if said.parent is None:
        return None
    parent = Part.objects.filter(framework=home, pk=said.parent).first()
    if parent is None or (part is not None and parent.pk == part.pk):
        raise UnsdcfError(_("Choose a part of this Cooperation Framework."), "parent")
    if parent.kind not in UNDER[said.kind]:
        words = {"kind": PartKind(said.kind).label, "above": PartKind(parent.kind).label}
        raise UnsdcfError(_("An %(kind)s cannot stand under an %(above)s.") % words if said.kind != PartKind.PRIORITY
                          else _("A priority stands on top."), "parent")  # fmt: skip
    return parent


def _mine(home: CooperationFramework, key: int) -> Part:
    found = Part.objects.select_for_update(of=("self",)).filter(framework=home, pk=key).first()
    if found is None:
        raise UnsdcfError(_("Somebody removed this part meanwhile."))
    return found


def _not_newer(part: Part, seen: int | None) -> None:
    if seen is not None and part.revision != seen:
        raise Conflict(_("Somebody changed this part meanwhile. It reads now: “%(text)s”") % {"text": part.text[:300]})


def _name(part: Part) -> str:
    return f"{part.kind} {part.number}: {part.text[:120]}"


@transaction.atomic
def move(part: Part, step: int, *, by: Actor) -> None:
    """Move a part with all under it before (step -1) or after (1) its neighbour.

    Raises PermissionDenied, UnsdcfError.
    """
    home = ground.held(part.framework_id, by, ground.WRITE)
    found = _mine(home, part.pk)
    beside = sorted(Part.objects.filter(framework=home, parent=found.parent_id), key=lambda one: (one.order, one.pk))
    at = next(place for place, one in enumerate(beside) if one.pk == found.pk)
    to = at + (1 if step > 0 else -1)
    if not 0 <= to < len(beside):
        return
    other = beside[to]
    found.order, other.order = other.order, found.order
    Part.objects.bulk_update([found, other], ["order"])
    _renumber(home)
    ground.grew(home)
    journal.write("part moved", by=by, record=home.record, detail={"part": _name(found)})


@transaction.atomic
def remove(part: Part, *, by: Actor, seen: int | None = None) -> int:
    """Remove a part with all under it; what was ever judged stays. Returns how many went.

    Raises PermissionDenied, Conflict, UnsdcfError.
    """
    home = ground.held(part.framework_id, by, ground.WRITE)
    found = _mine(home, part.pk)
    _not_newer(found, seen)
    tree = in_order(Part.objects.filter(framework=home))
    at = next(place for place, (_depth, one) in enumerate(tree) if one.pk == found.pk)
    gone = [found.pk]
    for depth, one in tree[at + 1 :]:
        if depth <= tree[at][0]:
            break
        gone.append(one.pk)
    if PartJudgement.objects.filter(part__in=gone).exists() or Uptake.objects.filter(judgement__part__in=gone).exists():
        raise UnsdcfError(_("This part, or one under it, was judged: it stays. Change its words instead."))
    Part.objects.filter(pk__in=gone).delete()
    ground.grew(home)
    journal.write("part removed", by=by, record=home.record, detail={"part": _name(found), "with": len(gone) - 1})
    return len(gone)


@transaction.atomic
def mark_read(framework: CooperationFramework, keys: Iterable[int] | None = None, *, by: Actor) -> int:
    """Note that a person read parts that the program found; None for all. Returns how many. Raises PermissionDenied, UnsdcfError."""
    home = ground.held(framework.pk, by, ground.WRITE)
    rows = Part.objects.filter(framework=home, checked=False)
    if keys is not None:
        rows = rows.filter(pk__in=list(keys))
    done = rows.update(checked=True)
    if done:
        journal.write("parts read", by=by, record=home.record, detail={"parts": done})
    return done


def _renumber(home: CooperationFramework) -> None:
    """Let the order of the rows be the order in which the tree is read."""
    moved = []
    for at, (_depth, part) in enumerate(in_order(Part.objects.filter(framework=home).only("parent_id", "order")), 1):
        if part.order != at:
            part.order = at
            moved.append(part)
    Part.objects.bulk_update(moved, ["order"], batch_size=200)
