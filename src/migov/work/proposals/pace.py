"""How much of the work plan lies behind a day, output by output: what projections of results ask for (work/results/plans.py)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from migov.work.proposals.models import PlanLevel, PlanResult


def planned_share(project: int, day: date) -> dict[int | None, float]:
    """Result of the register → the share of the planned months of its activities that lie before a day; None: of all activities.

    An activity counts for every row above it. Empty where the project has no start or no activity has months. One query.
    """
    rows = list(
        PlanResult.objects.filter(proposal__project=project, removed_at=None).values_list(
            "pk", "parent_id", "level", "first_month", "last_month", "result_id", "proposal__project__record__starts"
        )
    )
    parents = {pk: parent for pk, parent, *_rest in rows}
    written = {pk: result for pk, _parent, _level, _first, _last, result, _starts in rows}
    months: dict[int | None, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for pk, _parent, level, first, last, _result, starts in rows:
        if level != PlanLevel.ACTIVITY or starts is None or first is None or last is None or last < first:
            continue
        behind = (day.year - starts.year) * 12 + day.month - starts.month + day.day / 31 - starts.day / 31
        done, whole = min(max(behind - (first - 1), 0.0), last - first + 1), float(last - first + 1)
        line: set[int | None] = {None}
        above = parents.get(pk)
        while above is not None and above not in line:
            line.add(above)
            above = parents.get(above)
        for key in line:
            of = None if key is None else written.get(key)
            if key is None or of is not None:
                months[of][0] += done
                months[of][1] += whole
    return {key: done / whole for key, (done, whole) in months.items() if whole}
