"""Bars by framework element and element-by-country heat maps."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from .theme import AMBER, BLUE, BLUES, INK, PAPER, SCHEMA_URL, SOFT

_LINE_LENGTH = 42
_ONE_LINE_STEP = 26
_TWO_LINE_STEP = 38
# Labels hold their own line breaks; Vega-Lite draws a list of strings as lines.
_LABEL_AXIS: dict[str, Any] = {
    "labelExpr": r"split(datum.label, '\n')",
    "labelLimit": 400,
    "ticks": False,
    "domain": False,
    "grid": False,
}
_EMPTY_CELL = "#f7f8fa"


def _number(value: Any) -> float | None:
    return None if value is None or isinstance(value, str) else float(value)


def _longest_first(value: Any) -> float:
    """A sort key: large numbers first, what has no number last."""
    number = _number(value)
    return math.inf if number is None else -number


def _wrapped(label: object) -> str:
    """The label on at most two lines."""
    return "\n".join(textwrap.wrap(str(label), _LINE_LENGTH, max_lines=2, placeholder=" …")) or " "


def _step(labels: Sequence[str]) -> int:
    return _TWO_LINE_STEP if any("\n" in label for label in labels) else _ONE_LINE_STEP


def bar_by_element(
    rows: Sequence[Mapping[str, Any]],
    *,
    label: str = "label",
    value: str = "value",
    highlight: str = "highlight",
    value_title: str = "",
    number_format: str = ",.0f",
    sort: bool = True,
    width: int = 400,
) -> dict[str, Any]:
    """Horizontal bars, one a row, longest first, each with its number.

    rows: mappings with `label` (text, unique), `value` (number; None is left without a bar) and, for what needs
        attention, a true `highlight`: it paints the bar amber and puts a mark before its label.
    sort: False keeps the order given (for instance framework order).
    number_format: a d3-format string. width: of the plotting area in chart units; labels stand to its left.
    """
    ordered = list(rows)
    if sort:
        ordered.sort(key=lambda row: _longest_first(row.get(value)))
    data = [
        {
            "label": _wrapped(f"▸ {row[label]}" if row.get(highlight) else row[label]),
            "value": _number(row.get(value)),
            "attention": bool(row.get(highlight)),
        }
        for row in ordered
    ]
    labels = [str(row["label"]) for row in data]
    return {
        "$schema": SCHEMA_URL,
        "width": width,
        "height": {"step": _step(labels)},
        "data": {"values": data},
        "encoding": {
            "y": {"field": "label", "type": "nominal", "sort": labels, "title": None, "axis": _LABEL_AXIS},
            "x": {
                "field": "value",
                "type": "quantitative",
                "title": value_title or None,
                # Every bar carries its number, so a scale would only repeat it.
                "axis": {"labels": False, "grid": False, "domain": False, "ticks": False, "titleAnchor": "start"},
            },
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.66}},
                "encoding": {"color": {"condition": {"test": "datum.attention", "value": AMBER}, "value": BLUE}},
            },
            {
                "transform": [{"filter": "isValid(datum.value)"}],
                "mark": {"type": "text", "align": "left", "dx": 5},
                "encoding": {"text": {"field": "value", "type": "quantitative", "format": number_format}},
            },
        ],
    }


def heat_map(
    rows: Sequence[Mapping[str, Any]],
    *,
    element: str = "element",
    country: str = "country",
    value: str = "value",
    value_title: str = "",
    number_format: str = ",.0f",
    show_legend: bool = False,
) -> dict[str, Any]:
    """Elements down, countries across, each cell shaded and labelled with its number.

    rows: one mapping per cell; elements and countries keep the order in which they first come. A cell without a row,
        or with None, shows a dot on pale grey, which tells "nothing recorded" from zero.
    number_format: a d3-format string. Numbers turn white on dark cells, so that both stay readable.
    """
    cells = {(_wrapped(row[element]), str(row[country])): _number(row.get(value)) for row in rows}
    elements = list(dict.fromkeys(one for one, _other in cells))
    countries = list(dict.fromkeys(other for _one, other in cells))
    data = [
        {"element": one, "country": other, "value": cells.get((one, other))} for one in elements for other in countries
    ]
    numbers = [number for number in cells.values() if number is not None]
    top = max(numbers, default=0.0)
    digits = max((len(_spoken(number, number_format)) for number in numbers), default=1)
    legend = {"title": value_title or None, "format": number_format, "gradientLength": 140} if show_legend else None
    across = {
        "orient": "top",
        "labelAngle": -45,
        "labelAlign": "left",
        "labelLimit": 190,
        "ticks": False,
        "domain": False,
        "grid": False,
    }
    return {
        "$schema": SCHEMA_URL,
        "width": {"step": max(_ONE_LINE_STEP, 8 * digits + 10)},
        "height": {"step": _step(elements)},
        "data": {"values": data},
        "encoding": {
            "y": {"field": "element", "type": "nominal", "sort": elements, "title": None, "axis": _LABEL_AXIS},
            "x": {"field": "country", "type": "nominal", "sort": countries, "title": None, "axis": across},
        },
        "layer": [
            {
                "transform": [{"filter": "!isValid(datum.value)"}],
                "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2, "color": _EMPTY_CELL},
            },
            {
                "transform": [{"filter": "!isValid(datum.value)"}],
                "mark": {"type": "text", "text": "·", "color": SOFT},
            },
            {
                "transform": [{"filter": "isValid(datum.value)"}],
                "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2},
                "encoding": {
                    "color": {
                        "field": "value",
                        "type": "quantitative",
                        "scale": {"domain": [min([0.0, *numbers]), top or 1.0], "range": BLUES},
                        "legend": legend,
                    }
                },
            },
            {
                "transform": [{"filter": "isValid(datum.value)"}],
                "mark": {"type": "text", "fontSize": 11.5},
                "encoding": {
                    "text": {"field": "value", "type": "quantitative", "format": number_format},
                    "color": {"condition": {"test": f"datum.value > {0.55 * top}", "value": PAPER}, "value": INK},
                },
            },
        ],
    }


def _spoken(number: float, number_format: str) -> str:
    """The number about as long as the chart will print it. Python reads most d3 formats; the rest count as plain."""
    try:
        return format(number, number_format)
    except ValueError:
        return f"{number:,.0f}"
