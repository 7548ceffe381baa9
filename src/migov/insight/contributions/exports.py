"""The rows behind one figure as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.places.actions import notes
from migov.foundation.records.models import Record
from migov.insight.contributions.answer import Contribution, Figures
from migov.insight.contributions.report import money, sources
from migov.insight.contributions.rows import (
    counted_amount,
    documents_of,
    money_of,
    people_of,
    role_of,
    share_of,
    states_of,
)
from migov.services.documents import Column, LazyRows, Report, Table

CHUNK = 200
TITLES = {
    "projects": gettext_lazy("Projects"),
    "budget": gettext_lazy("Budget share"),
    "spending": gettext_lazy("Spending share"),
    "results": gettext_lazy("Indicators"),
    "people": gettext_lazy("People reached"),
    "evidence": gettext_lazy("Documents"),
}


def rows_report(answer: Contribution, row: Figures, figure: str, state: str, keys: list[int]) -> Report:
    """A report of one table: the rows behind a figure of `row`. `keys` are the projects, in order."""
    columns, lines = _SHAPES[figure](answer, row, state)
    head = [
        Column("reference", _("Reference"), width=2),
        Column("title", _("Project"), width=5),
        Column("office", _("Office")),
    ]

    def every() -> Iterator[dict[str, Any]]:
        waiting = iter(keys)
        while chunk := list(islice(waiting, CHUNK)):
            records = Record.objects.select_related("office").in_bulk(chunk)
            found = lines(chunk)
            for key in chunk:
                record = records[key]
                named = {
                    "reference": record.reference,
                    "title": record.title,
                    "office": record.office.name if record.office else "",
                }
                for line in found[key]:
                    yield {**named, **line}

    what = f"{row.element.code} {row.element.title}" if row.element else answer.scope.framework.title
    return Report(
        title=_("%(figure)s: rows behind the figure") % {"figure": TITLES[figure]},
        subtitle=what,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        as_of=answer.scope.today,
        blocks=[Table(str(TITLES[figure]), [*head, *columns], LazyRows(every), sheet_name=str(TITLES[figure]))],
        sources=list(sources(answer.scope)),
        footnotes=[notes()["kosovo_footnote"]],
        metadata=dict(answer.scope.words()),
    )


Lines = Callable[[list[int]], dict[int, list[dict[str, Any]]]]


def _projects(answer: Contribution, row: Figures, state: str) -> tuple[list[Column], Lines]:
    def lines(keys: list[int]) -> dict[int, list[dict[str, Any]]]:
        return {
            key: [
                {
                    "role": role_of(answer, row, key),
                    "countries": ", ".join(place.short_name for place in answer.countries_of(key)),
                    "share": float(share_of(answer, row, key)),
                    "budget": counted_amount(answer, row, key, "b"),
                    "spending": counted_amount(answer, row, key, "s"),
                }
            ]
            for key in keys
        }

    currency = settings.MIGOV_REPORTING_CURRENCY
    return [
        Column("role", _("Role")),
        Column("countries", _("Countries"), width=2),
        Column("share", _("Share of money"), "percent", decimals=1),
        Column("budget", _("Budget share"), "money", currency, decimals=2),
        Column("spending", _("Spending share"), "money", currency, decimals=2),
    ], lines


def _money(kind: str) -> Callable[[Contribution, Figures, str], tuple[list[Column], Lines]]:
    def shape(answer: Contribution, row: Figures, state: str) -> tuple[list[Column], Lines]:
        def lines(keys: list[int]) -> dict[int, list[dict[str, Any]]]:
            return {
                key: [
                    {
                        "starts": item.line.starts,
                        "ends": item.line.ends,
                        "amount": item.line.amount,
                        "currency": item.line.currency,
                        "rate": item.line.rate,
                        "in_years": money(item.in_years),
                        "inside": float(item.inside),
                        "share": float(item.share),
                        "counted": None if item.line.unconverted else item.counted,
                        "why": item.line.why,
                    }
                    for item in items
                ]
                for key, items in money_of(answer, row, kind, keys).items()
            }

        currency = settings.MIGOV_REPORTING_CURRENCY
        return [
            Column("starts", _("From"), "date"),
            Column("ends", _("To"), "date"),
            Column("amount", _("Amount"), "money", decimals=2),
            Column("currency", _("Currency")),
            Column("rate", _("Rate"), "number"),
            Column("in_years", _("In the years asked for"), "money", decimals=2),
            Column("inside", _("Country share"), "percent", decimals=1),
            Column("share", _("Element share"), "percent", decimals=1),
            Column("counted", _("Counted"), "money", currency, decimals=2),
            Column("why", _("Not converted because"), width=2),
        ], lines

    return shape


def _results(answer: Contribution, row: Figures, state: str) -> tuple[list[Column], Lines]:
    def lines(keys: list[int]) -> dict[int, list[dict[str, Any]]]:
        return {
            key: [
                {
                    "result": item.result.title,
                    "indicator": item.indicator.title,
                    "unit": item.indicator.unit,
                    "target": item.target,
                    "actual": item.actual,
                    "state": item.state,
                    "due": item.due,
                    "note": item.note,
                }
                for item in items
                if not state or item.state == state
            ]
            for key, items in states_of(answer, row, keys).items()
        }

    return [
        Column("result", _("Result"), width=3),
        Column("indicator", _("Indicator"), width=4),
        Column("unit", _("Unit")),
        Column("target", _("Target"), "number"),
        Column("actual", _("Actual"), "number"),
        Column("state", _("State")),
        Column("due", _("Due since"), "date"),
        Column("note", _("Note"), width=2),
    ], lines


def _people(answer: Contribution, row: Figures, state: str) -> tuple[list[Column], Lines]:
    def lines(keys: list[int]) -> dict[int, list[dict[str, Any]]]:
        return {
            key: [
                {
                    "indicator": item.indicator.title,
                    "value": item.value,
                    "female": item.female,
                    "male": item.male,
                    "counts": _("yes") if item.counts else _("no"),
                    "because": item.because,
                }
                for item in items
            ]
            for key, items in people_of(answer, row, keys).items()
        }

    return [
        Column("indicator", _("Indicator"), width=4),
        Column("value", _("People"), "number", decimals=0),
        Column("female", _("Women"), "number", decimals=0),
        Column("male", _("Men"), "number", decimals=0),
        Column("counts", _("Counts")),
        Column("because", _("Because"), width=2),
    ], lines


def _evidence(answer: Contribution, row: Figures, state: str) -> tuple[list[Column], Lines]:
    def lines(keys: list[int]) -> dict[int, list[dict[str, Any]]]:
        return {
            key: [
                {"document": item.title, "date": item.document_date, "address": item.url, "source": item.source}
                for item in items
            ]
            for key, items in documents_of(answer, keys).items()
        }

    return [
        Column("document", _("Document"), width=4),
        Column("date", _("Date"), "date"),
        Column("address", _("Address"), width=4),
        Column("source", _("Source"), width=2),
    ], lines


_SHAPES: dict[str, Callable[[Contribution, Figures, str], tuple[list[Column], Lines]]] = {
    "projects": _projects,
    "budget": _money("b"),
    "spending": _money("s"),
    "results": _results,
    "people": _people,
    "evidence": _evidence,
}
