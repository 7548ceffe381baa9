from __future__ import annotations

import dataclasses
import json
import re
from decimal import Decimal
from html.parser import HTMLParser

from migov.services.documents import Column, LazyRows, Link, Paragraph, Report, Table, render
from migov.services.documents.html import fragment
from migov.services.documents.json import SCHEMA, stream


def parsed(report: Report) -> dict[str, object]:
    return json.loads(render(report, "json").content, parse_float=Decimal)  # type: ignore[no-any-return]


def test_decimals_keep_every_digit(report: Report) -> None:
    values = [Decimal(words) for words in ("0.1", "19.10", "12345678901234567890.123456789", "1E+40", "NaN")]
    table = Table("T", [Column("a", "A", "number")], [{"a": value} for value in values])
    raw = render(dataclasses.replace(report, blocks=[table]), "json").content.decode()
    assert '{"a":19.10}' in raw
    rows = json.loads(raw, parse_float=Decimal)["blocks"][0]["rows"]
    assert [row["a"] for row in rows] == [*values[:4], None]


def test_the_data_file_states_its_schema_dates_and_links(report: Report) -> None:
    data = parsed(report)
    assert data["schema"] == SCHEMA == "migov.report/1"
    assert (data["date"], data["as_of"]) == ("2026-11-22", "2026-06-30")
    table = data["blocks"][2]["blocks"][0]["blocks"][0]  # type: ignore[index]
    assert table["rows"][0]["end"] == "2026-06-30"
    assert table["rows"][0]["project"]["url"] == "https://migov.example.org/projects/1"
    assert table["rows"][1]["project"] == {"text": "Border guards", "url": ""}
    assert table["rows"][1]["spent"] is None


def test_rows_are_read_only_as_they_are_written(report: Report) -> None:
    taken: list[int] = []

    def make() -> object:
        for number in range(10_000):
            taken.append(number)
            yield {"a": f"Row {number} with words that make it longer"}

    table = Table("T", [Column("a", "A")], LazyRows(make))  # type: ignore[arg-type]
    pieces = stream(dataclasses.replace(report, blocks=[table]))
    first = next(pieces)
    assert len(taken) < 3_000
    assert len(json.loads(first + b"".join(pieces))["blocks"][0]["rows"]) == 10_000


class _Tags(HTMLParser):
    """Collects tags, and checks that they close in order."""

    VOID = {"meta", "br", "img", "link", "hr", "input"}

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def tags_of(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Tags()
    parser.feed(page)
    assert not parser.open
    return parser.seen


def test_the_page_is_semantic_and_well_formed(report: Report) -> None:
    page = render(report, "html").content.decode()
    tags = tags_of(page)
    names = [name for name, _attributes in tags]
    assert names.count("h1") == 1
    assert names.count("caption") == names.count("table") == 4
    assert names.count("figcaption") == names.count("figure") == 1
    scopes = {attributes.get("scope") for name, attributes in tags if name == "th"}
    assert scopes == {"col", "row"}
    assert ("html", {"lang": "en"}) in tags
    picture = next(attributes for _name, attributes in tags if attributes.get("role") == "img")
    assert picture["aria-label"] == "Bars: objective 10 has three times the budget of objective 21."


def test_the_page_asks_nothing_of_any_host_and_runs_nothing(report: Report, hostile_report: Report) -> None:
    for one in (report, hostile_report):
        page = render(one, "html").content.decode()
        tags = tags_of(page)
        assert not {"script", "iframe", "link", "img", "object", "image"} & {name for name, _attributes in tags}
        attributes = [name for _tag, found in tags for name in found]
        assert not [name for name in attributes if name.startswith("on") or name == "style"]
        assert "@import" not in page
        assert "url(" not in re.sub(r'(fill|stroke|clip-path|mask)="url\(#', "", page)


def test_hostile_text_is_escaped(report: Report) -> None:
    trick = "<script>alert(1)</script>{{ report }}"
    page = fragment(
        dataclasses.replace(report, title=trick, blocks=[Paragraph([trick, Link(trick, 'https://x/"><i>')])])
    )
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 3
    assert "<i>" not in page


def test_a_fragment_fits_under_the_headings_of_its_page(report: Report) -> None:
    names = [name for name, _attributes in tags_of(fragment(report, top_level=2))]
    assert "h1" not in names
    assert names.count("h2") == 1
    assert {"h3", "h4"} <= set(names)
    assert "style" not in names


def test_a_row_that_heads_others_runs_over_its_empty_cells_on_a_page(report: Report) -> None:
    columns = [Column("a", "Result"), Column("b", "Unit"), Column("c", "Note")]
    rows = [{"a": "Outcome 1", "head": True}, {"b": "people"}]
    table = Table("Matrix", columns, rows, band="head", missing="")
    html = render(dataclasses.replace(report, blocks=[table]), "html").content.decode()
    assert '<tr class="report-band"><th scope="row" dir="auto" colspan="3">Outcome 1</th></tr>' in html
    assert '<td dir="auto">people</td><td dir="auto"></td></tr>' in html
