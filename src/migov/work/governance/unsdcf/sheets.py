"""The register, the region's table and the suggestions as files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, Fact, Facts, Link, Paragraph, Report, Table
from migov.work.governance.unsdcf.programme import programme
from migov.work.governance.unsdcf.queries.counting import FORMULA
from migov.work.governance.unsdcf.queries.register import Line
from migov.work.governance.unsdcf.queries.suggestions import Suggestion
from migov.work.governance.unsdcf.words import STATES


def _columns() -> list[Column]:
    return [
        Column("country", _("Country or area"), width=2),
        Column("title", _("Cooperation Framework"), "link", width=3.5),
        Column("period", _("Period"), width=1.4),
        Column("status", _("State"), width=1.6),
        Column("coverage", _("Coverage"), "percent", width=1.4),
        Column("judged", _("Judged"), "integer", width=1.2),
        Column("outcomes", _("Outcomes"), "integer", width=1.4),
        Column("named", _("Named"), "integer", width=1.2),
        Column("implied", _("Meant"), "integer", width=1.2),
        Column("absent", _("Absent"), "integer", width=1.2),
        Column("na", _("Not concerned"), "integer", width=1.4),
        Column("suggested", _("Suggested"), "integer", width=1.5),
        Column("up", _("Taken up"), "integer", width=1.2),
    ]


def _row(line: Line) -> dict[str, Any]:
    one, count = line.framework, line.outcomes
    if one is None:
        return {"country": formats.place(line.place), "title": _("none in the register")}
    return {
        "country": formats.place(line.place), "title": Link(one.record.title, reverse("governance:unsdcf", args=[one.pk])),
        "period": line.period, "status": str(one.get_status_display()), "coverage": count.share, "judged": count.judged,
        "outcomes": count.total, "named": count.named, "implied": count.implied, "absent": count.absent, "na": count.na,
        "suggested": line.taken.total, "up": line.taken.up,
    }  # fmt: skip


def _report(title: str, table: Table, base_url: str, **more: Any) -> Report:
    return Report(
        title=title, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(), base_url=base_url,
        footnotes=[notes()["kosovo_footnote"]], metadata={_("Coverage"): str(FORMULA)}, cover=False, landscape=True,
        **{"blocks": [table], **more},
    )  # fmt: skip


def register_report(lines: Sequence[Line], *, base_url: str) -> Report:
    """The register as a report with one table."""
    title = _("Cooperation Frameworks")
    return _report(
        title, Table(title, _columns(), [_row(line) for line in lines], sheet_name=_("Frameworks"), wrap=True), base_url
    )


def region_report(lines: Sequence[Line], *, base_url: str) -> Report:
    """The programme countries with their latest framework."""
    have = [line for line in lines if line.framework is not None]
    table = Table(
        _("Latest Cooperation Framework of each programme country"), _columns(), [_row(line) for line in lines],
        source=programme().source, sheet_name=_("Programme countries"), wrap=True,
    )  # fmt: skip
    judged, total = sum(line.outcomes.judged for line in have), sum(line.outcomes.total for line in have)
    facts = Facts(
        [
            Fact(_("Programme countries"), len(lines), _("%(number)d with a framework in the register") % {"number": len(have)}),
            Fact(_("Outcomes judged"), judged, _("of %(total)d") % {"total": total}),
            Fact(
                _("Suggestions taken up"), sum(line.taken.up for line in have),
                _("of %(total)d made") % {"total": sum(line.taken.total for line in have)},
            ),
        ]
    )  # fmt: skip
    return _report(
        _("Migration in the Cooperation Frameworks of the region"),
        table,
        base_url,
        blocks=[facts, Paragraph(str(FORMULA)), table],
    )


def suggestions_report(found: Iterable[Suggestion], *, base_url: str) -> Report:
    """What was suggested and what became of it."""
    title = _("What we suggested and what became of it")
    columns = [
        Column("country", _("Country or area"), width=2),
        Column("framework", _("Cooperation Framework"), "link", width=3),
        Column("part", _("Part"), width=1.5),
        Column("words", _("It reads"), width=5),
        Column("wording", _("We suggested"), width=5),
        Column("state", _("What became of it"), width=2),
        Column("day", _("On"), "date", width=1.5),
        Column("note", _("Note"), width=3),
    ]
    rows = [
        {
            "country": formats.place(one.framework.country),
            "framework": Link(one.framework.record.title, reverse("governance:unsdcf", args=[one.framework.pk])),
            "part": f"{one.part.get_kind_display()} {one.part.number}".strip(), "words": one.part.text,
            "wording": one.judgement.wording, "state": str(STATES[one.state][0]), "day": one.day,
            "note": one.uptake.note if one.uptake else "",
        }
        for one in found
    ]  # fmt: skip
    return _report(title, Table(title, columns, rows, sheet_name=_("Suggestions"), wrap=True), base_url)
