"""What was measured under each objective of the Global Compact: offered to who writes a report of a country or the region."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import SYSTEM
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.foundation.shell import formats
from migov.work.governance.gcm import known
from migov.work.governance.gcm.ground import audience
from migov.work.governance.gcm.known import Evidence, Known
from migov.work.governance.gcm.outline import part_of
from migov.work.governance.models import GcmReport, Topic
from migov.work.projects.filters import PortfolioFilter
from migov.work.results.rollups import questions
from migov.work.results.rollups.elements import ElementLine, by_element
from migov.work.results.rollups.wholes import Window

FRAMEWORK = "gcm"
MOST = 3  # indicators of an objective: those that most projects share


def measured(report: GcmReport) -> Iterator[Known]:
    """The standard indicators with a value under each objective, of projects and results that all who read the report may see. A constant
    number of queries.

    For a country only projects that work nowhere else count: the value of a regional project is not the country's.
    """
    asked = PortfolioFilter(countries=(report.country,)) if report.country else PortfolioFilter()
    ground = questions.ground(asked, SYSTEM, Window(timezone.localdate()))  # type: ignore[arg-type]
    keys = {key for row in ground.rows for key in (row.project, row.result)}
    shown = Record.objects.standing().filter(pk__in=keys, visibility__in=audience(report))
    seen = set(shown.values_list("pk", flat=True))
    if report.country:
        elsewhere = RecordPlace.objects.current().filter(record__in=seen).exclude(place=report.country)
        seen -= set(elsewhere.values_list("record_id", flat=True))
    ground.rows = [row for row in ground.rows if row.project in seen and row.result in seen]
    lines = [line for line in by_element(ground) if line.found.value is not None]
    elements = Element.objects.filter(framework__code=FRAMEWORK).select_related("main")
    under: dict[str, dict[int, ElementLine]] = defaultdict(dict)
    known_elements = elements.in_bulk({line.element for line in lines})
    for line in sorted(lines, key=lambda line: -len(line.found.projects)):
        element = known_elements.get(line.element)
        part = part_of(element) if element is not None else ""
        if part:
            under[part].setdefault(line.standard.pk, line)
    for part, found in under.items():
        for line in list(found.values())[:MOST]:
            yield _told(part, line, asked, report.country)


def _told(part: str, line: ElementLine, asked: PortfolioFilter, country: Place | None) -> Known:
    days = [day for one in line.found.counted if (day := one.source.figure.day)]
    last = max(days, default=timezone.localdate())
    number = len(line.found.projects)
    if country:
        words = ngettext(
            "%(title)s: %(actual)s by %(day)s, in %(n)s project that works in %(place)s only.",
            "%(title)s: %(actual)s by %(day)s, in %(n)s projects that work in %(place)s only.",
            number,
        )
    else:
        words = ngettext(
            "%(title)s: %(actual)s by %(day)s, in %(n)s project.",
            "%(title)s: %(actual)s by %(day)s, in %(n)s projects.",
            number,
        )
    words %= {
        "title": line.standard.title,
        "actual": formats.number(line.found.value),
        "day": formats.day(last),
        "n": number,
        "place": country.name if country else "",
    }
    address = f"{reverse('results:rollup', args=[line.standard.code])}?{asked.to_query()}"
    proof = Evidence(
        line.standard.title, address=address, source=_("Verified results of the office's projects"), as_of=last
    )
    return Known(f"measured-{part}-{line.standard.code}", part, Topic.DATA, words, (proof,))


def register() -> None:
    """Called once, when the house is loaded."""
    known.register("measured", measured)
