"""The colours: every pair that carries text reaches WCAG AA, in light and in dark; frames and focus reach 3:1."""

from __future__ import annotations

import re
from importlib.resources import files

import pytest

CSS = files("migov.foundation.shell") / "static" / "shell" / "css"
PAIR = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"
TOKENS = {
    name: (light, dark) for name, light, dark in re.findall(rf"--([a-z-]+): {PAIR}", (CSS / "tokens.css").read_text())
}
HEAT = {
    int(step): ((bg_light, ink_light), (bg_dark, ink_dark))
    for step, bg_light, bg_dark, ink_light, ink_dark in re.findall(
        rf"\.heat-(\d),[^{{]*{{ background: {PAIR}; color: {PAIR}", (CSS / "data.css").read_text()
    )
}
TEXT = [
    (ink, ground)
    for ink, grounds in {
        "ink": ["paper", "ground", "raised", "blue-wash", "amber-wash", "green-wash", "red-wash", "grey-wash"],
        "soft": ["paper", "ground", "raised", "grey-wash"],
        "blue": ["paper", "ground", "blue-wash", "amber-wash"],
        "amber": ["paper", "amber-wash"],
        "green": ["paper", "green-wash"],
        "red": ["paper", "ground", "red-wash"],
        "on-blue": ["blue", "blue-deep"],
    }.items()
    for ground in grounds
]


def luminance(colour: str) -> float:
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(ink: str, ground: str, mode: int) -> None:
    assert contrast(TOKENS[ink][mode], TOKENS[ground][mode]) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("mark", ["line-strong", "focus", "blue", "amber", "green", "red"])
def test_frames_focus_and_bars_can_be_seen(mark: str, mode: int) -> None:
    for ground in ("paper", "ground"):
        assert contrast(TOKENS[mark][mode], TOKENS[ground][mode]) >= 3


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize("step", range(1, 8))
def test_figures_in_a_heat_map_can_be_read(step: int, mode: int) -> None:
    background, ink = HEAT[step][mode]
    assert contrast(background, ink) >= 4.5


@pytest.mark.parametrize("mode", [0, 1], ids=["light", "dark"])
def test_heat_rises_in_lightness_without_turning_back(mode: int) -> None:
    scale = [luminance(HEAT[step][mode][0]) for step in range(1, 8)]
    assert scale == sorted(scale, reverse=mode == 0)
