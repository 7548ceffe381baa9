"""Evaluations for tests, made through the actions, and registers as the published one looks."""

from __future__ import annotations

import csv
import io
import os
from datetime import date
from pathlib import Path
from typing import Any

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office
from migov.foundation.places.models import Place
from migov.work.evaluations.actions import content, register, responding
from migov.work.evaluations.models import Evaluation, KeyAction, Recommendation
from migov.work.evaluations.published.reading import COLUMNS
from tests.factories import OfficeFactory

DATA = Path(os.environ.get("MIGOV_REAL_DATA", Path(__file__).parents[4] / "shared" / "data")) / "evaluations"
REGISTER = DATA / "iom_evaluation_repository_export_2025-11-13.csv"

PLAIN = {
    "title": "Final evaluation of safe return", "year": "2024", "author": "A firm", "lessons": "Yes", "published": "2024-05-07",
    "donor": "European Union, Government of Japan", "brief": "No", "commissioner": "IOM, Donor", "coverage": "Country",
    "from": "2021-01-01", "to": "2023-12-31", "summary": "Yes", "external": "No", "languages": "English",
    "themes": "Return and AVRR, Counter trafficking", "projects": "", "pages": "44", "others": "", "codes": "PX.0412",
    "countries": "Albania", "regions": "RO for Europe and Central Asia", "crosscutting": "Gender", "is_published": "Yes",
    "terms": "Yes", "scope": "Programme/Project", "timing": "Final (at the end of the project/programme)",
    "evaluator": "External", "level": "Decentralized", "subtypes": "Evaluation report",
    "urls": "https://evaluation.example.org/return.pdf", "descriptions": "Evaluation Report", "response": "No",
    "added": "Thu, 08/07/2025 - 23:52",
}  # fmt: skip


def row(**changed: str) -> dict[str, str]:
    """A row of the register by our names of its columns; what is not given is plain."""
    number = changed.pop("n", "")
    said = {**PLAIN, **changed}
    if number:
        said |= {
            "title": changed.get("title", f"Evaluation {number}"),
            "urls": changed.get("urls", f"https://example.org/{number}.pdf"),
        }
    return said


def file_of(
    *rows: dict[str, str], without: tuple[str, ...] = (), encoding: str = "utf-8-sig", separator: str = ","
) -> bytes:
    """A register as a file, with the headings of the published one. without: our names of columns to leave out."""
    out = io.StringIO()
    names = [name for name in COLUMNS if name not in without]
    writer = csv.writer(out, delimiter=separator)
    writer.writerow([COLUMNS[name] for name in names])
    for one in rows:
        writer.writerow([one[name] for name in names])
    return out.getvalue().encode(encoding)


def evaluation(title: str = "Evaluation of the shelters", *, office: Office | None = None, **values: Any) -> Evaluation:
    """A planned evaluation. places: codes."""
    codes = values.pop("places", ())
    if codes:
        values["places"] = list(Place.objects.filter(code__in=codes))
    return register.start(title, office=office or OfficeFactory(), values=values, by=SYSTEM)


def completed(title: str = "Evaluation of the shelters", *, on: date = date(2026, 6, 1), **values: Any) -> Evaluation:
    """An evaluation whose report is there."""
    made = evaluation(title, **values)
    return register.move(made, "completed", on=on, by=SYSTEM)


def recommendation(of: Evaluation, text: str = "Name deputies in every district.", **values: Any) -> Recommendation:
    return content.save_recommendation(of, {"text": text, **values}, by=SYSTEM)


def issued(
    of: Evaluation,
    *,
    on: date = date(2026, 6, 20),
    due: date | None = date(2026, 9, 30),
    form: str = "2024",
    **action: Any,
) -> KeyAction:
    """A response with one accepted recommendation and one action, issued. Returns the action."""
    one = recommendation(of)
    head = {"form": form, "coordinator_name": "Aigerim S.", "coordinator_function": "M&E officer", "date": on}
    responding.save_response(of, head, by=SYSTEM)
    responding.answer(one, {"verdict": "accept", "comment": "", "responsible": "Programme unit"}, by=SYSTEM)
    values = {"text": "Write to all districts", "due": due, "responsible": "Programme unit", **action}
    made = responding.save_action(one, values, by=SYSTEM)
    responding.issue(Evaluation.objects.get(pk=of.pk), by=SYSTEM)
    return made
