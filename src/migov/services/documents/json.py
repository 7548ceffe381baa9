"""A report as JSON, schema "migov.report/1".

Numbers are JSON numbers with every digit the Decimal has (19.10 stays 19.10); read them with
`json.loads(text, parse_float=Decimal)` to keep them so. Dates are ISO 8601 strings, a link is {"text", "url"},
what is unknown (or not a finite number) is null. Keys come in a fixed order; the same report gives the same bytes.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from .tree import (
    Block,
    Bullets,
    Chart,
    Column,
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
    Toned,
    inlines,
)
from .values import as_decimal, clean_text, safe_url

SCHEMA = "migov.report/1"
_BATCH = 64 * 1024


class _Rows:
    """The rows of a table, turned into JSON one at a time while they are written."""

    def __init__(self, table: Table, base_url: str) -> None:
        self.table = table
        self.base_url = base_url

    def __iter__(self) -> Iterator[dict[str, Any]]:
        for row in self.table.rows:
            yield {column.key: _value(row.get(column.key), self.base_url) for column in self.table.columns}


def render(report: Report) -> bytes:
    """The whole report as UTF-8 JSON."""
    return b"".join(stream(report))


def stream(report: Report) -> Iterator[bytes]:
    """The same bytes in pieces of about 64 kB; rows are read only as they are written, so memory stays flat."""
    pending: list[str] = []
    size = 0
    for piece in _write(_report(report)):
        pending.append(piece)
        size += len(piece)
        if size >= _BATCH:
            yield "".join(pending).encode()
            pending, size = [], 0
    yield ("".join(pending) + "\n").encode()


def _write(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        yield "{"
        for index, (key, item) in enumerate(value.items()):
            yield f"{',' if index else ''}{json.dumps(str(key), ensure_ascii=False)}:"
            yield from _write(item)
        yield "}"
    elif isinstance(value, list | tuple | _Rows):
        yield "["
        for index, item in enumerate(value):
            if index:
                yield ","
            yield from _write(item)
        yield "]"
    else:
        yield _scalar(value)


def _scalar(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, Decimal):
        # Beyond these sizes plain digits would only be zeros; JSON allows the exponent.
        return f"{value:f}" if -30 < value.adjusted() < 30 else f"{value:e}"
    if isinstance(value, int):
        return str(int(value))
    if isinstance(value, float):
        return json.dumps(value) if math.isfinite(value) else "null"
    if isinstance(value, dt.date):
        return json.dumps(value.isoformat())
    return json.dumps(clean_text(value), ensure_ascii=False)


def _value(value: Any, base_url: str) -> Any:
    if isinstance(value, Link):
        return {"text": value.text, "url": safe_url(value.url, base_url)}
    if isinstance(value, Toned):
        return value.text
    if isinstance(value, float | Decimal):
        return as_decimal(value)
    return value


def _report(report: Report) -> dict[str, Any]:
    base = report.base_url
    return {
        "schema": SCHEMA,
        "title": report.title,
        "subtitle": report.subtitle,
        "organisation": report.organisation,
        "date": report.date,
        "as_of": report.as_of,
        "language": report.language,
        "notices": list(report.notices),
        "metadata": dict(report.metadata),
        "blocks": [_block(block, base) for block in report.blocks],
        "sources": [
            _value(source, base) if isinstance(source, Link) else {"text": source, "url": ""}
            for source in report.sources
        ],
        "footnotes": list(report.footnotes),
    }


def _block(block: Block, base: str) -> dict[str, Any]:
    match block:
        case Section():
            return {"type": "section", "title": block.title, "blocks": [_block(child, base) for child in block.blocks]}
        case Paragraph():
            return {"type": "paragraph", "runs": _runs(block.runs, base)}
        case Bullets():
            return {"type": "bullets", "items": [_runs(item, base) for item in block.items]}
        case Facts():
            return {
                "type": "facts",
                "items": [
                    {
                        "label": fact.label,
                        "value": _value(fact.value, base),
                        "kind": fact.kind,
                        "unit": fact.unit,
                        "note": fact.note,
                        "url": safe_url(fact.url, base),
                    }
                    for fact in block.items
                ],
            }
        case Table():
            return _table(block, base)
        case Chart():
            return {
                "type": "chart",
                "title": block.title,
                "alt": block.alt,
                "source": block.source,
                "spec": block.spec,
                "table": _table(block.table, base),
            }
        case Note():
            return {"type": "note", "kind": block.kind, "runs": _runs(block.text, base)}
        case PageBreak():
            return {"type": "page_break"}


def _table(table: Table, base: str) -> dict[str, Any]:
    total = table.total
    return {
        "type": "table",
        "caption": table.caption,
        "columns": [_column(column) for column in table.columns],
        "rows": _Rows(table, base),
        "total": None if total is None else {c.key: _value(total.get(c.key), base) for c in table.columns},
        "note": table.note,
        "source": table.source,
    }


def _column(column: Column) -> dict[str, Any]:
    return {"key": column.key, "label": column.label, "kind": column.kind, "unit": column.unit}


def _runs(content: Inlines, base: str) -> list[dict[str, str]]:
    return [_run(run, base) for run in inlines(content)]


def _run(run: Inline, base: str) -> dict[str, str]:
    match run:
        case Strong():
            return {"style": "strong", "text": run.text}
        case Emphasis():
            return {"style": "emphasis", "text": run.text}
        case Link():
            return {"style": "link", "text": run.text, "url": safe_url(run.url, base)}
        case _:
            return {"style": "plain", "text": run}
