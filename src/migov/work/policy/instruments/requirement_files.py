"""Files of requirements: one for each instrument, read strictly. Every fault is told with its file, its entry and its field.

instrument = "icrmw"

[[requirement]]
article = "16"                # as printed, without the word
paragraph = "4"               # may be left out
text = "No arbitrary arrest or detention, alone or with others"
type = "shall"                # shall | may | discretionary | definition | institutional
addressee = "authority"       # state | legislator | authority | court | employer | carrier | person
terms = ["detention"]         # words of provisions that answer it
themes = ["protection"]       # codes of themes
elements = ["gcm:13"]         # framework:element
guidance = ["cmw-gc2:23-28"]  # code, or code:paragraphs
weight = "binding"            # else that of the instrument
code = "icrmw-16.4"           # else made of instrument, article and paragraph
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Any

from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import Fault
from migov.work.policy.instruments.refusal import LoadRefused, entry_fault
from migov.work.policy.models import Addressee, Obligation, Weight

MAX_TEXT, MAX_PARAGRAPH, MAX_CODE, MAX_CITED = 400, 30, 60, 60
KEYS = {
    "article", "paragraph", "text", "type", "addressee", "terms", "themes", "elements", "guidance", "weight", "code",
}  # fmt: skip
LETTERS = "bcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Known:
    """What requirements may name, each with its key. weights: that of each instrument."""

    articles: Mapping[tuple[str, str], int]
    weights: Mapping[str, str]
    themes: Mapping[str, int]
    elements: Mapping[tuple[str, str], int]
    guidance: Mapping[str, int]


@dataclass(frozen=True)
class Stated:
    """One requirement as a file states it; article, themes, elements and guidance by their keys."""

    code: str
    article: int
    paragraph: str
    obligation: str
    type: str
    addressee: str
    weight: str
    terms: tuple[str, ...]
    themes: frozenset[int]
    elements: frozenset[int]
    guidance: Mapping[int, str]


@dataclass
class _Reading:
    known: Known
    file: str = ""
    entry: int = 0
    faults: list[Fault] = field(default_factory=list)
    codes: dict[str, str] = field(default_factory=dict)

    def fault(self, name: str, expected: str, found: object = "") -> None:
        self.faults.append(entry_fault(self.file, self.entry, name, expected, found))

    def word(self, row: Mapping[str, Any], name: str, choices: Iterable[str], otherwise: str) -> str:
        value = row.get(name, otherwise)
        if value not in choices:
            self.fault(name, " | ".join(choices), value)
        return str(value)

    def text(self, row: Mapping[str, Any], name: str, longest: int, *, needed: bool = False) -> str:
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > longest or (needed and not value.strip()):
            self.fault(name, _("a text of at most %(count)s characters") % {"count": longest}, value)
            return ""
        return " ".join(value.split())

    def texts(self, row: Mapping[str, Any], name: str) -> tuple[str, ...]:
        value = row.get(name, [])
        if not isinstance(value, list) or not all(isinstance(one, str) and one.strip() for one in value):
            self.fault(name, _("a list of texts"), value)
            return ()
        return tuple(dict.fromkeys(" ".join(one.split()) for one in value))


def read_requirements(folder: Traversable, known: Known) -> list[Stated]:
    """All requirements of the files of a folder, in their order. Raises LoadRefused with every fault that was found."""
    reading = _Reading(known)
    found: list[Stated] = []
    for file in sorted((one for one in folder.iterdir() if one.name.endswith(".toml")), key=lambda one: one.name):
        reading.file = file.name
        found.extend(_file(file, reading))
    if reading.faults:
        raise LoadRefused(_("The folder of requirements"), reading.faults)
    return found


def _file(file: Traversable, reading: _Reading) -> list[Stated]:
    try:
        stated = tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        reading.faults.append(Fault(file.name, None, "", _("well-formed TOML"), str(error)))
        return []
    instrument = stated.get("instrument")
    if instrument not in reading.known.weights:
        reading.faults.append(Fault(file.name, None, "instrument", _("the code of an instrument"), str(instrument)))
        return []
    rows = stated.get("requirement", [])
    if not isinstance(rows, list) or not rows or not all(isinstance(row, dict) for row in rows):
        reading.faults.append(Fault(file.name, None, "requirement", _("at least one [[requirement]]")))
        return []
    found = []
    for number, row in enumerate(rows, 1):
        reading.entry = number
        made = _entry(str(instrument), row, reading)
        if made is not None:
            found.append(made)
    return found


def _entry(instrument: str, row: Mapping[str, Any], reading: _Reading) -> Stated | None:
    known, before = reading.known, len(reading.faults)
    for strange in sorted(set(row) - KEYS):
        reading.fault(strange, _("a field that is known: %(names)s") % {"names": ", ".join(sorted(KEYS))})
    article = reading.text(row, "article", 20, needed=True)
    paragraph = reading.text(row, "paragraph", MAX_PARAGRAPH)
    key = known.articles.get((instrument, article))
    if key is None and article:
        reading.fault("article", _("an article of %(instrument)s") % {"instrument": instrument}, article)
    made = Stated(
        code=_code(instrument, article, paragraph, row, reading),
        article=key or 0,
        paragraph=paragraph,
        obligation=reading.text(row, "text", MAX_TEXT, needed=True),
        type=reading.word(row, "type", Obligation.values, Obligation.SHALL),
        addressee=reading.word(row, "addressee", Addressee.values, Addressee.STATE),
        weight=reading.word(row, "weight", Weight.values, known.weights[instrument]),
        terms=reading.texts(row, "terms"),
        themes=_keys(row, reading),
        elements=_elements(row, reading),
        guidance=_guidance(row, reading),
    )
    return made if len(reading.faults) == before else None


def _code(instrument: str, article: str, paragraph: str, row: Mapping[str, Any], reading: _Reading) -> str:
    """The stated code, or one made of its place; the second and third of one paragraph end in "-b" and "-c"."""
    stated = reading.text(row, "code", MAX_CODE)
    place = f"{instrument}-{article}{'.' + paragraph if paragraph else ''}".replace(" ", "")
    code = stated or next(
        one for one in (place, *(f"{place}-{letter}" for letter in LETTERS), "") if one not in reading.codes
    )
    if not code or len(code) > MAX_CODE:
        reading.fault("code", _("a code of at most %(count)s characters") % {"count": MAX_CODE}, code or place)
    elif code in reading.codes:
        reading.fault(
            "code", _("a code that no other entry has; it stands in %(file)s") % {"file": reading.codes[code]}, code
        )
    reading.codes[code] = f"{reading.file}, {reading.entry}"
    return code


def _keys(row: Mapping[str, Any], reading: _Reading) -> frozenset[int]:
    codes = reading.texts(row, "themes")
    for code in codes:
        if code not in reading.known.themes:
            reading.fault("themes", _("codes of themes: %(codes)s") % {"codes": ", ".join(reading.known.themes)}, code)
    return frozenset(reading.known.themes[code] for code in codes if code in reading.known.themes)


def _elements(row: Mapping[str, Any], reading: _Reading) -> frozenset[int]:
    found = set()
    for cited in reading.texts(row, "elements"):
        framework, _colon, code = cited.partition(":")
        key = reading.known.elements.get((framework, code))
        if key is None:
            reading.fault("elements", _("framework:element, such as gcm:13, of a framework that is loaded"), cited)
        else:
            found.add(key)
    return frozenset(found)


def _guidance(row: Mapping[str, Any], reading: _Reading) -> dict[int, str]:
    found: dict[int, str] = {}
    for cited in reading.texts(row, "guidance"):
        code, _colon, paragraphs = cited.partition(":")
        key = reading.known.guidance.get(code)
        if key is None or len(paragraphs) > MAX_CITED:
            reading.fault("guidance", _("code or code:paragraphs, such as cmw-gc2:23-28"), cited)
        elif key in found:
            reading.fault("guidance", _("each comment once"), cited)
        else:
            found[key] = paragraphs.strip()
    return found
