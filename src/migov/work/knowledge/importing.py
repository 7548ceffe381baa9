"""Lessons out of a spreadsheet: what each row would become and what is wrong with it, shown first; then the good rows, all at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.frameworks.queries import named
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.services.alignment import actions as alignments
from migov.work.knowledge import actions, wording
from migov.work.knowledge.actions import LessonError
from migov.work.knowledge.drafts import Draft, WrongDraft, tidied
from migov.work.knowledge.models import KIND, Cycle, LessonKind
from migov.work.knowledge.queries import near_duplicates_of
from migov.work.knowledge.sheets import Row, Sheet

# What a column holds → how it may be headed, in small letters; the first is what our own file calls it.
COLUMNS = {
    "statement": ("lesson", "statement", "lesson learnt", "lesson learned"),
    "kind": ("kind", "type"),
    "advice": ("what to do", "advice", "recommendation", "action"),
    "context": ("where it was learnt", "context", "background"),
    "cycle": ("helps most at", "stage", "project stage", "cycle"),
    "themes": ("themes", "theme"),
    "places": ("countries and areas", "countries", "country", "places"),
    "elements": ("aligned with", "elements", "element", "frameworks"),
    "sections": ("parts of a proposal", "sections", "section"),
    "source": ("source", "learnt from", "source document"),
    "source_page": ("page", "pages"),
    "source_link": ("link", "url", "address"),
}
NEEDED = ("statement", "advice")
IGNORED = {"reference", "state", "decided on", "projects that used it"}  # columns of our own file that are not read
SPLIT = re.compile(r"[;\n|]")
PLAIN = re.compile(r"[^\w]+")


class ChangedMeanwhile(LessonError):
    """Rows are good or bad otherwise than in the preview."""


@dataclass(frozen=True, slots=True)
class Options:
    """What holds for all rows of a file. kind: where a row does not say it."""

    office: int
    kind: str = LessonKind.CAUTION
    audience: str = "internal"


@dataclass(slots=True)
class Planned:
    """What a row would become. problems, remarks: pairs of column and what is wrong or worth a look."""

    number: int
    statement: str
    draft: Draft | None = None
    elements: list[int] = field(default_factory=list)
    problems: list[tuple[str, str]] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class Plan:
    """What a file would add. unknown: headings that are not read."""

    rows: list[Planned]
    unknown: list[str]

    @property
    def good(self) -> list[Planned]:
        return [row for row in self.rows if not row.problems]

    @property
    def bad(self) -> list[Planned]:
        return [row for row in self.rows if row.problems]


def column_of(heading: str) -> str | None:
    """What a column holds, by its heading; None for one that is not read."""
    plain = " ".join(heading.lower().replace("_", " ").split()).rstrip(":*")
    return next((name for name, known in COLUMNS.items() if plain in known), None)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether a row of a sheet holds the headings of lessons."""
    found = {column_of(cell) for cell in cells}
    return all(name in found for name in NEEDED)


def plan(sheet: Sheet, options: Options, *, by: Actor, remarked: bool = True) -> Plan:
    """What the rows would become. Nothing is changed. remarked: whether near duplicates are looked for. Raises PermissionDenied."""
    access.require(by, "lessons.add")
    columns: dict[str, str] = {}
    for heading in sheet.headings:
        name = column_of(heading)
        if name and name not in columns.values():
            columns[heading] = name
    unknown = [head for head in sheet.headings if head not in columns and head.lower() not in IGNORED]
    reader = _Reader(sheet, columns, options, by)
    made = Plan([reader.row(row) for row in sheet.rows], unknown)
    if remarked:
        _remark(made.good, reader.headings["statement"], by)
    return made


@transaction.atomic
def apply(sheet: Sheet, options: Options, expected: Iterable[int], *, by: Actor, came_from: str = "") -> list[int]:
    """Add the rows that are good, all or none. expected: the numbers of the rows that were good in the preview.

    Returns the keys of the lessons. Raises ChangedMeanwhile where other rows are good now, PermissionDenied.
    """
    made = plan(sheet, options, by=by, remarked=False)
    if {row.number for row in made.good} != set(expected):
        raise ChangedMeanwhile(
            _("The register changed since this preview. Look at it anew before you add the lessons.")
        )
    keys = []
    elements = Element.objects.in_bulk({key for row in made.good for key in row.elements})
    for row in made.good:
        assert row.draft is not None  # noqa: S101  (a good row has one)
        lesson = actions.add(row.draft, by=by, came_from=came_from)
        for key in row.elements:
            alignments.declare(
                lesson.record, elements[key], by=by, note=_("From the file that the lesson was read from.")
            )
        keys.append(lesson.pk)
    return keys


