"""Lists and tables of this part as files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.services.documents import Column, LazyRows, Link, Report, Table
from migov.work.policy.instruments.matrix import Matrix, in_words, legend
from migov.work.policy.instruments.queries import Group, InstrumentFilter, RequirementFilter
from migov.work.policy.instruments.standing import Standing, told
from migov.work.policy.models import Instrument, Requirement


def _report(title: str, blocks: Sequence[Any], request: HttpRequest, **more: Any) -> Report:
    return Report(
        title=title, blocks=blocks, organisation=settings.MIGOV_ORGANISATION, date=timezone.localdate(),
        base_url=request.build_absolute_uri("/").rstrip("/"), footnotes=[notes()["kosovo_footnote"]], **more,
    )  # fmt: skip


def instrument_list(
    found: Iterable[Instrument], held: Mapping[int, int], of: int, filter: InstrumentFilter, request: HttpRequest
) -> Report:
    """The list of instruments. held: how many of `of` territories each binds."""
    columns = [
        Column("code", _("Code")), Column("short", _("Short title"), "link", width=2), Column("title", _("Official title"), width=4),
        Column("body", _("Body"), width=2), Column("kind", _("Kind")), Column("weight", _("Weight")), Column("number", _("Number")),
        Column("celex", "CELEX"), Column("adopted", _("Adopted"), "date"), Column("force", _("In force"), "date"),
        Column("to", _("Belongs to")), Column("replaced", _("Replaced by")), Column("articles", _("Articles"), "integer"),
        Column("requirements", _("Requirements"), "integer"),
        Column("held", _("Territories bound, of %(of)s") % {"of": of}, "integer"),
    ]  # fmt: skip
    rows = [
        {
            "code": one.code, "short": Link(one.short_title, reverse("policy:instrument", args=[one.code])), "title": one.title,
            "body": one.get_body_display(), "kind": one.get_kind_display(), "weight": one.get_weight_display(),
            "number": one.number, "celex": one.celex, "adopted": one.adopted_on, "force": one.in_force_on,
            "to": one.to.short_title if one.to else None, "replaced": one.replaced_by.short_title if one.replaced_by else None,
            "articles": getattr(one, "article_count", None), "requirements": getattr(one, "requirement_count", None),
            "held": held.get(one.pk) if one.takes_parties else None,
        }
        for one in found
    ]  # fmt: skip
    return _report(
        _("Instruments"), [Table(_("Instruments"), columns, rows)], request, metadata={_("Filter"): filter.says()}
    )


def requirement_list(found: Iterable[Requirement], filter: RequirementFilter, request: HttpRequest) -> Report:
    """The list of requirements."""
    columns = [
        Column("code", _("Code")), Column("instrument", _("Instrument"), "link", width=2), Column("place", _("Article")),
        Column("heading", _("Heading"), width=2), Column("obligation", _("What it requires"), width=5), Column("type", _("Type")),
        Column("addressee", _("Addressee")), Column("weight", _("Weight")), Column("themes", _("Themes")),
        Column("elements", _("Elements")), Column("terms", _("Terms"), width=3),
    ]  # fmt: skip
    rows = [
        {
            "code": one.code,
            "instrument": Link(one.article.instrument.short_title, reverse("policy:requirement", args=[one.pk])),
            "place": one.place, "heading": one.article.heading, "obligation": one.obligation, "type": one.get_type_display(),
            "addressee": one.get_addressee_display(), "weight": one.get_weight_display(),
            "themes": ", ".join(str(theme) for theme in one.themes.all()),
            "elements": ", ".join(str(element) for element in one.elements.all()), "terms": ", ".join(one.terms),
        }
        for one in found
    ]  # fmt: skip
    note = _("The lines are our own words and do not replace the text of the instrument.")
    table = Table(_("Requirements"), columns, rows, note=note)
    return _report(_("Requirements"), [table], request, metadata={_("Filter"): filter.says()})


def matrix_report(found: Matrix, kept: str, request: HttpRequest, *, short: bool) -> Report:
    """The matrix. short: marks only, as in a document to print; else each cell says its status and day, as in a spreadsheet."""
    columns = [Column("instrument", _("Instrument"), "link", width=4)]
    columns += [Column(place.code, _code(place) if short else _name(place), width=1) for place in found.places]
    if not short:
        columns.append(Column("gaps", _("Not bound"), "integer"))
    marks = "; ".join(f"{mark} {words}" for _code, mark, words in legend())
    table = Table(
        _("Who is bound by what"), columns, LazyRows(lambda: _matrix_rows(found, short)),
        note=f"{marks}. ≠ {_('sources differ')}." if short else "", source=_known(found),
    )  # fmt: skip
    return _report(
        _("Instruments and States"), [table], request, metadata={_("Filter"): kept}, cover=False, landscape=True
    )


def _known(found: Matrix) -> str:
    """How far the sources of a matrix reach."""
    if found.known is None:
        return ""
    first, last = (formats.day(day) for day in found.known)
    return _("The oldest source knew up to %(first)s, the newest up to %(last)s; each cell has its own.") % {
        "first": first,
        "last": last,
    }


def _matrix_rows(found: Matrix, short: bool) -> Iterator[dict[str, Any]]:
    for line in found.lines:
        row: dict[str, Any] = {
            "instrument": Link(line.instrument.short_title, reverse("policy:instrument", args=[line.instrument.code])),
            "gaps": line.gaps,
        }
        for place, one in line.cells:
            row[place.code] = f"{one.mark}{'≠' if one.disagrees else ''}" if short else in_words(place, one)
        yield row


def _code(place: Place) -> str:
    return f"{place.code}*" if place.needs_footnote else place.code


def _name(place: Place) -> str:
    return f"{place.short_name.rstrip('*')}*" if place.needs_footnote else place.short_name


def country_report(place: Place, found: Sequence[tuple[Instrument, Standing]], request: HttpRequest) -> Report:
    """What a State is bound by: one row for each act that a source names, and one for each instrument without."""
    columns = [
        Column("instrument", _("Instrument"), "link", width=2), Column("status", _("Conclusion")), Column("when", _("Since")),
        Column("act", _("Act")), Column("day", _("Date")), Column("source", _("Source"), width=3), Column("as_of", _("As of"), "date"),
        Column("note", _("Note"), width=2), Column("differ", _("Sources differ"), width=3),
    ]  # fmt: skip
    rows = [row for one, standing in found for row in _acts(place, one, standing)]
    return _report(
        _("Instruments: %(place)s") % {"place": _name(place)}, [Table(_("Acts by source"), columns, rows)], request,
        name=f"instruments-{place.code.lower()}",
    )  # fmt: skip


def _acts(place: Place, one: Instrument, standing: Standing) -> Iterator[dict[str, Any]]:
    head = {
        "instrument": Link(one.short_title, reverse("policy:standing", args=[one.code, place.code])),
        "status": standing.label, "when": standing.when, "differ": " ".join(standing.reasons),
    }  # fmt: skip
    acts = [act for said in standing.said for act in said.acts] + standing.words
    if not acts:
        yield head
    for act in acts:
        yield head | {
            "act": act.get_kind_display(), "day": told(act.date, act.precision), "source": act.source, "as_of": act.as_of,
            "note": " ".join(filter(None, (act.note, act.text))),
        }  # fmt: skip


def accession_report(
    place: Place,
    one: Instrument,
    groups: Sequence[Group],
    met: Mapping[int, Sequence[tuple[str, str]]],
    request: HttpRequest,
) -> Report:
    """What an instrument would require of a place: its requirements, and which a reviewed text meets."""
    columns = [
        Column("place", _("Article")), Column("heading", _("Heading"), width=2), Column("obligation", _("What it requires"), width=5),
        Column("type", _("Type")), Column("addressee", _("Addressee")), Column("met", _("Met by"), width=3),
    ]  # fmt: skip
    rows = [
        {
            "place": row.place, "heading": group.article.heading, "obligation": row.obligation, "type": row.get_type_display(),
            "addressee": row.get_addressee_display(), "met": "; ".join(label for label, _url in met.get(row.pk, ())) or None,
        }
        for group in groups
        for row in group.requirements
    ]  # fmt: skip
    title = _("%(place)s: what the %(instrument)s would require") % {
        "place": _name(place),
        "instrument": one.short_title,
    }
    return _report(
        title,
        [Table(one.title, columns, rows)],
        request,
        cover=False,
        name=f"accession-{place.code.lower()}-{one.code}",
    )
