"""Bars made of parts: how many of each kind there are, one bar for each thing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..tree import Tone
from .bars import _LABEL_AXIS, _step, _wrapped
from .theme import AMBER, BLUE, INK, PAPER, SCHEMA_URL

# Light and dark alternate, so that neighbours are told apart in grey print too.
COLOURS: dict[Tone, str] = {
    "positive": BLUE, "mixed": "#93b9e2", "negative": "#ecc98f", "alarm": AMBER, "quiet": "#c3cad4",
}  # fmt: skip
_DARK = frozenset({BLUE, AMBER})
_SECOND_QUIET = "#eceff3"


def stacked_bars(
    rows: Sequence[Mapping[str, Any]],
    series: Sequence[tuple[str, str, Tone]],
    *,
    label: str = "label",
    width: int = 400,
) -> dict[str, Any]:
    """Horizontal bars in the order given, each divided into its series, each part with its number.

    rows: mappings with `label` (text, unique) and a whole number for each series; 0 or None takes no room.
    series: key, name for the legend, tone (of two quiet ones the second is paler).
    width: of the plotting area in chart units; labels stand to its left.
    """
    data = [
        {"label": _wrapped(row[label]), "part": name, "order": order, "count": int(row[key])}
        for row in rows
        for order, (key, name, _tone) in enumerate(series)
        if row.get(key)
    ]
    labels = [_wrapped(row[label]) for row in rows]
    colours: dict[str, str] = {}
    for _key, name, tone in series:
        again = tone == "quiet" and COLOURS[tone] in colours.values()
        colours[name] = _SECOND_QUIET if again else COLOURS[tone]
    met = [name for name in colours if any(one["part"] == name for one in data)]
    dark = [name for name in met if colours[name] in _DARK]
    along = {"field": "count", "type": "quantitative", "title": None, "stack": "zero"}
    return {
        "$schema": SCHEMA_URL,
        "width": width,
        "height": {"step": _step(labels)},
        "data": {"values": data},
        "encoding": {
            "y": {"field": "label", "type": "nominal", "sort": labels, "title": None, "axis": _LABEL_AXIS},
            "order": {"field": "order", "type": "quantitative"},
        },
        "layer": [
            {
                "mark": {"type": "bar", "height": {"band": 0.66}, "stroke": PAPER, "cornerRadiusEnd": 0},
                "encoding": {
                    "x": {**along, "axis": None},
                    "color": {
                        "field": "part",
                        "type": "nominal",
                        "scale": {"domain": met, "range": [colours[name] for name in met]},
                        "legend": {"title": None, "orient": "top", "symbolType": "square", "labelLimit": 260},
                    },
                },
            },
            {
                "mark": {"type": "text", "fontSize": 11},
                "encoding": {
                    "x": {**along, "axis": None, "bandPosition": 0.5},
                    "text": {"field": "count", "type": "quantitative"},
                    "color": {
                        "condition": {"test": {"field": "part", "oneOf": dark}, "value": PAPER},
                        "value": INK,
                    },
                },
            },
        ],
    }
