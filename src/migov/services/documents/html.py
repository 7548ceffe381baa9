"""A report as one web page that prints well: semantic HTML, its own style, no script, nothing from another host."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from . import labels
from .charts import render_svg
from .layout import is_wide
from .tree import (
    Block,
    Bullets,
    Chart,
    Emphasis,
    Facts,
    Inline,
    Inlines,
    Link,
    Note,
    PageBreak,
    Paragraph,
    Report,
    Section,
    Strong,
    Table,
    inlines,
)
from .values import Cell, clean_text, format_rows, format_value, one_line, safe_url, total_cells


def render(report: Report) -> bytes:
    """The whole page as UTF-8, to be saved, mailed or printed. Raises charts.ForbiddenSpec as `charts` does."""
    context = {**_context(report), "style": mark_safe(_style())}  # noqa: S308  our own file
    return render_to_string("documents/report.html", context).encode()


def fragment(report: Report, *, top_level: int = 1) -> SafeString:
    """The report without page skeleton and style, to stand inside a page of the site.

    top_level: the heading level of the report's title. Styles: static file `documents/report.css`.
    """
    return render_to_string("documents/_report.html", _context(report, top_level=top_level))


def headings(report: Report, depth: int = 2) -> list[tuple[str, int, str]]:
    """The headings of a report as (anchor, level from 1, title), down to `depth`, for links to them in a page that holds it."""
    found: list[tuple[str, int, str]] = []
    count = itertools.count(1)

    def below(blocks: Iterable[Block], level: int) -> None:
        for block in blocks:
            if isinstance(block, Section):
                anchor = _anchor(next(count))
                if level <= depth:
                    found.append((anchor, level, one_line(block.title)))
                below(block.blocks, level + 1)

    below(report.blocks, 1)
    return found


def _anchor(number: int) -> str:
    return f"part-{number}"


def _context(report: Report, *, top_level: int = 1) -> dict[str, Any]:
    return {
        "title": one_line(report.title),
        "subtitle": one_line(report.subtitle),
        "organisation": one_line(report.organisation),
        "language": report.language,
        "level": top_level,
        "large": report.type_size == "large",
        "end_level": min(top_level + 1, 6),
        "right_to_left": report.language.split("-")[0] in {"ar", "fa", "he", "ur"},
        "dates": labels.page_dates(report),
        "notices": [clean_text(notice) for notice in report.notices],
        "blocks": _Pages(report, top_level).blocks(report.blocks, top_level + 1),
        "sources": [_run(source, report.base_url) for source in report.sources],
        "footnotes": [clean_text(note) for note in report.footnotes],
        "about": [(clean_text(label), clean_text(words)) for label, words in report.metadata.items()],
    }


@lru_cache(maxsize=1)
def _style() -> str:
    return files(__package__).joinpath("static/documents/report.css").read_text(encoding="utf-8")


class _Pages:
    """Turns blocks into what the templates show; rows stay lazy until they are printed."""

    def __init__(self, report: Report, top_level: int) -> None:
        self.report = report
        self.numbers = labels.numbering(report)
        self.sections = itertools.count(1)

    def blocks(self, blocks: Any, level: int) -> list[dict[str, Any]]:
        return [self.block(block, level) for block in blocks]

    def block(self, block: Block, level: int) -> dict[str, Any]:
        match block:
            case Section():
                return {
                    "template": "documents/_section.html",
                    "title": one_line(block.title) or "–",
                    "anchor": _anchor(next(self.sections)),
                    "level": min(level, 6),
                    "blocks": self.blocks(block.blocks, level + 1),
                }
            case Paragraph():
                return {"template": "documents/_paragraph.html", "runs": self.runs(block.runs)}
            case Bullets():
                return {"template": "documents/_bullets.html", "entries": [self.runs(item) for item in block.items]}
            case Note():
                return {"template": "documents/_note.html", "kind": block.kind, "runs": self.runs(block.text)}
            case Facts():
                return self.facts(block)
            case Table():
                return self.table(block, labels.table_label(self.numbers[id(block)]))
            case Chart():
                return self.chart(block)
            case PageBreak():
                return {"template": "documents/_page_break.html"}

    def runs(self, content: Inlines) -> list[dict[str, str]]:
        return [_run(run, self.report.base_url) for run in inlines(content)]

    def facts(self, block: Facts) -> dict[str, Any]:
        items = [
            {
                "label": clean_text(fact.label),
                "value": format_value(fact.value, fact.kind, decimals=fact.decimals, language=self.report.language),
                "unit": clean_text(fact.unit),
                "note": clean_text(fact.note),
                "url": safe_url(fact.url, self.report.base_url),
            }
            for fact in block.items
        ]
        return {"template": "documents/_facts.html", "entries": items}

    def table(self, table: Table, label: str) -> dict[str, Any]:
        return {
            "template": "documents/_table.html",
            "label": label,
            "caption": clean_text(table.caption),
            "columns": [{"heading": clean_text(column.heading), "numeric": column.numeric} for column in table.columns],
            "rows": self.rows(table),
            "total": total_cells(table, language=self.report.language, base_url=self.report.base_url),
            "empty": labels.empty_text(table),
            "note": clean_text(table.note),
            "source": clean_text(table.source),
            "wide": is_wide(table),
        }

    def rows(self, table: Table) -> Iterator[list[Cell]]:
        return format_rows(table, language=self.report.language, base_url=self.report.base_url)

    def chart(self, chart: Chart) -> dict[str, Any]:
        return {
            "template": "documents/_chart.html",
            "label": labels.figure_label(self.numbers[id(chart)]),
            "title": clean_text(chart.title),
            "alt": clean_text(chart.alt),
            # Drawn by our own engine from a checked spec; words inside are escaped by it, links and images refused.
            "svg": mark_safe(render_svg(chart.spec)),  # noqa: S308
            "source": clean_text(chart.source),
            "table": self.table(chart.table, labels.data_label()) if chart.print_table else None,
        }


def _run(run: Inline, base_url: str) -> dict[str, str]:
    match run:
        case Strong():
            return {"style": "strong", "text": clean_text(run.text), "url": ""}
        case Emphasis():
            return {"style": "emphasis", "text": clean_text(run.text), "url": ""}
        case Link():
            return {"style": "plain", "text": clean_text(run.text or run.url), "url": safe_url(run.url, base_url)}
        case _:
            return {"style": "plain", "text": clean_text(run), "url": ""}
