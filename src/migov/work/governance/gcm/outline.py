"""What a report consists of: general parts, the objectives by round table, the guiding principles. Titles come from the framework."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element

DATA = files("migov.work.governance.gcm") / "data"
FRAMEWORK = "gcm"
PRINCIPLES = 10
BEFORE, AFTER = "before", "after"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the outline. kind: general, cluster, objective or principle. element: its code in the framework.

    topics: what is asked, in order. wanted: those without which the part is not complete.
    """

    code: str
    title: str
    kind: str
    topics: tuple[str, ...]
    wanted: tuple[str, ...]
    guidance: str = ""
    element: str = ""

    @property
    def label(self) -> str:
        """Its title with its number, as lists name it."""
        if self.kind == "objective":
            return _("Objective %(code)s: %(title)s") % {"code": self.element, "title": self.title}
        if self.kind == "principle":
            return _("Principle %(number)s: %(title)s") % {"number": self.element[2:], "title": self.title}
        return self.title


@dataclass(frozen=True, slots=True)
class Group:
    """Parts under one heading."""

    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Outline:
    """The whole outline, in reading order. source: where the grouping comes from."""

    groups: tuple[Group, ...]
    source: str

    @property
    def parts(self) -> tuple[Part, ...]:
        return tuple(part for group in self.groups for part in group.parts)

    def part(self, code: str) -> Part | None:
        """A part by its code."""
        return next((one for one in self.parts if one.code == code), None)

    def objectives(self) -> list[Part]:
        """The objectives by their number."""
        return sorted((one for one in self.parts if one.kind == "objective"), key=lambda one: int(one.element))


@cache
def shipped() -> Mapping[str, Any]:
    """The outline as it is shipped."""
    return tomllib.loads((DATA / "outline.toml").read_text(encoding="utf-8"))


def hint(topic: str) -> str:
    """What is asked under a topic."""
    return _(str(shipped()["topics"][topic]["hint"]))


def outline() -> Outline:
    """The outline with the titles of the framework as loaded. One query."""
    given = shipped()
    known = {
        one.code: one
        for one in Element.objects.filter(framework__code=FRAMEWORK, depth=0).only("code", "title", "scope")
    }
    general = {BEFORE: [], AFTER: []}  # type: dict[str, list[Part]]
    for one in given["general"]:
        general[one["place"]].append(
            Part(
                one["code"], _(one["title"]), "general", tuple(one["topics"]), tuple(one["wanted"]), _(one["guidance"])
            )
        )
    groups = [Group(_("Beginning"), tuple(general[BEFORE]))]
    groups += [_round_table(given, one, known) for one in given["cluster"]["round_table"]]
    principles = [_of_framework(given, "principle", f"GP{number}", known) for number in range(1, PRINCIPLES + 1)]
    groups += [Group(_("Guiding principles"), tuple(principles)), Group(_("End"), tuple(general[AFTER]))]
    return Outline(tuple(groups), _(given["source"]))


def _round_table(given: Mapping[str, Any], table: Mapping[str, Any], known: Mapping[str, Element]) -> Group:
    title = _("Round table %d") % table["number"]
    whole = given["cluster"]
    head = Part(
        table["code"], _("%(title)s as a whole") % {"title": title}, "cluster", tuple(whole["topics"]), tuple(whole["wanted"]),
        _(whole["guidance"]),
    )  # fmt: skip
    objectives = [_of_framework(given, "objective", str(number), known) for number in table["objectives"]]
    return Group(title, (head, *objectives))


def _of_framework(given: Mapping[str, Any], kind: str, code: str, known: Mapping[str, Element]) -> Part:
    element = known.get(code)
    number = code.removeprefix("GP")
    title = element.title if element else number
    return Part(
        f"{kind}-{number}", title, kind, tuple(given[kind]["topics"]), tuple(given[kind]["wanted"]),
        element.scope if element else "", code,
    )  # fmt: skip


def part_of(element: Element) -> str:
    """The part that an element of the framework belongs to: its objective or principle; empty where it has none."""
    if element.code.startswith("GP"):
        return f"principle-{element.code[2:]}"
    main = element.main if element.main_id is not None else None
    code = main.code if main is not None else element.code
    return f"objective-{code}" if code.isdigit() else ""


def codes() -> frozenset[str]:
    """The codes of all parts. No query."""
    given = shipped()
    found = {one["code"] for one in given["general"]} | {one["code"] for one in given["cluster"]["round_table"]}
    found |= {f"objective-{number}" for one in given["cluster"]["round_table"] for number in one["objectives"]}
    return frozenset(found | {f"principle-{number}" for number in range(1, PRINCIPLES + 1)})
