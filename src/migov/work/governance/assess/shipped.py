"""The question sets that migov knows from the start: the thirty sub-categories of SDG indicator 10.7.2, and questions over MiGOF.

A set is written once for each version; a new version stands beside the old one, which the assessments begun with it keep.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from django.db import transaction

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import SYSTEM
from migov.foundation.records import journal
from migov.work.governance.models import Domain, Option, Question, QuestionElement, QuestionSet

DATA = files("migov.work.governance.assess") / "data"


@dataclass
class ShippedSets:
    """What loading did. questions: of the sets that are shipped; written: "code version" of what is new."""

    sets: int = 0
    questions: int = 0
    written: list[str] = field(default_factory=list)


def read_sets(home: Traversable = DATA) -> list[dict[str, Any]]:
    """The shipped sets as they are in the files: a file is a set; a folder is one with a file for each domain."""
    found = []
    for entry in sorted(home.iterdir(), key=lambda one: one.name):
        if entry.is_dir() and (entry / "set.toml").is_file():
            read = _toml(entry / "set.toml")
            read["domain"] = [domain for name in read["domains"] for domain in _toml(entry / f"{name}.toml")["domain"]]
            found.append(read)
        elif entry.name.endswith(".toml"):
            found.append(_toml(entry))
    return found


@transaction.atomic
def load_question_sets(*, home: Traversable = DATA) -> ShippedSets:
    """Write the shipped sets whose version is not there yet; frameworks are there already. A set that is there is left alone.

    The newest shipped version stands, older ones do not. Two queries where nothing is new. Raises ValueError for an element of a
    framework that does not exist.
    """
    sets = read_sets(home)
    known = dict(QuestionSet.objects.order_by("version").values_list("code", "version"))
    done = ShippedSets(len(sets), sum(len(domain["question"]) for one in sets for domain in one["domain"]))
    new = [one for one in sets if one["version"] > known.get(one["code"], 0)]
    if not new:
        return done
    elements = {
        f"{framework}:{code}": key
        for framework, code, key in Element.objects.values_list("framework__code", "code", "pk")
    }
    for one in new:
        QuestionSet.objects.filter(code=one["code"], standing=True).update(standing=False)
        _write(one, elements)
        done.written.append(f"{one['code']} {one['version']}")
    journal.write("question sets loaded", by=SYSTEM, detail={"written": done.written})
    return done


def _toml(file: Traversable) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8"))


def _write(read: Mapping[str, Any], elements: Mapping[str, int]) -> None:
    made = QuestionSet.objects.create(
        code=read["code"], version=read["version"], kind=read["kind"], title=read["title"], note=read["note"],
        source=read["source"],
    )  # fmt: skip
    questions: list[Question] = []
    options: list[Option] = []
    joined: list[QuestionElement] = []
    for place, domain in enumerate(read["domain"], start=1):
        part = Domain.objects.create(
            set=made, code=domain["code"], title=domain["title"], order=place,
            element_id=_element(domain["element"], elements, domain["code"]),
        )  # fmt: skip
        for row in domain["question"]:
            question = Question(
                set=made, domain=part, code=row["code"], text=row["text"], short=row["short"], scope=row["scope"],
                evidence=row["evidence"], order=len(questions) + 1,
            )  # fmt: skip
            questions.append(question)
            choices = row.get("options") or read["scales"][row.get("scale", domain["scale"])]
            options += [
                Option(
                    question=question, code=one["code"], label=one["label"], order=at,
                    score=Decimal(one["score"]) if "score" in one else None,
                )
                for at, one in enumerate(choices, start=1)
            ]  # fmt: skip
            joined += [
                QuestionElement(question=question, element_id=_element(code, elements, row["code"]))
                for code in row["elements"]
            ]
    Question.objects.bulk_create(questions)
    Option.objects.bulk_create(options, batch_size=500)
    QuestionElement.objects.bulk_create(joined, batch_size=500)


def _element(code: str, elements: Mapping[str, int], where: str) -> int:
    if code not in elements:
        raise ValueError(f"question set, {where}: there is no element {code}")
    return elements[code]
