"""Lists and tables of this part as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation import partial_dates
from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Column, Link, Report, Table
from migov.work.cooperation.mechanisms.filters import MechanismFilter
from migov.work.cooperation.mechanisms.graph import Graph
from migov.work.cooperation.mechanisms.matrix import Matrix
from migov.work.cooperation.mechanisms.queries import ListRow
from migov.work.cooperation.models import CardFact, Field


def _report(title: str, table: Table, kept: str, request: HttpRequest, **more: Any) -> Report:
    return Report(
        title=title, blocks=[table], organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"), footnotes=[notes()["kosovo_footnote"]],
        metadata={_("Filter"): kept}, **more,
    )  # fmt: skip


def mechanism_list(rows: Sequence[ListRow], filter: MechanismFilter, request: HttpRequest) -> Report:
    """The list of mechanisms, with what sources say of the main fields. One query."""
    shown = (Field.ESTABLISHED, Field.REGION, Field.ASSOCIATION, Field.FOCUS, Field.SECRETARIAT)
    said: dict[tuple[int, str], list[str]] = {}
    facts = CardFact.objects.current().filter(mechanism__in=[row.mechanism.pk for row in rows], field__in=shown)
    for fact in facts:
        source = partial_dates.attributed(fact.source, fact.as_of)
        said.setdefault((fact.mechanism_id, fact.field), []).append(f"{fact.value} [{source}]")
    columns = [
        Column("name", _("Name"), "link", width=3), Column("short", _("Short name")), Column("type", _("Type")),
        Column("state", _("State")),
        Column("themes", _("Themes"), width=2), *(Column(field.value, str(field.label), width=3) for field in shown),
        Column("chair", _("Chair"), width=2), Column("members", _("States taking part"), "integer"),
        Column("own", _("Countries of the office"), width=3), Column("role", _("Our role"), width=3), Column("website", _("Website")),
    ]  # fmt: skip
    if filter.countries:
        columns.insert(4, Column("asked", _("How they take part"), width=2))
    table_rows = [
        {
            "name": Link(row.mechanism.record.title, reverse("cooperation:mechanism", args=[row.mechanism.code])),
            "short": row.mechanism.short_name, "type": row.mechanism.get_type_display(), "state": row.mechanism.get_state_display(),
            "themes": ", ".join(map(str, row.themes)),
            **{field.value: "; ".join(said.get((row.mechanism.pk, field.value), ())) for field in shown},
            "chair": ", ".join(term.in_words() for term in row.chairs), "members": row.members or None,
            "own": ", ".join(one.name for one in row.own), "role": row.mechanism.our_role, "website": row.mechanism.website,
            "asked": "; ".join(f"{one.name}: {one.in_words()}" for one in row.asked),
        }
        for row in rows
    ]  # fmt: skip
    return _report(_("Mechanisms of cooperation"), Table(_("Mechanisms"), columns, table_rows), filter.says(), request)


def _dated(name: str, on: date) -> str:
    """A file name with the day that it shows, where that is not the day on which it is made, which the name has anyhow."""
    return name if on == timezone.localdate() else f"{name}-as-of-{on.isoformat()}"


def matrix_report(found: Matrix, kept: str, request: HttpRequest) -> Report:
    """The matrix in words: each cell says how the country takes part, since when and as of when."""
    columns = [Column("name", _("Mechanism"), "link", width=3), Column("type", _("Type"), width=2)]
    columns += [Column(place.code, formats.place(place), width=2) for place in found.places]
    columns.append(Column("taking", _("Countries taking part"), "integer"))
    title = _("Who takes part in what, on %(day)s") % {"day": formats.day(found.on)}
    return _report(
        title,
        Table(title, columns, list(_matrix_rows(found))),
        kept,
        request,
        cover=False,
        landscape=True,
        name=_dated("mechanisms-matrix", found.on),
    )


def _matrix_rows(found: Matrix) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        row: dict[str, Any] = {
            "name": Link(str(line.mechanism), reverse("cooperation:mechanism", args=[line.mechanism.code])),
            "type": line.mechanism.get_type_display(), "taking": line.taking,
        }  # fmt: skip
        for place, one in line.cells:
            row[place.code] = one.in_words() if one is not None else None
        yield row


def pairs_report(found: Graph, kept: str, request: HttpRequest) -> Report:
    """Pairs of countries with the mechanisms that both take part in."""
    columns = [
        Column("one", _("Country")), Column("other", _("Country")), Column("number", _("In common"), "integer"),
        Column("shared", _("Mechanisms"), width=6),
    ]  # fmt: skip
    rows = [
        {
            "one": formats.place(pair.one), "other": formats.place(pair.other), "number": pair.number,
            "shared": pair.names,
        }
        for pair in found.pairs
    ]  # fmt: skip
    title = _("Who sits with whom, on %(day)s") % {"day": formats.day(found.on)}
    return _report(
        title, Table(title, columns, rows), kept, request, cover=False, name=_dated("mechanisms-pairs", found.on)
    )
