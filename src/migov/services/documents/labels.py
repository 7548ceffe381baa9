"""The few words that documents add of their own."""

from __future__ import annotations

from django.utils.translation import gettext as _

from .tree import Chart, Report, Section, Table, walk
from .values import format_date, one_line


def page_dates(report: Report) -> list[tuple[str, str]]:
    """The dates a reader needs, as (label, words)."""
    dates = [(_("Date"), format_date(report.date))]
    if report.as_of is not None:
        dates.append((_("Figures as of"), format_date(report.as_of)))
    return dates


def notice_line(report: Report, most: int = 200) -> str:
    """What a reader must know first, in a line or two for the foot of each page."""
    line = " · ".join(one_line(words) for words in report.notices)
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def table_label(number: int) -> str:
    return _("Table %(number)d") % {"number": number}


def figure_label(number: int) -> str:
    return _("Figure %(number)d") % {"number": number}


def empty_text(table: Table) -> str:
    return table.empty_text or _("No rows.")


def numbering(report: Report) -> dict[int, int]:
    """id(block) -> its number: figures and tables counted apart, in reading order. A chart's own table has none."""
    numbers: dict[int, int] = {}
    figures = tables = 0
    for block in walk(report.blocks):
        if isinstance(block, Chart):
            figures += 1
            numbers[id(block)] = figures
        elif isinstance(block, Table):
            tables += 1
            numbers[id(block)] = tables
    return numbers


def contents(report: Report, depth: int = 2) -> list[tuple[int, str]]:
    """The headings down to `depth`, as (level from 1, title)."""

    def below(blocks: object, level: int) -> list[tuple[int, str]]:
        found: list[tuple[int, str]] = []
        for block in blocks if isinstance(blocks, list | tuple) else []:
            if isinstance(block, Section):
                found.append((level, one_line(block.title)))
                if level < depth:
                    found += below(list(block.blocks), level + 1)
        return found

    return below(list(report.blocks), 1)


def data_label() -> str:
    """What stands before the caption of a chart's own table."""
    return _("Data")
