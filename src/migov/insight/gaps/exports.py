"""The gaps of an assessment with what might help, as a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.insight.gaps.gaps import Gap, Gaps
from migov.insight.gaps.queries import Group
from migov.services.documents import Block, Column, Fact, Facts, Link, Note, Paragraph, Report, Section, Table
from migov.work.governance.models import RoadmapAction

FORMATS = ("docx", "pdf", "xlsx")


def report(
    of: Gaps, help: Mapping[int, Sequence[Group]], planned: Mapping[int, Sequence[RoadmapAction]], *, base_url: str = ""
) -> Report:
    """All gaps, the weakest domain first, each with what might help and why it is named."""
    assessment = of.assessment
    country = assessment.country
    blocks: list[Block] = [Facts(_figures(of))]
    if of.sheet.provisional:
        blocks.append(
            Note(_("Not everything is settled: some answers are open, of one side only, or differ."), "warning")
        )
    blocks.append(_overview(of, planned))
    for domain in of.domains:
        title = f"{domain.domain.title} ({formats.percent(domain.share)})"
        blocks.append(Section(title, [_section(gap, help.get(gap.question.pk, [])) for gap in domain.gaps]))
    return Report(
        title=_("Gaps and what might help: %(country)s, %(year)s") % {"country": formats.place(country), "year": assessment.year},
        subtitle=assessment.record.title,
        organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=base_url,
        notices=[_("Written for the demonstration; nothing in it is real.")] if assessment.record.illustrative else [],
        footnotes=[notes()["kosovo_footnote"]] if "Kosovo" in _names(of, help) else [],
        metadata={
            _("How offers are ranked"): _(
                "By shared framework elements, place, age and words; every reason that counted stands with the offer."
            ),
            _("Address"): f"{base_url}{reverse('gaps:assessment', args=[assessment.pk])}",
        },
        blocks=blocks, cover=False, name=_("gaps-%(code)s-%(year)s") % {"code": country.code, "year": assessment.year},
    )  # fmt: skip


def _names(of: Gaps, help: Mapping[int, Sequence[Group]]) -> str:
    offers = [offer for groups in help.values() for group in groups for offer in group.offers]
    return " ".join([formats.place(of.assessment.country), *(f"{one.title} {one.because}" for one in offers)])


def _figures(of: Gaps) -> list[Fact]:
    return [
        Fact(_("Gaps"), len(of.all), kind="integer"),
        Fact(_("Answered in full"), of.met, kind="integer"),
        Fact(_("Not answered yet"), of.open, kind="integer"),
        Fact(_("Not applicable"), of.not_applicable, kind="integer"),
    ]


def _overview(of: Gaps, planned: Mapping[int, Sequence[RoadmapAction]]) -> Table:
    columns = [
        Column("domain", _("Domain"), width=2),
        Column("code", _("No."), width=0.8),
        Column("gap", _("Gap"), width=2.5),
        Column("answer", _("Answer"), width=3),
        Column("reached", _("Reached"), "percent", width=1.2),
        Column("planned", _("In a roadmap"), width=2.5),
    ]
    rows: list[dict[str, Any]] = [
        {
            "domain": domain.domain.title, "code": gap.question.code, "gap": gap.name, "answer": gap.why, "reached": gap.share,
            "planned": "; ".join(one.title for one in planned.get(gap.question.pk, ())),
        }
        for domain in of.domains
        for gap in domain.gaps
    ]  # fmt: skip
    return Table(_("Gaps"), columns, rows, wrap=True, missing="", empty_text=_("No gap."))


def _section(gap: Gap, groups: Sequence[Group]) -> Section:
    blocks: list[Block] = [Paragraph(gap.question.text), Paragraph(gap.why)]
    columns = [Column("title", _("What might help"), "link", width=3), Column("why", _("Why"), width=4)]
    rows: list[dict[str, Any]] = []
    for group in groups:
        if group.offers:
            rows.append({"title": group.label, "why": "", "head": True})
        for offer in group.offers:
            title: Any = Link(offer.title, offer.url) if offer.url else offer.title
            rows.append({"title": title, "why": offer.because})
    if rows:
        title = _("What might help: %(gap)s") % {"gap": gap.name}
        blocks.append(Table(title, columns, rows, wrap=True, missing="", band="head"))
    if nothing := [group.label for group in groups if not group.offers]:
        blocks.append(Paragraph(_("Nothing is known under: %(kinds)s.") % {"kinds": "; ".join(nothing)}))
    return Section(f"{gap.question.code} {gap.name}", blocks)
