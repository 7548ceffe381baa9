"""Questions about past imports."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from migov.exchange.iati.actions import JOB
from migov.foundation.people.access import Viewer
from migov.services.jobs.models import Job, JobQuerySet

SHOWN_PROBLEMS = 200

FAULTS: dict[str, Promise] = {
    "amount": _("amount that cannot be read"),
    "amount-read": _("amount rounded, or read without its commas"),
    "attribute": _("attribute with an unknown value"),
    "country": _("unknown country code"),
    "currency": _("currency missing or unknown"),
    "date": _("date that cannot be read"),
    "dates": _("end before start"),
    "duplicate": _("identifier used twice in the file"),
    "identifier": _("no usable identifier"),
    "made-here": _("identifier of a project made in migov"),
    "measure": _("unknown indicator measure"),
    "other-office": _("project of another office"),
    "percentage": _("percentage that is none"),
    "percentages": _("percentages that do not make 100"),
    "place-twice": _("place named twice"),
    "point": _("coordinates that cannot be read"),
    "region": _("unknown region code"),
    "result-type": _("unknown result type"),
    "status": _("unknown activity status"),
    "structure": _("activity inside another"),
    "title": _("no title"),
    "too-long": _("text too long for its field, shortened"),
    "value": _("value that is not a number, kept as words"),
    "value-read": _("value rounded, or read without its commas"),
    "year": _("year that cannot be read"),
}


@dataclass(frozen=True)
class Fault:
    """One problem or warning as a page shows it."""

    severity: Promise | str
    what: Promise | str
    row: dict[str, Any]


def past_imports(user: Viewer) -> JobQuerySet:
    """Imports that the user may see, newest first. One query."""
    return Job.objects.visible_to(user).filter(kind=JOB).select_related("by")


def faults(summary: dict[str, Any], limit: int = SHOWN_PROBLEMS) -> list[Fault]:
    """The first problems and warnings of an import, activities that were not loaded first."""
    found = [Fault(_("not loaded"), FAULTS.get(row["code"], row["code"]), row) for row in summary.get("problems", ())]
    found += [Fault(_("warning"), FAULTS.get(row["code"], row["code"]), row) for row in summary.get("warnings", ())]
    return found[:limit]


def warning_counts(summary: dict[str, Any]) -> list[tuple[Promise | str, int]]:
    """How often each fault was met, most frequent first."""
    counts = summary.get("warning_counts", {})
    return [(FAULTS.get(code, code), count) for code, count in sorted(counts.items(), key=lambda item: -item[1])]


def figures(summary: dict[str, Any]) -> list[tuple[Promise | str, int]]:
    """The counts that come first: activities by what became of them."""
    labels = (
        ("activities", _("activities in the file")),
        ("created", _("new projects")),
        ("updated", _("updated projects")),
        ("unchanged", _("unchanged projects")),
        ("broken", _("activities not loaded")),
    )
    return [(label, summary.get(key, 0)) for key, label in labels]
