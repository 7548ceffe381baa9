"""Vega-Lite specs to pictures, in process. A spec that could fetch, or lead, anywhere is refused before drawing."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from ..values import clean_text
from .theme import THEME, VEGA_LITE_VERSION

_CACHED_PICTURES = 128
# Keys by which a spec names something outside itself, or turns a mark into a link.
_OUTWARD_KEYS = frozenset({"url", "href", "baseURL"})


class ForbiddenSpec(ValueError):
    """A chart spec that names an address or an image; charts carry their data inline."""


def render_svg(spec: Mapping[str, Any]) -> str:
    """The chart as an SVG document.

    Raises ForbiddenSpec when it reaches outside, ValueError when it cannot be drawn.
    """
    return _svg(_checked(spec))


def render_png(spec: Mapping[str, Any], scale: float = 2.0) -> bytes:
    """The chart as PNG, `scale` pixels per chart unit (0.5 to 4). Raises as `render_svg` does."""
    if not 0.5 <= scale <= 4:
        raise ValueError(f"Scale {scale} is outside 0.5 to 4.")
    return _png(_checked(spec), float(scale))


def _checked(spec: Mapping[str, Any]) -> str:
    """The spec as canonical JSON, which is also the cache key."""
    _refuse_outward(spec, "spec")
    return json.dumps(_plain(spec), sort_keys=True, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """A copy of plain JSON values. Control characters must go: one of them inside a label makes the drawing engine
    abort the whole process, which Python cannot catch."""
    if isinstance(value, str):
        return clean_text(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float | Decimal):
        number = float(value)
        return number if math.isfinite(number) else None
    if isinstance(value, Mapping):
        return {clean_text(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [_plain(item) for item in value]
    if isinstance(value, dt.date):
        return value.isoformat()
    raise ValueError(f"A chart cannot hold a value of type {type(value).__name__}.")


def _refuse_outward(node: Any, path: str) -> None:
    if isinstance(node, Mapping):
        if node.get("type") == "image" or node.get("mark") == "image":
            raise ForbiddenSpec(f"Image marks are not allowed in charts (at {path}).")
        for key, value in node.items():
            if key in _OUTWARD_KEYS:
                raise ForbiddenSpec(f"Charts may not name addresses (at {path}.{key}).")
            # Inline rows and shapes are data: their keys mean nothing to the drawing engine.
            if key in ("values", "datasets") and path.endswith((".data", "spec")):
                continue
            _refuse_outward(value, f"{path}.{key}")
    elif isinstance(node, list | tuple):
        for index, value in enumerate(node):
            _refuse_outward(value, f"{path}[{index}]")


@lru_cache(maxsize=_CACHED_PICTURES)
def _svg(canonical: str) -> str:
    import vl_convert

    svg: str = vl_convert.vegalite_to_svg(
        canonical, vl_version=VEGA_LITE_VERSION, config=THEME, allowed_base_urls=[], show_warnings=False
    )
    return svg


@lru_cache(maxsize=_CACHED_PICTURES)
def _png(canonical: str, scale: float) -> bytes:
    import vl_convert

    png: bytes = vl_convert.vegalite_to_png(
        canonical, vl_version=VEGA_LITE_VERSION, config=THEME, scale=scale, allowed_base_urls=[], show_warnings=False
    )
    return png
