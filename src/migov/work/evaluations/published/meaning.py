"""What a row of the published register means: values for our fields, and a remark for each that is unclear."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from django.db import models
from django.utils import timezone
from django.utils.translation import override

from migov.work.evaluations.models import (
    Commissioner,
    Coverage,
    CrossCutting,
    EvaluationLevel,
    EvaluatorType,
    LabelKind,
    Scope,
    Subtype,
    Timing,
)
from migov.work.evaluations.published.codes import Code, read_codes
from migov.work.evaluations.published.reading import COLUMNS, Row
from migov.work.evaluations.published.remarks import Remark, Told
from migov.work.evaluations.published.words import NO_COUNTRY, NO_DONOR, NONE, OTHER_NAMES, THEMES, WITH_COMMAS

EPOCH = "1970-01-01"
FIRST_YEAR, LAST_YEAR = 1951, 2100  # the organisation was founded in the first
LONGEST_LABEL = 300
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_GARBLED = re.compile("[ÃÂ][\u0080-\u00bf\u2018-\u201d\u20ac]|â€|Ã.")
_ADDRESSES = re.compile(r",\s+(?=https?://)")
_AREAS = [
    (name, re.compile(rf"(?:^|,\s*){re.escape(name)}(?=\s*(?:,|$))", re.IGNORECASE))
    for name in sorted(THEMES, key=len, reverse=True)
]
_ADDED = re.compile(r"(?:[A-Za-z]+,\s*)?(\d{1,2}/\d{1,2}/\d{4})\s*-\s*(\d{1,2}:\d{2})")


@dataclass(slots=True)
class Meaning:
    """What a row says. fields: of Evaluation. labels: kind → values in their order. places: codes of countries; themes: codes.

    files: address → title.
    """

    title: str
    fields: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, list[str]] = field(default_factory=dict)
    places: list[str] = field(default_factory=list)
    themes: list[str] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    files: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def understand(row: Row, places: Mapping[str, str]) -> Meaning:
    """The meaning of a row. places: a name in lower case → code of the country or area. Never fails: what is unclear is remarked."""
    told = Told(row.number)
    text = {name: _clean(name, row.values.get(name, ""), told) for name in COLUMNS}
    found = Meaning(text["title"])
    if not found.title:
        told.say(COLUMNS["title"], "", "no-title")
        found.title = "Untitled evaluation"
    found.fields = _fields(text, told)
    found.labels = _labels(text, told)
    found.places, unplaced = _places(text, places, told)
    found.labels[LabelKind.COUNTRY] = unplaced
    found.labels[LabelKind.THEME], found.themes = _themes(text["themes"], told)
    found.codes = _project_codes(text["codes"], told)
    found.files = _files(text, told)
    found.remarks = told.remarks
    return found


def _clean(name: str, raw: str, told: Told) -> str:
    """The text of a cell as it was meant: letters mended, marks of web pages taken out, spaces counted once."""
    text = raw
    if _GARBLED.search(text):
        try:
            mended = text.encode("cp1252").decode("utf-8")
        except (UnicodeEncodeError, UnicodeDecodeError):
            mended = text
        if mended != text:
            told.say(COLUMNS[name], raw, "garbled")
            text = mended
    if name not in ("urls", "descriptions"):
        bare = html.unescape(_TAG.sub(" ", text))
        if bare != text:
            told.say(COLUMNS[name], raw, "html")
            text = bare
    return " ".join(text.split())


def _fields(text: Mapping[str, str], told: Told) -> dict[str, Any]:
    published = _day("published", text, told)
    starts, ends = _period(text, told)
    found: dict[str, Any] = {
        "published_on": published, "year": _year(text["year"], published, told), "evaluators": text["author"],
        "period_from": starts, "period_to": ends, "pages": _pages(text["pages"], told), "added_on": _added(text["added"], told),
        "coverage": _word("coverage", text, Coverage, told), "timing": _word("timing", text, Timing, told),
        "evaluator_type": _word("evaluator", text, EvaluatorType, told), "level": _word("level", text, EvaluationLevel, told),
    }  # fmt: skip
    for name, column in (
        ("has_lessons", "lessons"), ("has_brief", "brief"), ("has_summary", "summary"), ("has_terms", "terms"),
        ("has_external_version", "external"), ("has_response", "response"), ("is_published", "is_published"),
    ):  # fmt: skip
        found[name] = _yes_no(column, text[column], told)
    return found


def _yes_no(column: str, text: str, told: Told) -> bool | None:
    known = {"yes": True, "no": False, "": None}
    if text.lower() not in known:
        told.say(COLUMNS[column], text, "yes-no")
    return known.get(text.lower())


def _day(column: str, text: Mapping[str, str], told: Told) -> date | None:
    said = text[column]
    if not said:
        return None
    if said == EPOCH:
        told.say(COLUMNS[column], said, "date-none")
        return None
    try:
        return date.fromisoformat(said)
    except ValueError:
        told.say(COLUMNS[column], said, "date")
        return None


def _period(text: Mapping[str, str], told: Told) -> tuple[date | None, date | None]:
    starts, ends = _day("from", text, told), _day("to", text, told)
    if starts and ends and ends < starts:
        told.say(COLUMNS["to"], f"{starts} – {ends}", "dates")
        return None, None
    return starts, ends


def _year(text: str, published: date | None, told: Told) -> int | None:
    said = int(text) if re.fullmatch(r"\d{4}", text, re.ASCII) else None
    if said is None or not FIRST_YEAR <= said <= LAST_YEAR:
        if text or published is None:
            told.say(COLUMNS["year"], text, "year")
        return published.year if published and FIRST_YEAR <= published.year <= LAST_YEAR else None
    if published and published.year != said:
        told.say(COLUMNS["year"], f"{said}, {published}", "year-differs")
    return said


def _pages(text: str, told: Told) -> int | None:
    if not text or re.fullmatch(r"\d{1,5}", text, re.ASCII):
        return int(text) if text else None
    numbers = re.findall(r"\d{1,5}", text)
    if len(numbers) == 1:
        told.say(COLUMNS["pages"], text, "pages-read")
        return int(numbers[0])
    told.say(COLUMNS["pages"], text, "pages")
    return None


def _added(text: str, told: Told) -> datetime | None:
    """The register writes month before day."""
    match = _ADDED.fullmatch(text)
    if match:
        try:
            said = datetime.strptime(f"{match.group(1)} {match.group(2)}", "%m/%d/%Y %H:%M")  # noqa: DTZ007
        except ValueError:
            pass
        else:
            return timezone.make_aware(said)
    if text:
        told.say(COLUMNS["added"], text, "date")
    return None


@cache
def _english(words: type[models.TextChoices]) -> dict[str, str]:
    """The register is written in English, whatever language migov speaks."""
    found: dict[str, str] = {}
    with override("en"):
        for choice in words:
            label = str(choice.label).lower()
            found |= {label: choice.value, label.partition(" (")[0]: choice.value, choice.value: choice.value}
    return found


def code_of(text: str, words: type[models.TextChoices]) -> str | None:
    """The code for a word of a closed list: by its label, by the label before its bracket, or by itself."""
    return _english(words).get(text.lower())


def _word(column: str, text: Mapping[str, str], words: type[models.TextChoices], told: Told) -> str:
    said = text[column]
    found = code_of(said, words) if said else ""
    if found is None:
        told.say(COLUMNS[column], said, "word")
    return found or ""


def parts(text: str) -> list[str]:
    """A list written with commas; names that hold a comma stay whole."""
    found = []
    for number, name in enumerate(WITH_COMMAS):
        if name in text:
            text = text.replace(name, f"\ue000{number}\ue000")
    for part in text.split(","):
        said = re.sub("\ue000(\\d+)\ue000", lambda match: WITH_COMMAS[int(match.group(1))], part).strip()
        if said and said not in found:
            found.append(said)
    return found


def _labels(text: Mapping[str, str], told: Told) -> dict[str, list[str]]:
    return {
        LabelKind.SCOPE: _codes(text, "scope", Scope, told),
        LabelKind.COMMISSIONER: _codes(text, "commissioner", Commissioner, told),
        LabelKind.CROSS_CUTTING: _codes(text, "crosscutting", CrossCutting, told, without=NONE),
        LabelKind.SUBTYPE: _codes(text, "subtypes", Subtype, told),
        LabelKind.LANGUAGE: _named("languages", parts(text["languages"]), told),
        LabelKind.REGION: _named("regions", parts(text["regions"]), told),
        LabelKind.DONOR: _donors(text["donor"], told),
    }


def _codes(
    text: Mapping[str, str], column: str, words: type[models.TextChoices], told: Told, without: Iterable[str] = ()
) -> list[str]:
    found: list[str] = []
    said = parts(text[column])
    for part in said:
        if part.lower() in without:
            if len(said) > 1:
                told.say(COLUMNS[column], text[column], "none-and")
            continue
        code = code_of(part, words)
        if code is None:
            told.say(COLUMNS[column], part, "word")
        elif code not in found:
            found.append(code)
    return found


def _named(column: str, said: Sequence[str], told: Told) -> list[str]:
    found: list[str] = []
    for name in said:
        if len(name) > LONGEST_LABEL:
            told.say(COLUMNS[column], name, "long")
        if name[:LONGEST_LABEL] not in found:
            found.append(name[:LONGEST_LABEL])
    return found


def _donors(text: str, told: Told) -> list[str]:
    said = parts(text)
    for name in said:
        if name.lower() in NO_DONOR:
            told.say(COLUMNS["donor"], name, "no-donor")
    return _named("donor", [name for name in said if name.lower() not in NO_DONOR], told)


def _places(text: Mapping[str, str], places: Mapping[str, str], told: Told) -> tuple[list[str], list[str]]:
    """Codes of the countries and areas, and what stands in their column but is none."""
    found: list[str] = []
    other: list[str] = []
    column = COLUMNS["countries"]
    for name in parts(text["countries"]):
        code = places.get(name.lower())
        if code is None and name.lower() in OTHER_NAMES:
            code = OTHER_NAMES[name.lower()]
            told.say(column, name, "country-read", code)
        if code is not None:
            found += [code] if code not in found else []
            continue
        told.say(column, name, "no-country" if name.lower() in NO_COUNTRY else "country")
        other.append(name[:LONGEST_LABEL])
    if not found and not other and text["coverage"].lower() in ("country", "multi-country"):
        told.say(column, "", "no-countries")
    return found, other


def _themes(text: str, told: Told) -> tuple[list[str], list[str]]:
    """Thematic areas as published, the longest known names first since some hold commas, and the themes they belong to."""
    left, found = text, {}
    for name, pattern in _AREAS:
        if name.lower() not in text.lower():
            continue
        for at in pattern.finditer(left):
            found[at.start()] = name
        left = pattern.sub(lambda at: " " * (at.end() - at.start()), left)
    areas = list(dict.fromkeys(found[at] for at in sorted(found)))
    for name in parts(left):
        told.say(COLUMNS["themes"], name, "theme")
        areas.append(name[:LONGEST_LABEL])
    themes: list[str] = []
    for name in areas:
        themes += [code for code in THEMES.get(name, ()) if code not in themes]
    return areas, themes


def _project_codes(text: str, told: Told) -> list[Code]:
    codes, rest, is_range = read_codes(text)
    column = COLUMNS["codes"]
    for left in rest:
        told.say(column, left, "code")
    for code in codes:
        if not code.plain and code.published not in rest:
            told.say(column, code.published, "code-digits")
        elif code.plain and code.plain != code.published:
            told.say(column, code.published, "code-spelling", code.plain)
    if is_range:
        told.say(column, text, "code-range")
    return codes


def _files(text: Mapping[str, str], told: Told) -> dict[str, str]:
    """Addresses with titles. Descriptions do not follow the order of addresses, so that only a single one belongs to its file."""
    addresses = list(dict.fromkeys(_ADDRESSES.split(text["urls"]))) if text["urls"] else []
    descriptions = parts(text["descriptions"])
    if addresses and descriptions and len(addresses) != len(descriptions) and len(addresses) > 1:
        told.say(COLUMNS["descriptions"], text["descriptions"], "files")
    found: dict[str, str] = {}
    for address in addresses:
        if not address.lower().startswith(("http://", "https://")):
            told.say(COLUMNS["urls"], address, "url")
        found[address] = text["descriptions"] if len(addresses) == 1 and text["descriptions"] else title_of(address)
    return found


def title_of(address: str) -> str:
    """A title from the address of a file: ".../Evaluation%20Brief_EN.pdf" → "Evaluation Brief EN"."""
    try:
        name = PurePosixPath(unquote(urlsplit(address).path)).stem
    except ValueError:
        name = address
    return " ".join(name.replace("_", " ").split()) or address


def names_of_places(rows: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """Names in lower case → code, from code, name and short name."""
    found: dict[str, str] = {}
    for code, name, short in rows:
        found[name.lower()] = found[short.lower()] = found[short.rstrip("*").lower()] = code
    return found