class _Reader:
    """Reads rows with all that their names are looked up in. Ten queries."""

    def __init__(self, sheet: Sheet, columns: Mapping[str, str], options: Options, by: Actor) -> None:
        self.columns, self.options, self.by = columns, options, by
        self.headings = {name: heading for heading, name in columns.items()}
        office = Office.objects.filter(pk=options.office).first()
        self.may_align = access.allowed(by, "alignment.declare", Record(kind=KIND, office=office))
        self.themes = _names((theme.pk, theme.code, theme.name) for theme in Theme.objects.all())
        self.places = _names(
            (place.pk, place.code, place.iso2, place.name, place.short_name) for place in Place.objects.all()
        )
        self.frameworks = _names((one.pk, one.code, one.short_title) for one in Framework.objects.all())
        self.sections = {_plain(str(label)): code for code, label in wording.SECTIONS.items()}
        said = [row.cells.get(self.headings.get(name, ""), "") for row in sheet.rows for name in ("elements", "source")]
        codes = {code for text in said for part in _parts(text) if (found := named(part)) for code in found[1:]}
        rows = Element.objects.annotate(low=Lower("code")).filter(retired_at__isnull=True, low__in=codes)
        self.elements = {(home, code.lower()): pk for pk, home, code in rows.values_list("pk", "framework_id", "code")}
        seen = Record.objects.visible_to(by).standing()  # type: ignore[arg-type]
        wanted = {text for text in said if 0 < len(text) <= 255}
        self.sources = dict(seen.exclude(kind=KIND).filter(reference__in=wanted).values_list("reference", "pk"))
        standing = seen.filter(kind=KIND).exclude(lesson__state="retired").values_list("title", "reference")
        self.known = {_plain(title): reference for title, reference in standing}
        self.here: dict[str, int] = {}

    def row(self, row: Row) -> Planned:
        """What one row would become."""
        said = {self.columns[head]: text for head, text in row.cells.items() if head in self.columns}
        made = Planned(row.number, said.get("statement", ""))

        def wrong(name: str, text: str) -> None:
            made.problems.append((self.headings.get(name, name), text))

        tokens: dict[str, list[int]] = {}
        for name, names in (("themes", self.themes), ("places", self.places)):
            tokens[name] = _found(said.get(name, ""), names.get, lambda text, name=name: wrong(name, text))  # type: ignore[misc]
        made.elements = _found(said.get("elements", ""), self._element, lambda text: wrong("elements", text))
        if made.elements and not self.may_align:
            wrong("elements", _("you may not align work of this office; leave it empty"))
        source = said.get("source", "")
        try:
            made.draft = tidied(
                Draft(
                    statement=made.statement, advice=said.get("advice", ""), context=said.get("context", ""),
                    kind=_choice(said.get("kind", ""), LessonKind, self.options.kind),
                    cycle=_choice(said.get("cycle", ""), Cycle, Cycle.ANY),
                    office=self.options.office, audience=self.options.audience,
                    themes=frozenset(tokens["themes"]), places=frozenset(tokens["places"]),
                    sections=frozenset(
                        self.sections.get(_plain(part), part) for part in _parts(said.get("sections", ""))
                    ),
                    source=self.sources.get(source), source_text="" if source in self.sources else source,
                    source_link=said.get("source_link", ""), source_page=said.get("source_page", ""),
                )
            )  # fmt: skip
        except WrongDraft as error:
            for name, text in error.errors.items():
                wrong("source" if name == "source_text" else name, text)
        self._repeated(made, wrong)
        return made

    def _element(self, text: str) -> int | None:
        found = named(text.replace("_", " "))
        home = self.frameworks.get(_plain(found[0])) if found and found[0] else None
        return self.elements.get((home, found[1])) if found and home else None

    def _repeated(self, made: Planned, wrong: Callable[[str, str], None]) -> None:
        plain = _plain(made.statement)
        if not plain:
            return
        if plain in self.known:
            wrong("statement", _("it is in the register already: %s") % self.known[plain])
        elif plain in self.here:
            wrong("statement", _("it stands in row %d already") % self.here[plain])
        self.here.setdefault(plain, made.number)


def _remark(rows: list[Planned], column: str, by: Actor) -> None:
    """Say of good rows which lesson says nearly the same."""
    texts = [row.draft.text for row in rows if row.draft is not None]
    for row, found in zip(rows, near_duplicates_of(texts, by), strict=True):  # type: ignore[arg-type]
        for lesson, _likeness in found[:1]:
            said = {"reference": lesson.record.reference, "title": lesson.record.title[:160]}
            row.remarks.append((column, _("nearly the same: %(reference)s %(title)s") % said))


def _plain(text: str) -> str:
    return PLAIN.sub(" ", text.lower()).strip()


def _names(rows: Iterable[tuple[Any, ...]]) -> dict[str, int]:
    """Every name of some rows, made plain → the row's key."""
    return {_plain(str(name)): key for key, *names in rows for name in names if name}


def _parts(text: str) -> list[str]:
    """What a cell lists: separated by semicolons, upright strokes or lines, else by commas."""
    cut = SPLIT.split(text) if SPLIT.search(text) else text.split(",")
    return [part for part in (" ".join(piece.split()) for piece in cut) if part]


def _found(text: str, look_up: Callable[[str], int | None], wrong: Callable[[str], None]) -> list[int]:
    """The keys of what a cell lists. A name with a comma in it is found too."""
    whole = look_up(_plain(text)) or look_up(text) if text else None
    if whole is not None:
        return [whole]
    keys = []
    for part in _parts(text):
        key = look_up(_plain(part)) or look_up(part)
        if key is None:
            wrong(_("“%s” is not known") % part[:80])
        elif key not in keys:
            keys.append(key)
    return keys


def _choice(text: str, choices: Any, usual: str) -> str:
    """A value of a list by its code or label; the text itself where it is none, for the draft to refuse."""
    if not text:
        return usual
    plain = _plain(text)
    found = (code for code, label in choices.choices if plain in (_plain(code), _plain(str(label))))
    return next(found, text)
