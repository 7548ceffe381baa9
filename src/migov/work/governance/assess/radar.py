"""A radar as SVG, drawn on the server: an axis for each domain, a line for each profile. The table beside it says the same."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

LEAST = 3  # axes, below which there is no surface
WIDTH, HEIGHT, RADIUS = 560, 400, 130
MIDDLE = (WIDTH / 2, HEIGHT / 2)
RINGS = (20, 40, 60, 80, 100)
WIDEST = 24  # letters of a line beside an axis


@dataclass(frozen=True, slots=True)
class Series:
    """A line: its name, and a value in percent for each axis, None where there is none. kind: "now", "before" or "region"."""

    name: str
    kind: str
    values: Sequence[Decimal | None]


def radar(axes: Sequence[str], series: Sequence[Series], title: str) -> SafeString:
    """The picture, with title and description in words; nothing for fewer than three axes. Values are 0 to 100.

    An axis without a value breaks the line there; the value is named as missing in the description.
    """
    if len(axes) < LEAST:
        return SafeString("")
    rings = format_html_join(
        "", '<polygon class="radar-ring" points="{}"></polygon>', ((_ring(len(axes), at),) for at in RINGS)
    )
    spokes = format_html_join(
        "", '<line class="radar-spoke" x1="{}" y1="{}" x2="{}" y2="{}"></line>',
        ((f"{MIDDLE[0]:.1f}", f"{MIDDLE[1]:.1f}", *_at(place, len(axes), 100)) for place in range(len(axes))),
    )  # fmt: skip
    lines = SafeString("".join(_line(one) for one in series))
    labels = SafeString("".join(_label(place, len(axes), words) for place, words in enumerate(axes)))
    scale = format_html_join(
        "", '<text class="radar-scale" x="{}" y="{}">{}</text>',
        ((f"{MIDDLE[0] + 4:.1f}", f"{MIDDLE[1] - RADIUS * at / 100 + 4:.1f}", at) for at in RINGS[1::2]),
    )  # fmt: skip
    return format_html(
        '<svg class="radar" viewBox="0 0 {} {}" role="img" aria-labelledby="radar-title radar-desc">'
        '<title id="radar-title">{}</title><desc id="radar-desc">{}</desc>{}{}{}{}{}</svg>',
        WIDTH, HEIGHT, title, _described(axes, series), rings, spokes, scale, lines, labels,
    )  # fmt: skip


def _described(axes: Sequence[str], series: Sequence[Series]) -> str:
    said = []
    for one in series:
        values = ", ".join(
            f"{axis} {f'{value:.0f} %' if value is not None else _('no score')}"
            for axis, value in zip(axes, one.values, strict=True)
        )
        said.append(f"{one.name}: {values}.")
    return " ".join(said)


def _point(place: int, of: int, value: float) -> tuple[float, float]:
    angle = 2 * math.pi * place / of - math.pi / 2
    reach = RADIUS * value / 100
    return MIDDLE[0] + reach * math.cos(angle), MIDDLE[1] + reach * math.sin(angle)


def _at(place: int, of: int, value: float) -> tuple[str, str]:
    x, y = _point(place, of, value)
    return f"{x:.1f}", f"{y:.1f}"


def _ring(of: int, value: int) -> str:
    return " ".join(",".join(_at(place, of, value)) for place in range(of))


def _line(one: Series) -> SafeString:
    """The line of a series with a dot at each value; a closed surface where every axis has one."""
    of = len(one.values)
    points = [None if value is None else _at(place, of, float(value)) for place, value in enumerate(one.values)]
    dots = format_html_join(
        "",
        '<circle class="radar-dot" cx="{}" cy="{}" r="3.5"></circle>',
        (point for point in points if point is not None),
    )
    if all(point is not None for point in points):
        surface = " ".join(",".join(point) for point in points if point is not None)
        shape = format_html('<polygon class="radar-line" points="{}"></polygon>', surface)
    else:
        pairs = [(points[place], points[(place + 1) % of]) for place in range(of)]
        shape = format_html_join(
            "", '<line class="radar-line" x1="{}" y1="{}" x2="{}" y2="{}"></line>',
            ((*first, *second) for first, second in pairs if first is not None and second is not None),
        )  # fmt: skip
    return format_html('<g class="radar-{}">{}{}</g>', one.kind, shape, dots)


def _label(place: int, of: int, words: str) -> SafeString:
    x, y = _point(place, of, 112)
    side = math.cos(2 * math.pi * place / of - math.pi / 2)
    anchor = "middle" if abs(side) < 0.2 else "start" if side > 0 else "end"
    lines = _wrapped(words)
    top = y - 8 * (len(lines) - 1) + (4 if abs(side) >= 0.2 else (-14 * (len(lines) - 1) / 2 if y < MIDDLE[1] else 14))
    spans = format_html_join(
        "", '<tspan x="{}" dy="{}">{}</tspan>',
        ((f"{x:.1f}", 0 if number == 0 else 15, line) for number, line in enumerate(lines)),
    )  # fmt: skip
    return format_html(
        '<text class="radar-label" text-anchor="{}" x="{}" y="{}">{}</text>', anchor, f"{x:.1f}", f"{top:.1f}", spans
    )


def _wrapped(words: str) -> list[str]:
    lines: list[str] = []
    for word in words.split():
        if lines and len(lines[-1]) + len(word) < WIDEST:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    if len(lines) > 3:
        lines = [*lines[:2], f"{lines[2]} …"]
    return lines
