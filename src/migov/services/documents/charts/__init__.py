"""Charts and maps: Vega-Lite specs built here, drawn here, without any network."""

from .bars import bar_by_element, heat_map
from .drawing import ForbiddenSpec, render_png, render_svg
from .maps import region_map
from .stacked import stacked_bars
from .theme import THEME, VEGA_LITE_VERSION

__all__ = [
    "THEME",
    "VEGA_LITE_VERSION",
    "ForbiddenSpec",
    "bar_by_element",
    "heat_map",
    "region_map",
    "render_png",
    "render_svg",
    "stacked_bars",
]
