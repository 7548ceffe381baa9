"""How every chart looks. The one place for its colours and type; also sent to the page for interactive charts."""

from typing import Any

VEGA_LITE_VERSION = "6.4"
SCHEMA_URL = "https://vega.github.io/schema/vega-lite/v6.json"

FONT = "DejaVu Sans, sans-serif"
BLUE = "#0b4f9e"
AMBER = "#a35a00"
INK = "#1a2230"
SOFT = "#5a6576"
LINE = "#dde1e7"
GROUND = "#f1f3f6"
LAND = "#e9ecf0"
NO_DATA = "#c9cfd8"
PAPER = "#ffffff"
# Light to dark, evenly spaced in lightness, so that order survives grey printing and colour blindness.
BLUES = ["#e8f0fa", "#c3d8f0", "#93b9e2", "#5f96d0", "#2f72b8", "#0b4f9e", "#07376f"]
# Told apart by lightness as well as by hue.
CATEGORIES = [BLUE, AMBER, "#7aa6d8", "#5a6576", "#d9a75c", "#07376f", "#a7b0bd"]

THEME: dict[str, Any] = {
    "background": PAPER,
    "font": FONT,
    "padding": 6,
    "view": {"stroke": None},
    "title": {"color": INK, "fontSize": 14, "fontWeight": 600, "anchor": "start", "offset": 10},
    "axis": {
        "labelColor": INK,
        "labelFontSize": 12,
        "titleColor": SOFT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "domainColor": LINE,
        "gridColor": LINE,
        "tickColor": LINE,
        "labelPadding": 6,
    },
    "legend": {
        "labelColor": INK,
        "labelFontSize": 12,
        "titleColor": SOFT,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    },
    "bar": {"color": BLUE, "cornerRadiusEnd": 2},
    "line": {"color": BLUE, "strokeWidth": 2},
    "point": {"color": BLUE, "filled": True},
    "rule": {"color": AMBER},
    "text": {"color": INK, "fontSize": 12},
    "range": {"category": CATEGORIES, "heatmap": BLUES, "ordinal": BLUES, "ramp": BLUES},
}
