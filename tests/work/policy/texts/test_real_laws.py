"""Every article of real laws is found, none twice, with its heading. The counts were taken by reading the laws."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from migov.work.policy.texts.outline import outline
from migov.work.policy.texts.sources import outline_of_path
from migov.work.policy.texts.tree import as_json

Real = Callable[[str], Path]
ROMAN = ["I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI"]
SRI_LANKA = "national_laws/sri_lanka_immigration_bill_2024"
BRUNEI = [str(n) for n in range(1, 62)]
BRUNEI[55:55] = ["55A", "55B"]
BRUNEI[58:58] = ["56A"]
BRUNEI[61:61] = ["58A"]


def counted(last: int) -> list[str]:
    return [str(number) for number in range(1, last + 1)]


@pytest.mark.parametrize(
    ("name", "numbers", "parts", "chapters", "headings"),
    [
        (
            "national_laws/georgia_law_on_international_protection_en.txt", counted(89), [], ROMAN,
            {"1": "Scope of the Law", "52": "Repeated application for international protection and procedural guarantees",
             "56": "Submission of an application for refugee status by a person under subsidiary protection",
             "89": "Entry into force of this Law"},
        ),
        (
            "national_laws/georgia_law_on_international_protection_ka.txt", counted(89), [], ROMAN,
            {"8": "The principle of non-refoulment", "62": "Grounds for the revocation or withdrawal of international protection"},
        ),
        (
            "national_laws/georgia_law_on_international_protection_en.akn.xml", counted(89), [], ROMAN,
            {"1": "Scope of the Law", "89": "Entry into force of this Law"},
        ),
        (
            "national_laws/sierra_leone_anti_trafficking_smuggling_act_2022.txt", counted(39), ROMAN[:8], [],
            {"1": "Interpretation", "2": "National Task Force on Human Trafficking", "17": "Consent, of victim irrelevant",
             "19": "Child prostitute as victim", "37": "Regulations", "39": "Transitional provision"},
        ),
        (
            "national_laws/brunei_immigration_act.txt", BRUNEI, ROMAN[:6], [],
            {"1": "Citation", "12": "Endorsement of name of wife and children on Entry and Re-entry Permits",
             "55B": "Prohibition of immigration offender entering or remaining at work place", "61": "Saving"},
        ),
        (
            f"{SRI_LANKA}/raw_text.txt", counted(185), ROMAN[:10], ROMAN[:3],
            {"1": "Short title and dates of operation", "2": "Objects of the Act", "3": "Power to exempt from the provisions of the Act",
             "25": "Visa shall expire on a date which is at least two months before the date of expiry of the travel document",
             "136": "Human smuggling into Sri Lanka", "140": "Compounding of offences",
             "185": "Sinhala text to prevail in case of inconsistency"},
        ),
        (
            f"{SRI_LANKA}/doc.docx", counted(185), ROMAN[:10], ROMAN[:3],
            {"1": "Short title and dates of operation", "2": "Objects of the Act", "136": "Human smuggling intoSri Lanka"},
        ),
        (
            "eu/directive_2011_36_eu_anti_trafficking_articles.md", counted(25), [], [],
            {"1": "Subject matter", "8": "Non-prosecution or non-application of penalties to the victim", "25": "Addressees"},
        ),
        (
            "eu/eu_charter_fundamental_rights_2012_en.xml", counted(54), ROMAN[:7], [],
            {"1": "Human dignity", "18": "Right to asylum", "54": "Prohibition of abuse of rights"},
        ),
    ],
)  # fmt: skip
def test_every_article_of_a_real_law_is_found(real: Real, name, numbers, parts, chapters, headings):
    found = as_json(outline_of_path(real(name)))
    assert [one["number"] for one in found["articles"]] == numbers
    assert [one["number"] for one in found["parts"]] == parts
    assert [one["number"] for one in found["chapters"]] == chapters
    said = {one["number"]: one["heading"] for one in found["articles"]}
    assert {number: said[number] for number in headings} == headings


@pytest.mark.parametrize(
    "name",
    [
        "national_laws/georgia_law_on_international_protection_en.txt",
        "national_laws/sierra_leone_anti_trafficking_smuggling_act_2022.txt",
        "national_laws/brunei_immigration_act.txt",
        f"{SRI_LANKA}/raw_text.txt",
        "eu/eu_charter_fundamental_rights_2012_en.xml",
    ],
)
def test_every_article_has_a_heading(real: Real, name):
    assert [one.number for one in outline_of_path(real(name)).articles() if not one.heading] == []


def test_regulations_printed_behind_an_act_are_kept_apart(real: Real):
    found = outline_of_path(real("national_laws/brunei_immigration_act.txt"))
    regulations = as_json(found)["attached"][0]
    assert [one["number"] for one in regulations["articles"]] == counted(35)
    assert regulations["articles"][13]["heading"] == "Seamen’s Identification Card deemed to be Landing Pass"


def test_the_same_law_in_two_files_has_the_same_articles(real: Real):
    folder = "national_laws/georgia_law_on_international_protection"
    english, georgian = (outline_of_path(real(f"{folder}_{name}.txt")) for name in ("en", "ka"))
    assert [(one.number, one.heading) for one in english.articles()] == [
        (one.number, one.heading) for one in georgian.articles()
    ]
    points = [one.number for one in english.articles()[2].children]
    assert {"q", "z", "z^1", "z^11"} <= set(points)


def test_the_articles_of_32_instruments_are_those_of_their_lists(real: Real):
    files = sorted(real("instruments_en_json").glob("*.json"))
    assert len(files) == 32
    articles = 0
    for file in files:
        told = json.loads(file.read_text())
        lines, chapter = [told["title"], told.get("preamble", "")], ""
        for one in told["articles"]:
            if one.get("chapter") and one["chapter"] != chapter:
                chapter = one["chapter"]
                lines.append(chapter)
            lines += [f"Article {one['number']}", *([one["heading"]] if one.get("heading") else []), one["text"]]
        found = outline("\n".join(lines)).articles()
        assert [one.number for one in found] == [one["number"] for one in told["articles"]], file.name
        wrong = [
            (one.number, one.heading)
            for one, true in zip(found, told["articles"], strict=True)
            if re.sub(r"\W", "", one.heading) != re.sub(r"\W", "", true.get("heading") or "")
        ]
        assert wrong == [], file.name
        articles += len(found)
    assert articles == 1053
