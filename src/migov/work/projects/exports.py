"""The portfolio list as a file: exactly the rows of the filter, all of them, in the order shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.money.queries import Converter
from migov.foundation.places.actions import notes
from migov.foundation.records.models import Record
from migov.foundation.shell.formats import money
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.projects import panels
from migov.work.projects.filters import PortfolioFilter
from migov.work.projects.models import KIND, Project
from migov.work.projects.money import transactions_of
from migov.work.projects.queries import PortfolioRow, rows_in_pieces


def list_report(
    keys: Iterable[int], filter: PortfolioFilter, request: HttpRequest, url: str, illustrative: bool
) -> Report:
    """The list as a report with one table. `keys` may be read more than once; `url`: the address of the list."""
    converter = Converter()
    added = panels.columns()
    columns = [
        Column("reference", _("Reference")),
        Column("title", _("Project"), "link", width=3),
        Column("office", _("Office")),
        Column("countries", _("Countries and areas"), width=2),
        Column("stage", _("Stage")),
        Column("starts", _("Start"), "date"),
        Column("ends", _("End"), "date"),
        Column("budget", _("Budget, own currency")),
        Column("converted", _("Budget"), "money", unit=converter.base),
        Column("principal", _("Principal alignments"), "integer"),
        *(Column(key, str(label), "integer") for column in added for key, label in column.values),
        Column("illustrative", _("Illustrative")),
    ]
    here = request.build_absolute_uri("/").rstrip("/")

    def lines() -> Iterator[dict[str, Any]]:
        # Asked once, not for each of thousands of rows.
        address = reverse("projects:page", args=[0])
        for row in rows_in_pieces(keys, converter):
            yield line(row, address.replace("/0/", f"/{row.record.pk}/"))

    return Report(
        title=_("Portfolio"),
        subtitle=filter.words(),
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=here,
        notices=[_("Illustrative portfolio: some of these projects were written for the demonstration; their figures are not real.")]
        if illustrative
        else [],
        metadata={_("Filter"): filter.words(), _("Address of the list"): f"{here}{url}"},
        footnotes=[notes()["kosovo_footnote"]],
        blocks=[
            Table(
                _("Projects"), columns, LazyRows(lines), sheet_name=_("Projects"),
                note=_("Budgets are converted at the rate of their value date; a budget without a rate leaves its project's sum empty."),
                source="; ".join(converter.sources()),
            )
        ],
    )  # fmt: skip


def line(row: PortfolioRow, url: str) -> dict[str, Any]:
    """One row of the file; `url`: the address of the project's page."""
    record = row.record
    found: dict[str, Any] = {
        "reference": record.reference,
        "title": Link(record.title, url),
        "office": record.office.name if record.office else None,
        "countries": ", ".join(place.short_name for place in row.places),
        "stage": row.stage,
        "starts": record.starts,
        "ends": record.ends,
        "budget": amounts(row.budget.amounts) if row.budget else None,
        "converted": row.budget.converted if row.budget else None,
        "principal": row.principal,
        "illustrative": record.illustrative,
    }
    for _words, values in row.extra.values():
        found.update(values)
    return found


def amounts(pairs: Sequence[tuple[Any, str]]) -> str:
    """Amounts in several currencies, in words."""
    return "; ".join(money(amount, currency) for amount, currency in pairs)


def has_illustrative(filter: PortfolioFilter) -> bool:
    """Whether the register holds projects written for the demonstration that a list may show."""
    return filter.illustrative is not False and Record.objects.filter(kind=KIND, illustrative=True).exists()


def transactions_report(project: Project, kind: str, currency: str | None, request: HttpRequest) -> Report:
    """The transactions of a project as a report with one table."""
    columns = [
        Column("date", _("Date"), "date"),
        Column("kind", _("Kind")),
        Column("amount", _("Amount"), "money"),
        Column("currency", _("Currency")),
        Column("description", _("Description"), width=3),
        Column("provider", _("From")),
        Column("receiver", _("To")),
        Column("ref", _("Reference")),
    ]

    def lines() -> Iterator[dict[str, Any]]:
        for row in transactions_of(project, kind, currency).iterator(chunk_size=2000):
            yield {
                "date": row.date, "kind": row.get_kind_display(), "amount": row.amount, "currency": row.currency,
                "description": row.description, "provider": row.provider and str(row.provider),
                "receiver": row.receiver and str(row.receiver), "ref": row.ref,
            }  # fmt: skip

    record = project.record
    return Report(
        title=_("Transactions"),
        subtitle=record.title,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"),
        notices=[_("Illustrative project: no figure is real.")] if record.illustrative else [],
        metadata={_("Project"): f"{record.reference} {record.title}".strip()},
        sources=[record.source] if record.source else [],
        blocks=[Table(_("Transactions"), columns, LazyRows(lines))],
    )
