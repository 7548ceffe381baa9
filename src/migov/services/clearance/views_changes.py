"""What changed since another round, and how the remarks made until then were met."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from migov.services.alignment.access import person
from migov.services.clearance import queries
from migov.services.clearance import views_frame as frame
from migov.services.clearance.comparison import LineChange, Met, PartChange, SumChange
from migov.services.clearance.content import Content
from migov.services.clearance.models import Clearance
from migov.services.clearance.queries import Abilities
from migov.services.clearance.views_focus import focus


@dataclass(frozen=True)
class LineShown:
    """A row that changed, with the remarks on it. cells: of an added or removed row, its values under their headings."""

    change: LineChange
    remarks: list[Met] = field(default_factory=list)
    cells: list[tuple[Any, Any]] = field(default_factory=list)
    why: str = ""


@dataclass(frozen=True)
class PartShown:
    """A part that changed. more: rows that changed and are not shown."""

    change: PartChange
    remarks: list[Met] = field(default_factory=list)
    lines: list[LineShown] = field(default_factory=list)
    why: str = ""
    more: int = 0

    @property
    def sums(self) -> list[SumChange]:
        """The sums that changed, of amounts only: unit costs stand before them and do not add up."""
        money = [heading.key for heading in self.change.headings if heading.kind == "money"]
        return [one for one in self.change.sums if one.heading.key == money[-1]]


@require_safe
def changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Two rounds compared, the newest with the one before it unless the address says otherwise. Who has a seat first sees what
    concerns them; ?show=all shows everything.
    """
    clearance = frame.clearance_or_404(request, pk)
    user, can = person(request), queries.abilities(person(request), clearance)
    to = _number(request, "to", clearance.round)
    since = _number(request, "from", max(to - 1, 1))
    common: dict[str, Any] = {"to": to, "since": since, "rounds": range(1, clearance.round + 1)}
    if clearance.round < 2:
        return frame.show(request, clearance, "changes", "clearance/changes.html", can=can, first=True, **common)
    if since >= to:
        problem = _("The first round has to be an earlier one than the second.")
        return frame.show(
            request, clearance, "changes", "clearance/changes.html", can=can, problem=problem, status=400, **common
        )
    found = queries.changes(clearance, to, since)
    if found is None:
        raise Http404(_("There is no such round."))
    comparison, remarks = found
    submission = queries.round_of(clearance, to)
    concerns = _concerns(clearance, queries.content_of(submission), can, user.pk, remarks)
    personal = can.seat is not None
    everything = not personal or request.GET.get("show") == "all"
    parts = [_part(part, remarks, concerns, everything) for part in comparison.parts]
    shown = [part for part in parts if part is not None]
    placed = {id(met) for part in shown for met in _remarks_of(part)}
    rest = [met for met in remarks if id(met) not in placed and (everything or met.comment.by_id == user.pk)]
    context: dict[str, Any] = common | {
        "comparison": comparison, "parts": shown, "rest": rest, "submission": submission, "personal": personal,
        "everything": everything, "hidden": len(comparison.parts) - len(shown) + sum(part.more for part in shown),
        "met": sum(met.met for met in remarks), "remarks": len(remarks),
    }  # fmt: skip
    return frame.show(request, clearance, "changes", "clearance/changes.html", can=can, **context)


def _number(request: HttpRequest, name: str, otherwise: int) -> int:
    asked = request.GET.get(name, "")
    if not asked:
        return otherwise
    number = frame.number_of(asked)
    if not number:
        raise Http404(_("Rounds are numbers from 1."))
    return number


def _concerns(
    clearance: Clearance, content: Content, can: Abilities, user: int, remarks: Iterable[Met]
) -> Mapping[str, str]:
    """Places that concern the viewer, with those they have remarked on, which may be gone from the later round."""
    found = dict(focus(content, can.seat, queries.threads(clearance), user)) if can.seat else {}
    for met in remarks:
        if met.comment.by_id == user:
            found.setdefault(met.comment.anchor, _("your comment"))
    return found


def _on(anchor: str, remarks: Iterable[Met]) -> list[Met]:
    return [met for met in remarks if met.comment.anchor == anchor]


def _part(
    part: PartChange, remarks: Collection[Met], concerns: Mapping[str, str], everything: bool
) -> PartShown | None:
    """A part as it is shown; None where nothing of it concerns the viewer."""
    why = concerns.get(part.anchor, "")
    shown = PartShown(part, _on(part.anchor, remarks), why=why)
    lines = [
        LineShown(line, _on(line.anchor, remarks), _cells(part, line), concerns.get(line.anchor, ""))
        for line in part.lines
    ]
    if everything or why:
        return replace(shown, lines=lines)
    kept = [line for line in lines if line.why]
    return replace(shown, lines=kept, more=len(lines) - len(kept)) if kept else None


def _cells(part: PartChange, line: LineChange) -> list[tuple[Any, Any]]:
    """The values of a row that came or went."""
    if line.state not in ("added", "removed") or line.line is None:
        return []
    values = line.line.values
    headings = part.before if line.state == "removed" and part.before else part.headings
    return [(one, values[one.key]) for one in headings if values.get(one.key) not in (None, "", line.label)]


def _remarks_of(part: PartShown) -> Iterable[Met]:
    yield from part.remarks
    for line in part.lines:
        yield from line.remarks


urlpatterns = [path("<int:pk>/changes/", changes, name="changes")]
