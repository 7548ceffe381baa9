"""Words that migov does not ship: texts of articles and paragraphs of guidance, loaded by the office from files it holds.

Texts: a JSON file for each instrument, {"slug", "title", "articles": [{"number", "heading", "text", "chapter"}]}. Which instrument it is
follows from its slug, its code or its title. Guidance: a JSON file for each comment, a list of {"ID", "Text"}; which comment it is
follows from its name. Files that belong to nothing we know are told, not refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.frameworks.faults import Fault
from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.work.policy.instruments.refusal import LoadRefused, entry_fault
from migov.work.policy.models import Article, Guidance, GuidanceParagraph, Instrument

TEXT_SOURCE = "Loaded from %(file)s; check against the authentic text."
MAX_TEXT = 100_000
# How collections of texts call what we call otherwise.
SLUGS = {
    "cedaw_1979": "cedaw", "coe_cets197_trafficking_2005": "cets-197", "coe_echr_1950": "echr", "coe_echr_p4_1963": "echr-p4",
    "coe_esc_1961": "esc-1961", "coe_esc_revised_1996": "esc-1996", "coe_ets093_migrant_workers_1977": "ets-093",
    "coe_nationality_1997": "ets-166", "coe_stateless_succession_2006": "cets-200", "crc_1989": "crc", "crpd_2006": "crpd",
    "iccpr_1966": "iccpr", "icerd_1965": "icerd", "icescr_1966": "icescr", "icpped_2006": "cped",
    "ilo_c029_1930": "ilo-c029", "ilo_c097_1949": "ilo-c097", "ilo_c105_1957": "ilo-c105", "ilo_c111_1958": "ilo-c111",
    "ilo_c118_1962": "ilo-c118", "ilo_c181_1997": "ilo-c181", "ilo_c189_2011": "ilo-c189",
    "palermo_smuggling_protocol_2000": "smuggling-protocol", "palermo_trafficking_protocol_2000": "trafficking-protocol",
    "reduction_statelessness_1961": "1961-stateless", "refugee_convention_1951": "1951-convention",
    "refugee_protocol_1967": "1967-protocol", "stateless_persons_1954": "1954-stateless", "udhr_1948": "udhr",
    "untoc_2000": "untoc", "vccr_1963": "vccr", "iom_constitution": "iom-constitution",
}  # fmt: skip
# "Annotated_CRC-CMW-GC22-MigPrinciples" → the comment as its first committee counts it.
JOINT = {"crc-gc22": "cmw-gc3", "crc-gc23": "cmw-gc4", "cmw-gc22": "cmw-gc3", "cmw-gc23": "cmw-gc4"}
_COMMENT = re.compile(r"(?:Annotated[_-])?([A-Z]+)(?:[_-][A-Z]+)*?[_-](GC|GR)(\d+)", re.IGNORECASE)
# What files of Markdown write that is not in the text, and spaces that were lost when the file was made: "(1)Has", "1.The", "it.In".
_MARKS = (
    (re.compile(r"\[([^\]\n]+)\]\([^()\s]*\)"), r"\1"),
    (re.compile(r"</?su[bp]>"), ""),
    (re.compile(r"^#{1,6}\s*", re.MULTILINE), ""),
    (re.compile(r"(\*{1,2})(?=\S)([^*\n]+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"((?:^[a-z]|\((?:\d{1,2}|[a-z]|[ivx]+))\))(?=[A-Z\"“])", re.MULTILINE), r"\1 "),
    (re.compile(r"^(\d{1,2}\.)(?=[A-Za-z])", re.MULTILINE), r"\1 "),
    (re.compile(r";(?=[A-Za-z])"), "; "),
    (re.compile(r"(?<=[a-z]{2})([.,:])(?=[A-Z])"), r"\1 "),
    (re.compile(r"(?<=[0-9)\"”])([.,:])(?=[A-Z][a-z])"), r"\1 "),
)


@transaction.atomic
def load_texts(folder: Path, *, by: Actor) -> dict[str, Any]:
    """Put the words of articles in their place. Returns counts, and the files and articles that belong to nothing we know.

    Raises LoadRefused (nothing is kept), PermissionDenied.
    """
    access.require(by, "instruments.load")
    instruments = {one.code: one for one in Instrument.objects.all()}
    by_title = {_plain(one.title): one.code for one in instruments.values()}
    faults: list[Fault] = []
    done: dict[str, Any] = {"instruments": 0, "articles": 0, "changed": 0, "files_left": [], "articles_left": []}
    for file, data in _json_files(folder, faults):
        if not isinstance(data, dict) or not isinstance(data.get("articles"), list):
            faults.append(Fault(file.name, None, "articles", _("an object with a list of articles")))
            continue
        slug = str(data.get("slug") or file.stem)
        code = SLUGS.get(slug) or slug.replace("_", "-")
        one = instruments.get(code) or instruments.get(by_title.get(_plain(str(data.get("title", ""))), ""))
        if one is None:
            done["files_left"].append(file.name)
            continue
        words = _words(file.name, data["articles"], faults)
        _write(one, words, file.name, done)
    if faults:
        raise LoadRefused(folder.name, faults)
    journal.write("texts of instruments loaded", by=by, detail={"folder": folder.name, **done})
    return done


def _words(name: str, rows: list[Any], faults: list[Fault]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, row in enumerate(rows, 1):
        number = str(row.get("number", "")).strip() if isinstance(row, dict) else ""
        text = row.get("text") if isinstance(row, dict) else None
        if not number or number in found:
            faults.append(entry_fault(name, place, "number", _("a number that no other article has"), number))
        elif not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
            faults.append(
                entry_fault(name, place, "text", _("a text of at most %(count)s characters") % {"count": MAX_TEXT})
            )
        else:
            found[number] = tidied(text)
    return found


def tidied(text: str) -> str:
    """The words of an article as they were adopted: one line for each of the file, without its marks for emphasis, headings, links and
    raised letters, and with the spaces that were lost between a number or the end of a sentence and what follows."""
    for marks, instead in _MARKS:
        text = marks.sub(instead, text)
    return "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())


def _write(one: Instrument, words: dict[str, str], name: str, done: dict[str, Any]) -> None:
    articles = {article.number: article for article in one.articles.all()}
    changed = []
    for number, text in words.items():
        article = articles.get(number)
        if article is None:
            done["articles_left"].append(f"{one.code} {number}")
            continue
        done["articles"] += 1
        if article.text != text:
            article.text = text
            changed.append(article)
    Article.objects.bulk_update(changed, ["text"], batch_size=200)
    one.text_source = (TEXT_SOURCE % {"file": name})[:300]
    one.save(update_fields=["text_source"])
    done["instruments"] += 1
    done["changed"] += len(changed)


@transaction.atomic
def load_guidance(folder: Path, *, by: Actor) -> dict[str, Any]:
    """Put the paragraphs of comments in their place; they replace what was loaded before of the same comment.

    Returns counts and the files that belong to no comment we know. Raises LoadRefused (nothing is kept), PermissionDenied.
    """
    access.require(by, "instruments.load")
    known = {one.code: one for one in Guidance.objects.all()}
    faults: list[Fault] = []
    done: dict[str, Any] = {"comments": 0, "paragraphs": 0, "files_left": []}
    for file, data in _json_files(folder, faults):
        code = comment_of(file.stem)
        if code not in known:
            done["files_left"].append(file.name)
            continue
        if not isinstance(data, list):
            faults.append(Fault(file.name, None, "", _("a list of paragraphs")))
            continue
        paragraphs = _paragraphs(file.name, data, faults)
        one = known[code]
        one.paragraphs.all().delete()
        GuidanceParagraph.objects.bulk_create(
            [
                GuidanceParagraph(guidance=one, number=number, text=text, order=place)
                for place, (number, text) in enumerate(paragraphs.items())
            ],
            batch_size=300,
        )
        one.source = (TEXT_SOURCE % {"file": file.name})[:300]
        one.save(update_fields=["source"])
        done["comments"] += 1
        done["paragraphs"] += len(paragraphs)
    if faults:
        raise LoadRefused(folder.name, faults)
    journal.write("guidance loaded", by=by, detail={"folder": folder.name, **done})
    return done


def comment_of(name: str) -> str:
    """The code of the comment that a file is named after ("Annotated_CMW_GC2_migrant_workers" → "cmw-gc2"); empty for none."""
    found = _COMMENT.match(name)
    if found is None:
        return ""
    committee, kind, number = found[1].lower(), found[2].lower(), int(found[3])
    for code in (f"{committee}-{kind}{number}", f"{committee}-{'gr' if kind == 'gc' else 'gc'}{number}"):
        if code in JOINT:
            return JOINT[code]
    # Two committees write recommendations where others write comments; file names mix them up.
    kind = "gr" if committee in ("cedaw", "cerd") else "gc"
    return f"{committee}-{kind}{number}"


def _paragraphs(name: str, rows: list[Any], faults: list[Fault]) -> dict[str, str]:
    found: dict[str, str] = {}
    for place, row in enumerate(rows, 1):
        number = str(row.get("ID", "")).strip().rstrip(".") if isinstance(row, dict) else ""
        text = row.get("Text") if isinstance(row, dict) else None
        if not number or len(number) > 10:
            faults.append(entry_fault(name, place, "ID", _("the number of a paragraph"), number))
        elif not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
            faults.append(
                entry_fault(name, place, "Text", _("a text of at most %(count)s characters") % {"count": MAX_TEXT})
            )
        else:
            said = "\n".join(" ".join(line.split()) for line in text.splitlines() if line.strip())
            found[number] = f"{found[number]}\n{said}" if number in found else said
    return found


def _json_files(folder: Path, faults: list[Fault]) -> Iterator[tuple[Path, Any]]:
    files = sorted(folder.glob("*.json"))
    if not files:
        faults.append(Fault(folder.name, None, "", _("JSON files")))
    for file in files:
        try:
            yield file, json.loads(file.read_text(encoding="utf-8"))
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            faults.append(Fault(file.name, None, "", _("well-formed JSON in UTF-8"), str(error)))


def _plain(title: str) -> str:
    return " ".join(re.sub(r"[^a-z0-9 ]", " ", title.lower()).split())
