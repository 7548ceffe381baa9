from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from migov.services.documents import Column, LazyRows, Link, Table
from migov.services.documents.values import (
    DASH,
    clean_text,
    format_value,
    safe_url,
    slug,
    starts_right_to_left,
    total_cells,
)


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (1234567, "integer", "1,234,567"),
        (-1234, "integer", "−1,234"),
        (Decimal("0"), "integer", "0"),
        (Decimal("-0.4"), "integer", "0"),
        (Decimal("12.345"), "number", "12.35"),
        (Decimal("12.50"), "number", "12.5"),
        (Decimal("1240000"), "money", "1,240,000"),
        (Decimal("1240000.5"), "money", "1,240,000.50"),
        (Decimal(10**33 + 1), "number", "1" + ",000" * 10 + ",001"),
        (Decimal("0.65"), "percent", "65\u00a0%"),
        (1.115, "percent", "112\u00a0%"),
        (dt.date(2026, 6, 30), "date", "30\u00a0Jun\u00a02026"),
        (None, "money", DASH),
        ("", "text", DASH),
        (float("nan"), "number", DASH),
        (Decimal("Infinity"), "integer", DASH),
        ("<10", "integer", "<10"),
        (True, "text", "Yes"),
        (2024, "text", "2024"),
        (Link("Words", "https://example.org"), "link", "Words"),
    ],
)
def test_a_value_reads_the_same_everywhere(value: Any, kind: Any, shown: str) -> None:
    assert format_value(value, kind) == shown


def test_decimals_and_separators_follow_column_and_language() -> None:
    assert format_value(Decimal("1234.5"), "number", decimals=3) == "1,234.500"
    assert format_value(Decimal("0.6543"), "percent", decimals=1) == "65.4\u00a0%"
    assert format_value(Decimal("1234.5"), "number", language="ru-RU") == "1\u00a0234,5"


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://example.org/a?b=1", "https://example.org/a?b=1"),
        ("mailto:office@example.org", "mailto:office@example.org"),
        ("/projects/1", "https://site.example/projects/1"),
        ("#part", "#part"),
        ("javascript:alert(1)", ""),
        ("JaVaScRiPt:alert(1)", ""),
        ("java\x00script:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//other.example/x", ""),
        ("\\\\host\\share", ""),
        ("file:///etc/passwd", ""),
        ("https://", ""),
        ("http://[broken", ""),
        ("", ""),
    ],
)
def test_only_plain_addresses_become_links(url: str, safe: str) -> None:
    assert safe_url(url, "https://site.example/") == safe


def test_text_loses_what_breaks_or_disguises_it_and_nothing_else() -> None:
    assert clean_text("a\x00b\x1b\ud800\ufffe\ufeff\u202ec\r\nd\tე") == "abc\nd\tე"


def test_direction_is_that_of_the_first_letter() -> None:
    assert starts_right_to_left("12 שלום hello")
    assert not starts_right_to_left("hello שלום")
    assert not starts_right_to_left("123")


def test_slugs_are_plain_ascii() -> None:
    assert slug("Chișinău: bilan d'été / 2026") == "chisinau-bilan-d-ete-2026"
    assert slug("Отчёт") == "report"


def test_the_total_row_says_so_and_leaves_other_cells_empty() -> None:
    table = Table("T", [Column("a", "A"), Column("b", "B", "integer"), Column("c", "C")], [], total={"b": 1200})
    assert [cell.text for cell in total_cells(table)] == ["Total", "1,200", ""]


def test_a_table_refuses_rows_that_can_be_read_only_once() -> None:
    columns = [Column("a", "A")]
    with pytest.raises(TypeError, match="LazyRows"):
        Table("T", columns, ({"a": n} for n in range(3)))
    lazy = Table("T", columns, LazyRows(lambda: ({"a": n} for n in range(3))))
    assert [list(lazy.rows), list(lazy.rows)] == [[{"a": 0}, {"a": 1}, {"a": 2}]] * 2


def test_a_table_refuses_doubled_keys_and_unknown_kinds() -> None:
    with pytest.raises(ValueError, match="same key"):
        Table("T", [Column("a", "A"), Column("a", "B")], [])
    with pytest.raises(ValueError, match="no columns"):
        Table("T", [], [])
    with pytest.raises(ValueError, match="colour"):
        Column("a", "A", "colour")  # type: ignore[arg-type]
