"""The organisation that reports, as a file of IATI organisations: who it is, and what its projects plan to spend by calendar year."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone
from lxml import etree

from migov.exchange.iati.export import VERSION, stamp
from migov.exchange.iati.export_activity import OWN_LANGUAGE
from migov.exchange.iati.export_choice import Choice
from migov.exchange.iati.export_elements import child, day, narrated, number, say
from migov.exchange.iati.export_reporter import required_reporter
from migov.exchange.iati.shapes import LANG
from migov.foundation.money.queries import Converter
from migov.work.projects.money import budget_lines

CENT = Decimal("0.01")
INDICATIVE = "1"


@dataclass
class OrganisationSummary:
    """What was written. `unconverted`: budgets that no exchange rate or no dates let count, so that the years they touch are left out."""

    years: dict[int, Decimal] = field(default_factory=dict)
    unconverted: int = 0

    def to_json(self) -> dict[str, Any]:
        """As plain data."""
        return {
            "years": {str(year): number(total) for year, total in self.years.items()},
            "unconverted": self.unconverted,
        }


def export_organisation(
    out: IO[bytes] | Path | str, *, choice: Choice | None = None, budgets: bool = True
) -> OrganisationSummary:
    """Write the organisation of the settings. `budgets`: also its total budget by calendar year, in the reporting currency: the budgets of
    the projects of `choice` (default :meth:`Choice.ours`), shared out by days; a year that holds a budget which cannot be converted is
    left out, because half a sum would mislead. Raises ExportRefused where the settings name no organisation.
    """
    own = required_reporter()
    summary = OrganisationSummary()
    if budgets:
        summary.years, summary.unconverted = totals(choice or Choice.ours())
    now = timezone.now()
    root = etree.Element("iati-organisations", {"version": VERSION, "generated-datetime": stamp(now)})
    attributes = {
        LANG: OWN_LANGUAGE, "default-currency": settings.MIGOV_REPORTING_CURRENCY, "last-updated-datetime": stamp(now),
    }  # fmt: skip
    organisation = child(root, "iati-organisation", attributes)
    say(child(organisation, "organisation-identifier"), own.ref)
    narrated(organisation, "name", own.name)
    narrated(organisation, "reporting-org", own.name, {"ref": own.ref, "type": own.kind})
    for year, total in sorted(summary.years.items()):
        budget = child(organisation, "total-budget", {"status": INDICATIVE})
        child(budget, "period-start", {"iso-date": day(date(year, 1, 1))})
        child(budget, "period-end", {"iso-date": day(date(year, 12, 31))})
        say(child(budget, "value", {"value-date": day(date(year, 1, 1))}), number(total))
    etree.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return summary


def totals(choice: Choice) -> tuple[dict[int, Decimal], int]:
    """Budget by calendar year in the reporting currency, and how many budgets could not be counted."""
    converter = Converter()
    years: dict[int, Decimal] = defaultdict(Decimal)
    spoiled: set[int] = set()
    unconverted = 0
    for line in budget_lines(list(choice.projects().values_list("pk", flat=True))):
        if line.replaced:
            continue
        starts, ends = line.starts, line.ends
        worth = line.worth(converter)
        if starts is None or ends is None or ends < starts or worth is None:
            unconverted += 1
            spoiled.update(range(starts.year, max(starts, ends).year + 1) if starts and ends else ())
            continue
        length = (ends - starts).days + 1
        for year in range(starts.year, ends.year + 1):
            inside = (min(ends, date(year, 12, 31)) - max(starts, date(year, 1, 1))).days + 1
            years[year] += worth * inside / length
    rounded = {year: total.quantize(CENT, ROUND_HALF_UP) for year, total in years.items() if year not in spoiled}
    return dict(sorted(rounded.items())), unconverted
