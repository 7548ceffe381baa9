"""What the office suggested, and what became of it: every wording with the note that stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from migov.foundation.people.access import Viewer
from migov.work.governance.models import CooperationFramework, Part, PartJudgement, Uptake
from migov.work.governance.unsdcf.queries.register import frameworks_for

UNSENT = "unsent"
STATES = (UNSENT, *Uptake.Taken.values)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A suggested wording: the part it is for, its framework, and what was noted of it last."""

    judgement: PartJudgement
    framework: CooperationFramework
    uptake: Uptake | None

    @property
    def part(self) -> Part:
        return self.judgement.part

    @property
    def state(self) -> str:
        return self.uptake.taken if self.uptake else UNSENT

    @property
    def day(self) -> date | None:
        return self.uptake.day if self.uptake else None


def suggestions(
    viewer: Viewer, *, framework: int | None = None, country: str = "", state: str = ""
) -> list[Suggestion]:
    """Suggested wordings that stand, by country and place in the framework. Two queries and those of the roles."""
    homes = frameworks_for(viewer)
    if framework is not None:
        homes = homes.filter(pk=framework)
    if country:
        homes = homes.filter(country__code=country)
    rows = (
        PartJudgement.objects.current()
        .filter(part__framework__in=homes.values("pk"))
        .exclude(wording="")
        .select_related("part__framework__record", "part__framework__country", "by")
        .prefetch_related(Prefetch("uptakes", Uptake.objects.current().select_related("by"), "standing"))
        .order_by("part__framework__country__short_name", "-part__framework__starts", "part__order")
    )
    found = [Suggestion(row, row.part.framework, next(iter(row.standing), None)) for row in rows]
    return [one for one in found if not state or one.state == state]


def suggestion_for(viewer: Viewer, key: int) -> Suggestion:
    """One wording that stands, by the key of its judgement. Raises PartJudgement.DoesNotExist."""
    row = (
        PartJudgement.objects.current()
        .exclude(wording="")
        .select_related("part__framework__record", "part__framework__country", "by")
        .get(pk=key, part__framework__in=frameworks_for(viewer).values("pk"))
    )
    return Suggestion(
        row, row.part.framework, Uptake.objects.current().filter(judgement=row).select_related("by").first()
    )
