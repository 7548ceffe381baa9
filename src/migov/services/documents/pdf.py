"""A report as a tagged PDF (PDF/UA-1), set by typst in process.

All words reach the template `report.typ` as JSON, so nothing in them can be read as markup. Characters that no
installed font can draw are shown as "□": PDF/UA forbids leaving them blank.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from functools import lru_cache
from importlib.resources import files
from typing import Any

import typst
from django.utils.translation import gettext as _

from . import labels
from .charts import render_svg
from .layout import (
    LANDSCAPE_CHARACTERS,
    PORTRAIT_CHARACTERS,
    break_long_words,
    has_longer_word,
    is_wide,
    lies_sideways,
    shares_of,
    stays_whole,
)
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
from .values import (
    Cell,
    clean_text,
    format_rows,
    format_value,
    is_external,
    one_line,
    safe_url,
    starts_right_to_left,
    total_cells,
)

MISSING_GLYPH = "□"
_REPORTED = re.compile(r'`"(.*?)"`', re.DOTALL)
_ESCAPED = re.compile(r"\\u\{([0-9a-fA-F]+)\}")
_ATTEMPTS = 12
_TRIALS = 200
_LARGE = 20_000
_END_OF_TYPE = b"// ---- end of type ----"
# Latin, Greek, Cyrillic and common punctuation: in the fonts typst itself carries.
_SURELY_DRAWN = re.compile(
    "[\n\t\x20-\x7e\u00a0-\u017f\u0391-\u03c9\u0400-\u045f\u2010-\u2015\u2018-\u201e\u2022\u2026\u2212]"
)


def render(report: Report) -> bytes:
    """The report as PDF. Raises charts.ForbiddenSpec for a chart that reaches outside."""
    builder = _Builder(report)
    data = json.dumps(builder.report(), ensure_ascii=False)
    return _compile(data, builder.pictures, report)


class _Builder:
    """Turns the tree into the plain data the template reads, and collects the pictures."""

    def __init__(self, report: Report) -> None:
        self.source = report
        self.numbers = labels.numbering(report)
        self.pictures: dict[str, str] = {}

    def report(self) -> dict[str, Any]:
        report = self.source
        return {
            "title": break_long_words(one_line(report.title)),
            "subtitle": break_long_words(one_line(report.subtitle)),
            "organisation": break_long_words(one_line(report.organisation)),
            "title_line": _cut(report.title, 70),
            "organisation_line": _cut(report.organisation, 48),
            "language": report.language,
            "dates": [list(pair) for pair in labels.page_dates(report)],
            "day": [report.date.year, report.date.month, report.date.day],
            "notices": [self.text(notice) for notice in report.notices],
            "notice_line": labels.notice_line(report),
            "contents": len(labels.contents(report)) if report.cover else 0,
            "cover": report.cover,
            "sideways": lies_sideways(report),
            "size": report.type_size,
            "blocks": [self.block(block) for block in report.blocks],
            "sources": [
                self.runs((source,)) if isinstance(source, Link) else self.runs(source) for source in report.sources
            ],
            "footnotes": [self.text(note) for note in report.footnotes],
            "about": [[self.text(label), self.text(words)] for label, words in report.metadata.items()],
            "words": {
                "contents": _("Contents"),
                "sources": _("Sources"),
                "notes": _("Notes"),
                "about": _("About this report"),
                "source": _("Source:"),
                "note": _("Note:"),
                "continues": _("Table continues from the page before"),
            },
        }

    def text(self, words: object) -> dict[str, Any]:
        clean = clean_text(words)
        return {"t": break_long_words(clean), "rtl": starts_right_to_left(clean)}

    def runs(self, content: Inlines) -> list[dict[str, Any]]:
        return [self.run(run) for run in inlines(content)]

    def run(self, run: Inline) -> dict[str, Any]:
        match run:
            case Strong():
                return {**self.text(run.text), "style": "strong"}
            case Emphasis():
                return {**self.text(run.text), "style": "emphasis"}
            case Link():
                url = safe_url(run.url, self.source.base_url)
                return {**self.text(run.text or run.url), "style": "plain", "url": url if is_external(url) else ""}
            case _:
                return {**self.text(run), "style": "plain"}

    def block(self, block: Block) -> dict[str, Any]:
        match block:
            case Section():
                blocks = [self.block(child) for child in block.blocks]
                return {"kind": "section", "title": break_long_words(one_line(block.title)) or "–", "blocks": blocks}
            case Paragraph():
                return {"kind": "paragraph", "runs": self.runs(block.runs)}
            case Bullets():
                return {"kind": "bullets", "items": [self.runs(item) for item in block.items]}
            case Facts():
                return self.facts(block)
            case Table():
                return self.table(block, labels.table_label(self.numbers[id(block)]))
            case Chart():
                return self.chart(block)
            case Note():
                return {"kind": "note", "warning": block.kind == "warning", "runs": self.runs(block.text)}
            case PageBreak():
                return {"kind": "page_break"}

    def facts(self, block: Facts) -> dict[str, Any]:
        items = []
        for fact in block.items:
            url = safe_url(fact.url, self.source.base_url)
            value = format_value(fact.value, fact.kind, decimals=fact.decimals, language=self.source.language)
            items.append(
                {
                    "label": self.text(fact.label),
                    "value": self.text(value),
                    "unit": self.text(fact.unit),
                    "note": self.text(fact.note),
                    "url": url if is_external(url) else "",
                }
            )
        return {"kind": "facts", "items": items}

    def table(self, table: Table, label: str) -> dict[str, Any]:
        language, base_url = self.source.language, self.source.base_url
        rows = list(format_rows(table, language=language, base_url=base_url))
        total = total_cells(table, language=language, base_url=base_url)
        wide = is_wide(table) or lies_sideways(self.source)
        characters = LANDSCAPE_CHARACTERS if wide else PORTRAIT_CHARACTERS
        sample = [total, *rows[:200]] if total else rows[:200]
        shares = shares_of(table, sample, characters)
        rooms = [share * characters for share in shares]
        return {
            "kind": "table",
            "label": label,
            "caption": self.text(table.caption),
            "headings": [self.text(column.heading) for column in table.columns],
            "right": [column.numeric for column in table.columns],
            "shares": [round(share * 1000, 2) for share in shares],
            "wide": wide,
            "rows": [self.row(row, rooms, keep=table.wrap) for row in rows],
            "total": [self.cell(cell) for cell in total],
            "empty": "" if rows else labels.empty_text(table),
            "note": self.text(table.note),
            "source": self.text(table.source),
        }

    def row(self, row: list[Cell], rooms: list[float], *, keep: bool) -> list[Any]:
        """The cells of a row. rooms: characters that fit each column. keep: a short row is not to be divided between pages."""
        whole = keep and stays_whole(row, rooms)
        return [
            self.cell(
                cell,
                first=not at,
                whole=whole and not at,
                divide=cell.span == 1 and has_longer_word(cell.text, rooms[at]),
            )
            for at, cell in enumerate(row)
            if cell.span
        ]

    def cell(self, cell: Cell, *, first: bool = False, whole: bool = False, divide: bool = False) -> Any:
        """A bare string for the common cell: a long table has tens of thousands of them."""
        words = break_long_words(cell.text)
        rtl = starts_right_to_left(cell.text)
        if not rtl and not is_external(cell.url) and not cell.band and not cell.tone and not whole and not divide:
            return words
        return {
            "t": words, "rtl": rtl, "url": cell.url if is_external(cell.url) else "", "span": cell.span, "band": cell.band, "first": first,
            "tone": cell.tone or "", "whole": whole, "divide": divide,
        }  # fmt: skip

    def chart(self, chart: Chart) -> dict[str, Any]:
        name = f"picture-{len(self.pictures)}.svg"
        self.pictures[name] = render_svg(chart.spec)
        width = re.search(r'<svg[^>]*? width="([\d.]+)"', self.pictures[name])
        return {
            "kind": "chart",
            "label": labels.figure_label(self.numbers[id(chart)]),
            "title": self.text(chart.title),
            "alt": clean_text(chart.alt),
            "picture": name,
            "width": float(width.group(1)) if width else 640.0,
            "source": self.text(chart.source),
            "table": self.table(chart.table, labels.data_label()) if chart.print_table else None,
        }


_begun_in = 0  # process that set a PDF first


def _typst(sources: Any, *, timestamp: int | None = None) -> bytes:
    """Files by name to PDF/UA-1. Raises typst.TypstError. (Any, since typst's own hints lack this form.)

    Raises RuntimeError in a process that was forked from one that had set PDFs: typst's threads stayed there, and it would wait for ever.
    """
    global _begun_in
    _begun_in = _begun_in or os.getpid()
    if _begun_in != os.getpid():
        raise RuntimeError("PDFs were set before this process was forked; start the server in a process of its own")
    return typst.compile(sources, format="pdf", pdf_standards=["ua-1"], timestamp=timestamp)


def _forget() -> None:
    """Let typst drop what it remembers: it keeps the layout of the last ten documents, some 75 kB for each table row,
    so ten empty ones make room."""
    for _turn in range(11):
        typst.compile(b"", format="pdf", ignore_system_fonts=True)


def _cut(words: str, length: int) -> str:
    line = one_line(words)
    return line if len(line) <= length else line[: length - 1].rstrip() + "…"


def _compile(data: str, pictures: dict[str, str], report: Report) -> bytes:
    missing = _undrawable(frozenset(_SURELY_DRAWN.sub("", data + "".join(pictures.values()))))
    moment = dt.datetime.combine(report.date, dt.time(), tzinfo=dt.UTC)
    for _attempt in range(_ATTEMPTS):
        replace = {ord(character): MISSING_GLYPH for character in missing}
        sources = {"main.typ": _template(), "data.json": data.translate(replace).encode()}
        sources |= {name: svg.translate(replace).encode() for name, svg in pictures.items()}
        try:
            pdf = _typst(sources, timestamp=int(moment.timestamp()))
        except typst.TypstError as error:
            # Some characters fail only beside others (joined emoji, marks without a letter).
            culprits = _characters_named_in(str(error)) - missing
            if not culprits:
                raise
            missing = missing | culprits
            continue
        if len(data) > _LARGE:
            _forget()
        return pdf
    raise RuntimeError("The PDF could not be made: too many characters that no font can draw.")


@lru_cache(maxsize=1)
def _template() -> bytes:
    return files(__package__).joinpath("report.typ").read_bytes()


def _characters_named_in(message: str) -> frozenset[str]:
    """The characters typst says it cannot draw, plain letters left out. A message about anything else names none."""
    if "could not be displayed" not in message and "disallowed codepoint" not in message:
        return frozenset()
    found = _REPORTED.search(message)
    words = _ESCAPED.sub(lambda match: chr(int(match.group(1), 16)), found.group(1)) if found else ""
    return frozenset(_SURELY_DRAWN.sub("", words)) - {MISSING_GLYPH}


_drawable: dict[str, bool] = {MISSING_GLYPH: True}


def _undrawable(characters: frozenset[str]) -> frozenset[str]:
    """Those of the characters that no font can draw, found by halving; answers are kept for the life of the process.

    After a bounded number of trials the characters still in doubt count as undrawable, for this one document: a text
    in a script without any font must not hold the process up.
    """
    doubtful = [sorted(characters - _drawable.keys())]
    for _trial in range(_TRIALS):
        if not doubtful:
            break
        group = doubtful.pop(0)
        drawn = not group or _can_draw(group)
        if drawn or len(group) == 1:
            _drawable.update(dict.fromkeys(group, drawn))
        else:
            half = len(group) // 2
            doubtful += [group[:half], group[half:]]
    return frozenset(character for character in characters if not _drawable.get(character, False))


def _can_draw(characters: list[str]) -> bool:
    type_settings = _template().split(_END_OF_TYPE)[0]
    probe = type_settings + b'#set document(title: "probe")\n#json("probe.json").join("\\n")\n'
    try:
        _typst({"main.typ": probe, "probe.json": json.dumps(characters).encode()})
    except typst.TypstError:
        return False
    return True
