"""The map of the region: territories shaded by a figure over a grey base of their neighbours."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any

from .theme import BLUES, GROUND, LAND, NO_DATA, PAPER, SCHEMA_URL, SOFT

# Looks at the office's region from the Adriatic to the Tien Shan; the far north-east of Russia falls outside the frame.
FOCUS_VIEW: dict[str, Any] = {
    "type": "conicEqualArea",
    "parallels": [38, 56],
    "rotate": [-47, 0, 0],
    "center": [0, 46],
}
_SCALE_PER_WIDTH = 0.92
_CLASSES = 5


def region_map(
    topojson: Mapping[str, Any],
    rows: Sequence[Mapping[str, Any]],
    *,
    territory: str = "iso3",
    value: str = "value",
    value_title: str = "",
    number_format: str = ",.0f",
    no_data_label: str = "No data",
    footnotes: Sequence[str] = (),
    width: int = 680,
    height: int = 400,
) -> dict[str, Any]:
    """Territories shaded by value in at most five classes, with a legend; those without a value grey.

    topojson: a topology with the objects `territories` and `neighbours`, features identified by ISO3 (`id`).
    rows: mappings with `territory` (ISO3) and `value` (number or None); a territory without a row has no data.
    number_format: as Python formats numbers (",.0f", ".0%").
    footnotes: lines under the map; the disclaimer on boundaries and names belongs here, on every map.
    Raises ValueError when the topology lacks an object, or a row names a territory it does not hold.
    """
    objects = topojson.get("objects", {})
    for name in ("territories", "neighbours"):
        if name not in objects:
            raise ValueError(f"The topology has no object {name!r}.")
    known = sorted(str(geometry.get("id")) for geometry in objects["territories"].get("geometries", []))
    unknown = sorted({str(row[territory]) for row in rows} - set(known))
    if unknown:
        raise ValueError(f"Not in the topology: {', '.join(unknown)}.")

    values = {str(row[territory]): float(row[value]) for row in rows if row.get(value) is not None}
    limits = _limits(list(values.values()))
    names = _class_names(limits, values, number_format)
    shades = _shades(len(names))
    if len(values) < len(known):
        names, shades = [*names, no_data_label], [*shades, NO_DATA]
    classes = [
        {"id": code, "class": names[bisect_right(limits, values[code])] if code in values else no_data_label}
        for code in known
    ]
    spec: dict[str, Any] = {
        "$schema": SCHEMA_URL,
        "width": width,
        "height": height,
        "view": {"fill": GROUND, "stroke": None},
        "projection": {**FOCUS_VIEW, "scale": round(width * _SCALE_PER_WIDTH), "translate": [width / 2, height / 2]},
        "layer": [
            {
                "data": {"values": dict(topojson), "format": {"type": "topojson", "feature": "neighbours"}},
                "mark": {"type": "geoshape", "fill": LAND, "stroke": PAPER, "strokeWidth": 0.6, "clip": True},
            },
            {
                "data": {"values": dict(topojson), "format": {"type": "topojson", "feature": "territories"}},
                "transform": [
                    {"lookup": "id", "from": {"data": {"values": classes}, "key": "id", "fields": ["class"]}}
                ],
                "mark": {"type": "geoshape", "stroke": PAPER, "strokeWidth": 0.8, "clip": True},
                "encoding": {"color": _colour(names, shades, value_title)},
            },
        ],
    }
    if footnotes:
        spec["title"] = {
            "text": list(footnotes),
            "orient": "bottom",
            "anchor": "start",
            "fontSize": 10,
            "fontWeight": "normal",
            "color": SOFT,
            "offset": 8,
        }
    return spec


def _colour(names: list[str], shades: list[str], title: str) -> dict[str, Any]:
    return {
        "field": "class",
        "type": "ordinal",
        "scale": {"domain": names, "range": shades},
        "legend": {
            "title": title or None,
            "symbolType": "square",
            "symbolSize": 180,
            "symbolStrokeWidth": 0,
            "orient": "none",
            "legendX": 12,
            "legendY": 12,
            "fillColor": PAPER,
            "padding": 8,
            "cornerRadius": 4,
        },
    }


def _limits(values: list[float]) -> list[float]:
    """Rounded lower limits of all classes but the first, at quantiles: one large figure must not drown the others."""
    ordered = sorted(values)
    distinct = sorted(set(values))
    if len(distinct) < 2:
        return []
    classes = min(_CLASSES, len(distinct))
    raw = (ordered[round(index * len(ordered) / classes)] for index in range(1, classes))
    return sorted({limit for limit in (_rounded(value) for value in raw) if distinct[0] < limit <= distinct[-1]})


def _rounded(value: float) -> float:
    """Two leading digits: 1,234 becomes 1,200."""
    return float(f"{value:.2g}")


def _class_names(limits: list[float], values: Mapping[str, float], number_format: str) -> list[str]:
    """What the legend says: "< 10", "10 – < 50", "≥ 50"; the value itself where there is only one."""
    words = [format(limit, number_format) for limit in limits]
    if not words:
        return [format(number, number_format) for number in sorted(set(values.values()))]
    middle = [f"{low} – < {high}" for low, high in pairwise(words)]
    return [f"< {words[0]}", *middle, f"≥ {words[-1]}"]


def _shades(count: int) -> list[str]:
    if count <= 1:
        return [BLUES[-2]] * count
    return [BLUES[1 + round(index * (len(BLUES) - 2) / (count - 1))] for index in range(count)]
