from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from migov.services.documents.charts import (
    ForbiddenSpec,
    bar_by_element,
    heat_map,
    region_map,
    render_png,
    render_svg,
)

SQUARE = [[0, 0], [1000, 0], [0, 1000], [-1000, 0], [0, -1000]]
TOPOLOGY: dict[str, Any] = {
    "type": "Topology",
    "transform": {"scale": [0.01, 0.01], "translate": [40, 40]},
    "arcs": [SQUARE, [[1000, 0], *SQUARE[1:]], [[2000, 0], *SQUARE[1:]]],
    "objects": {
        "territories": {
            "type": "GeometryCollection",
            "geometries": [
                {"type": "Polygon", "id": "GEO", "arcs": [[0]]},
                {"type": "Polygon", "id": "ARM", "arcs": [[1]]},
            ],
        },
        "neighbours": {"type": "GeometryCollection", "geometries": [{"type": "Polygon", "id": "IRN", "arcs": [[2]]}]},
    },
}


@pytest.mark.parametrize(
    "spec",
    [
        {"data": {"url": "https://example.org/data.json"}, "mark": "bar"},
        {"data": {"url": "/etc/passwd"}, "mark": "bar"},
        {
            "layer": [
                {"data": {"values": []}, "transform": [{"lookup": "a", "from": {"data": {"url": "x"}, "key": "a"}}]}
            ]
        },
        {"data": {"values": [{"u": "x"}]}, "mark": {"type": "image"}, "encoding": {}},
        {"data": {"values": [{"u": "x"}]}, "mark": "image", "encoding": {}},
        {"data": {"values": [{"u": "x"}]}, "mark": "bar", "encoding": {"href": {"field": "u"}}},
    ],
)
def test_a_chart_that_reaches_outside_is_refused(spec: dict[str, Any]) -> None:
    with pytest.raises(ForbiddenSpec):
        render_svg(spec)
    with pytest.raises(ForbiddenSpec):
        render_png(spec)


def test_a_row_may_have_a_column_called_url() -> None:
    spec = {
        "data": {"values": [{"url": "a", "n": 1}]},
        "mark": "bar",
        "encoding": {"x": {"field": "n", "type": "quantitative"}},
    }
    assert render_svg(spec).startswith("<svg")


def test_bars_come_longest_first_with_their_numbers() -> None:
    spec = bar_by_element(
        [
            {"label": "GCM 5", "value": 1200},
            {"label": "GCM 10", "value": Decimal("34000")},
            {"label": "GCM 7", "value": None},
        ]
    )
    assert spec["encoding"]["y"]["sort"] == ["GCM 10", "GCM 5", "GCM 7"]
    svg = render_svg(spec)
    assert ">34,000<" in svg
    assert ">1,200<" in svg
    assert svg.index(">GCM 10<") < svg.index(">GCM 5<") < svg.index(">GCM 7<")


def test_bars_may_keep_their_order_and_mark_attention_by_more_than_colour() -> None:
    spec = bar_by_element([{"label": "B", "value": 1}, {"label": "A", "value": 2, "highlight": True}], sort=False)
    assert spec["encoding"]["y"]["sort"] == ["B", "▸ A"]
    assert "#a35a00" in render_svg(spec)


def test_long_labels_are_set_on_two_lines() -> None:
    svg = render_svg(bar_by_element([{"label": "Prevent, combat and eradicate trafficking in persons", "value": 2}]))
    assert "Prevent, combat and eradicate trafficking" in svg
    assert ">in persons<" in svg


def test_a_heat_map_has_every_cell_and_tells_empty_from_zero() -> None:
    rows = [
        {"element": "GCM 1", "country": "Moldova", "value": 0},
        {"element": "GCM 2", "country": "Kosovo*", "value": 37},
    ]
    spec = heat_map(rows)
    assert len(spec["data"]["values"]) == 4
    svg = render_svg(spec)
    assert ">0<" in svg
    assert ">37<" in svg
    assert svg.count(">·<") == 2
    assert "Kosovo*" in svg


def test_the_map_shades_values_and_keys_what_has_none() -> None:
    svg = render_svg(
        region_map(TOPOLOGY, [{"iso3": "GEO", "value": 12}], value_title="Projects", footnotes=["Disclaimer."])
    )
    for words in ("Projects", ">12<", "No data", "Disclaimer."):
        assert words in svg
    assert "#c9cfd8" in svg


def test_the_map_classes_cover_every_value() -> None:
    spec = region_map(TOPOLOGY, [{"iso3": "GEO", "value": 3}, {"iso3": "ARM", "value": 5200}])
    layer = spec["layer"][1]
    classes = layer["transform"][0]["from"]["data"]["values"]
    assert [row["class"] for row in classes] == ["≥ 5,200", "< 5,200"]
    assert layer["encoding"]["color"]["scale"]["domain"] == ["< 5,200", "≥ 5,200"]


def test_the_map_refuses_what_it_cannot_show() -> None:
    with pytest.raises(ValueError, match="FRA"):
        region_map(TOPOLOGY, [{"iso3": "FRA", "value": 1}])
    with pytest.raises(ValueError, match="neighbours"):
        region_map({"objects": {"territories": {"geometries": []}}}, [])


def test_a_picture_is_drawn_once_for_the_same_content() -> None:
    spec = bar_by_element([{"label": "Once", "value": 1}])
    assert render_png(spec, 1) is render_png(dict(reversed(spec.items())), 1)
    assert render_png(spec, 1).startswith(b"\x89PNG")
    assert render_png(spec, 2) != render_png(spec, 1)
    with pytest.raises(ValueError, match="Scale"):
        render_png(spec, 40)


def test_control_characters_in_labels_do_no_harm(hostile: str) -> None:
    svg = render_svg(bar_by_element([{"label": hostile, "value": 1}]))
    assert "<b>" not in svg
    assert "\x00" not in svg
