"""Returning values, and telling who handed them in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Actor
from migov.foundation.people.models import User
from migov.foundation.shell import typed
from migov.services.notices.actions import tell
from migov.work.results.actions import checking
from migov.work.results.actions.ground import projects_of
from migov.work.results.models import Entry

KIND = "results"
NAMED = 5  # indicators in a notice


@transaction.atomic
def return_values(entries: Iterable[int], *, by: Actor, reason: str) -> checking.Done:
    """Return entries with a reason and tell those who submitted them, one notice for each project. Raises as checking.take."""
    done = checking.take("return", entries, by=by, reason=reason)
    people = User.objects.in_bulk({one.submitted_by_id for one in done.done if one.submitted_by_id})
    for record, some in projects_of(done.done).items():
        mine: dict[int, list[Entry]] = defaultdict(list)
        for entry in some:
            if entry.submitted_by_id and entry.submitted_by_id in people and entry.submitted_by_id != by.pk:
                mine[entry.submitted_by_id].append(entry)
        for key, back in mine.items():
            title = ngettext(
                "%(n)s value of “%(title)s” was returned.", "%(n)s values of “%(title)s” were returned.", len(back)
            )
            names = list(dict.fromkeys(entry.indicator.title for entry in back))
            more = f" {_('and others')}" if len(names) > NAMED else ""
            tell(
                [people[key]], kind=KIND, title=title % {"n": len(back), "title": record.title[:120]},
                text=f"{typed.tidy(reason, 2000)}\n{'; '.join(names[:NAMED])}{more}",
                url=reverse("results:report-project", args=[record.pk]), record=record,
                key=f"values-returned:{','.join(f'{one.pk}.{one.revision}' for one in back)}"[:150],
            )  # fmt: skip
    return done
