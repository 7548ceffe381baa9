from __future__ import annotations

import dataclasses
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdf

from migov.services.documents import Column, Paragraph, Report, Section, Table, render


def opened(report: Report) -> pypdf.PdfReader:
    content = render(report, "pdf").content
    assert content.startswith(b"%PDF-")
    return pypdf.PdfReader(io.BytesIO(content))


def test_it_declares_pdf_ua_and_is_tagged(report: Report) -> None:
    reader = opened(report)
    root = reader.trailer["/Root"]
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  a PDF boolean
    assert root["/Lang"] == "en"
    assert reader.metadata is not None
    assert reader.metadata.title == "What the office contributes"
    assert reader.metadata.author == "Regional Office"


def test_headings_become_bookmarks(report: Report) -> None:
    top = [entry.title for entry in opened(report).outline if not isinstance(entry, list)]
    assert top == ["Summary", "Portfolio", "Sources", "Notes", "About this report"]


def test_pages_are_numbered_after_the_cover(report: Report) -> None:
    pages = opened(report).pages
    assert f"2 / {len(pages)}" in pages[1].extract_text()
    assert f"1 / {len(pages)}" not in pages[0].extract_text()
    assert "Illustrative portfolio" in pages[-1].extract_text()


def test_a_wide_table_gets_a_landscape_page_with_its_heading(report: Report) -> None:
    sideways = [page for page in opened(report).pages if page.mediabox.width > page.mediabox.height]
    assert len(sideways) == 1
    assert "Results by year" in sideways[0].extract_text()
    assert sideways[0].extract_text().index("Results") < sideways[0].extract_text().index("Results by year")


def test_the_heading_row_comes_again_on_every_page(report: Report) -> None:
    rows = [{"a": f"Row {n}", "b": n} for n in range(120)]
    table = Table("Long", [Column("a", "Name of row"), Column("b", "Count", "integer")], rows)
    pages = opened(dataclasses.replace(report, blocks=[Section("All", [table])])).pages[1:]
    with_rows = [page.extract_text() for page in pages if "Row " in page.extract_text()]
    assert len(with_rows) > 1
    assert all("Name of row" in text for text in with_rows)


def test_only_followable_addresses_become_links(report: Report) -> None:
    targets = {
        annotation["/A"]["/URI"]
        for page in opened(report).pages
        for annotation in page.get("/Annots", [])
        if "/URI" in annotation.get("/A", {})
    }
    assert targets == {
        "https://migov.example.org/rows?x=1&y=2",
        "https://migov.example.org/rows",
        "https://migov.example.org/projects/1",
        "https://iatistandard.org/",
    }


def structure(node: Any) -> Iterator[dict[str, Any]]:
    """Every element of the tag tree."""
    node = node.get_object()
    if isinstance(node, list):
        for child in node:
            yield from structure(child)
    elif isinstance(node, dict):
        yield node
        if "/K" in node and not isinstance(node["/K"].get_object(), int):
            yield from structure(node["/K"])


def test_pictures_carry_their_text_alternative_and_tables_their_header_cells(report: Report) -> None:
    tags = list(structure(opened(report).trailer["/Root"]["/StructTreeRoot"]))
    alternatives = {str(tag["/Alt"]) for tag in tags if "/Alt" in tag}
    assert "Bars: objective 10 has three times the budget of objective 21." in alternatives
    assert sum(tag.get("/S") == "/TH" for tag in tags) == 6 + 2 + 9


def test_markup_in_text_stays_text(report: Report) -> None:
    trick = "#pagebreak() *not bold* $x$ \\ = 1"
    text = opened(dataclasses.replace(report, blocks=[Section("S", [Paragraph(trick)])])).pages[1].extract_text()
    assert trick in text


def test_a_character_without_a_glyph_is_shown_as_a_box(report: Report) -> None:
    text = opened(dataclasses.replace(report, blocks=[Paragraph("before \U000f1234 after")])).pages[1].extract_text()
    assert "before □ after" in text


def test_a_report_of_nothing_but_a_title_is_a_file(report: Report) -> None:
    bare = Report(title="Bare", blocks=[], date=report.date)
    assert len(opened(bare).pages) >= 1


FORKED = """
import datetime, os, sys
import django
django.setup()
from migov.services.documents import Report, render
report = Report(title="Before", date=datetime.date(2026, 1, 2), organisation="Office", blocks=[])
assert render(report, "pdf").content.startswith(b"%PDF")
child = os.fork()
if child == 0:
    try:
        render(report, "pdf")
    except RuntimeError as refused:
        os._exit(7 if "before this process was forked" in str(refused) else 8)
    os._exit(9)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
"""


def test_a_process_forked_after_a_pdf_refuses_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    env = {**os.environ, "DJANGO_SETTINGS_MODULE": "migov.site.settings", "MIGOV_HOME": str(tmp_path)}
    assert subprocess.run([sys.executable, "-c", FORKED], env=env, timeout=60, check=False).returncode == 7
