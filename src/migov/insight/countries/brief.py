"""The brief of a country: what is known and done, on two pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from pypdf import PdfReader

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace
from migov.insight.countries.queries import CountryPage, country_page
from migov.insight.dossier import blocks, printed
from migov.insight.dossier.blocks import Ask, Block
from migov.services.documents import Block as Printed
from migov.services.documents import Fact, Facts, Link, Paragraph, Report, render

PAGES = 2
# Of the usual lines of each part: the first with which the brief fits its pages is taken.
SHARES = (3.0, 2.5, 2.0, 1.7, 1.4, 1.2, 1.0, 0.85, 0.7, 0.6, 0.5, 0.4, 0.3)
USUAL = 4  # the step to try first
SPARE_IN_WORD = 3  # steps fewer for a Word document, which no program here can measure


def brief(place: Place, viewer: Viewer, *, base_url: str, fmt: str = "pdf") -> Report:
    """What is known and done in a country, with as many lines as two pages hold; what is left out is counted.

    fmt: the format it is meant for. It is set as PDF two to five times to see what fits.
    """
    page, most = country_page(place, viewer), blocks.brief_of(place, Ask(viewer), SHARES[0])
    partly = _written_for_show(place)

    def at(step: int) -> Report:
        found = [blocks.shortened(block, max(1, round(part.brief * SHARES[step]))) for part, block in most]
        return _report(place, page, found, partly, base_url)

    step = _first_that_fits(at)
    return at(step if fmt == "pdf" else min(step + SPARE_IN_WORD, len(SHARES) - 1))


def _first_that_fits(at: Callable[[int], Report]) -> int:
    """The first step whose report has two pages at most, found from the usual one by steps of two."""
    last = len(SHARES) - 1
    tried: dict[int, bool] = {}

    def fits(step: int) -> bool:
        if step not in tried:
            tried[step] = _pages(at(step)) <= PAGES
        return tried[step]

    step = USUAL
    while step < last and not fits(step):
        step = min(step + 2, last)
    while step > 0 and fits(max(step - 2, 0)):
        step = max(step - 2, 0)
    return step - 1 if step > 0 and fits(step - 1) else step


def _pages(report: Report) -> int:
    return len(PdfReader(BytesIO(render(report, "pdf").content)).pages)


def _written_for_show(place: Place) -> bool:
    """Whether some of what is held on the country is illustrative. One query."""
    here = Q(pk__in=RecordPlace.objects.current().filter(place=place).values("record_id"))
    return Record.objects.standing().filter(here, illustrative=True).exists()


def _report(place: Place, page: CountryPage, found: Sequence[Block], written_for_show: bool, base_url: str) -> Report:
    sources = printed.Sources()
    parts: list[Printed] = [Facts(_facts(page)), *printed.grouped(found, sources)]
    rows = Link(
        _("Everything known, with the rows behind each figure"), reverse("countries:country", args=[place.code])
    )
    shares = _(
        "Budget share and spending: the part of each project that belongs here, by the shares stated, else evenly."
    )
    parts.append(Paragraph([f"{shares} ", rows]))
    today = timezone.localdate()
    partly = _("Partly illustrative: some of it was written for the demonstration and is not real.")
    return Report(
        title=place.name, subtitle=_("Brief") if place.needs_footnote else _("Country brief"), type_size="small",
        organisation=settings.MIGOV_ORGANISATION, date=today, blocks=parts, cover=False,
        base_url=base_url, footnotes=printed.footnotes([place.name, *printed.words_of(found)]), sources=sources.listed,
        notices=[partly] if written_for_show else [], name=f"{place.code} {_('brief')}",
    )  # fmt: skip


def _facts(page: CountryPage) -> list[Fact]:
    """The headline figures of the country's page."""
    listed = f"{reverse('projects:list')}?{page.query}"
    found = [Fact(_("Projects"), page.projects, kind="integer", url=listed)]
    for label, value in ((_("Budget share"), page.budget), (_("Spent"), page.spending)):
        if value is not None:
            found.append(Fact(label, value / 1_000_000, unit=f"M {page.currency}", decimals=1))
    if page.measured:
        on_track = _("%(good)s of %(all)s") % {"good": page.on_track, "all": page.measured}
        found.append(Fact(_("Results on track"), on_track, kind="text", url=f"{reverse('results:list')}?{page.query}"))
    return found
