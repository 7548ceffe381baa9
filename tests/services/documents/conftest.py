"""One report with every kind of block, and one full of text that tries to break things."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from migov.services.documents import (
    Bullets,
    Chart,
    Column,
    Emphasis,
    Fact,
    Facts,
    Link,
    Note,
    PageBreak,
    Paragraph,
    Report,
    Section,
    Strong,
    Table,
)
from migov.services.documents.charts import bar_by_element

KOSOVO = "* References to Kosovo shall be understood in the context of UN Security Council resolution 1244 (1999)."
HOSTILE = (
    "#set page(fill: red) $x^2$ *bold* \\n _it_ <b>&amp; </w:t> @ref [link](x) `code` {{ 7 }} "
    "\x00\x07\x1b \ud800 \ufffe "
    "\u202eevil 漢字 👩\u200d🚀 🇺🇦 😀 עברית العربية ქართული Հայերեն " + "W" * 300
)


def project_table(**changes: Any) -> Table:
    values: dict[str, Any] = {
        "caption": "Projects that contribute",
        "columns": [
            Column("project", "Project", "link"),
            Column("office", "Office"),
            Column("budget", "Budget share", "money", unit="USD"),
            Column("people", "People assisted", "integer"),
            Column("spent", "Spent", "percent"),
            Column("end", "End date", "date"),
        ],
        "rows": [
            {
                "project": Link("National referral of victims", "/projects/1"),
                "office": "Chișinău",
                "budget": Decimal("1240000"),
                "people": 3120,
                "spent": Decimal("0.65"),
                "end": dt.date(2026, 6, 30),
            },
            {
                "project": Link("Border guards", "javascript:alert(1)"),
                "office": "Kosovo*",
                "budget": Decimal("860000.5"),
                "people": "<10",
                "spent": None,
                "end": None,
            },
        ],
        "total": {"budget": Decimal("2100000.5")},
        "note": "Shares within projects.",
        "source": "Office portfolio",
    }
    return Table(**{**values, **changes})


@pytest.fixture
def report() -> Report:
    bars = [{"label": "GCM 10", "value": Decimal("2100000")}, {"label": "GCM 21", "value": 740321, "highlight": True}]
    chart = Chart(
        "Budget by objective",
        "Bars: objective 10 has three times the budget of objective 21.",
        bar_by_element(bars, value_title="Budget (USD)"),
        Table("Budget by objective", [Column("label", "Objective"), Column("value", "Budget", "money")], bars),
    )
    wide = Table(
        "Results by year",
        [Column("name", "Indicator"), *[Column(f"y{n}", str(2019 + n), "integer") for n in range(8)]],
        [{"name": "Officials trained", **{f"y{n}": 1000 + 111 * n for n in range(8)}}],
    )
    return Report(
        title="What the office contributes",
        subtitle="Global Compact for Migration, objective 10",
        organisation="Regional Office",
        date=dt.date(2026, 11, 22),
        as_of=dt.date(2026, 6, 30),
        notices=["Illustrative portfolio: no figure is real."],
        blocks=[
            Section(
                "Summary",
                [
                    Paragraph(
                        [
                            "It ran ",
                            Strong("14 projects"),
                            ", ",
                            Emphasis("six as principal"),
                            ". ",
                            Link("Rows", "/rows?x=1&y=2"),
                        ]
                    ),
                    Facts([Fact("Budget share", Decimal("8.4"), "of 61.2 M", unit="M USD", url="/rows")]),
                    Note("Two values are not verified.", "warning"),
                    Bullets(["Referral works in four countries.", [Strong("Late: "), "one law."]]),
                ],
            ),
            PageBreak(),
            Section(
                "Portfolio",
                [
                    Section("Projects", [project_table()]),
                    Section("Money", [chart]),
                    Section("Results", [wide]),
                    Section("Evaluations", [Table("Evaluations", [Column("t", "Title")], [], empty_text="None yet.")]),
                ],
            ),
        ],
        sources=["Office portfolio, 30 June 2026", Link("IATI Standard", "https://iatistandard.org/")],
        footnotes=[KOSOVO],
        metadata={"Filter": "GCM objective 10", "Method": "Confirmed alignments only."},
        base_url="https://migov.example.org",
    )


@pytest.fixture
def hostile() -> str:
    return HOSTILE


@pytest.fixture
def hostile_report() -> Report:
    table = Table(
        HOSTILE,
        [Column("a", HOSTILE), Column("n", "Number", "integer")],
        [{"a": HOSTILE, "n": 1}, {"a": "", "n": "<10"}, {"a": "=HYPERLINK(1)", "n": float("nan")}],
        total={"n": 1},
        note=HOSTILE,
        source=HOSTILE,
    )
    chart = Chart(HOSTILE, HOSTILE, bar_by_element([{"label": HOSTILE, "value": 3}]), table)
    blocks = [
        Paragraph([HOSTILE, Strong(HOSTILE), Link(HOSTILE, "javascript:alert(1)")]),
        Bullets([HOSTILE]),
        Note(HOSTILE),
        Facts([Fact(HOSTILE, HOSTILE, HOSTILE)]),
        table,
        chart,
    ]
    return Report(
        title=HOSTILE,
        subtitle=HOSTILE,
        organisation=HOSTILE,
        date=dt.date(2026, 1, 1),
        notices=[HOSTILE],
        blocks=[Section(HOSTILE, blocks)],
        sources=[HOSTILE],
        footnotes=[HOSTILE],
        metadata={HOSTILE[:20]: HOSTILE},
    )


@pytest.fixture
def figures() -> list[str]:
    """Every figure in the tables of `report`, as people read it."""
    return [
        "1,240,000",
        "860,000.50",
        "2,100,000.50",
        "3,120",
        "<10",
        "65\u00a0%",
        "30\u00a0Jun\u00a02026",
        "2,100,000",
        "740,321",
        *(f"{1000 + 111 * n:,}" for n in range(8)),
    ]
