"""Real files: what comes in goes out saying the same, and what went out changes nothing when it comes in again.

saying.py says what "the same" means. The two largest are walked whole by benchmarks/iati_export.py; here, every fiftieth activity of them.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from migov.exchange.iati.check import CheckReport, check_file
from migov.exchange.iati.export import export_activities
from migov.exchange.iati.export_choice import Choice
from migov.exchange.iati.load import load_file
from migov.foundation.people.access import SYSTEM
from tests.exchange.iati import saying
from tests.exchange.iati.test_real_files import LARGE, SMALL

pytestmark = pytest.mark.django_db
SAMPLED = 50
Real, Official = Callable[[str], Path], Callable[[str], Path]


def exported() -> bytes:
    out = io.BytesIO()
    export_activities(Choice(others=True), out)
    return out.getvalue()


def round_trip(data: bytes, official: Official) -> bytes:
    """Load, write, compare, load again, write again; the file that was written."""
    allowed = saying.children_by_schema(official("schemas-2.03"))
    first = load_file(io.BytesIO(data), name="first.xml", by=SYSTEM)
    assert first.broken == 0
    written = exported()
    before: dict[str, saying.Said] = {}
    for identifier, told in saying.activities(io.BytesIO(data), allowed):
        before.setdefault(identifier, told)
    after = dict(saying.activities(io.BytesIO(written), allowed))
    assert after.keys() == before.keys()
    different = {key: saying.differences(before[key], after[key])[:5] for key in before if before[key] != after[key]}
    assert different == {}

    again = load_file(io.BytesIO(written), name="again.xml", by=SYSTEM)

    assert (again.created, again.updated, again.broken) == (0, 0, 0)
    assert again.unchanged == first.created
    assert exported().split(b"\n", 2)[2] == written.split(b"\n", 2)[2]
    return written


def faults(report: CheckReport) -> dict[str, int]:
    """Errors beyond the schema's: of an activity that the schema does not accept, it tells some errors only once others are gone."""
    return {
        rule: count for rule, count in report.by_rule.items() if " error " in rule and not rule.startswith("schema")
    }


@pytest.mark.parametrize("name", SMALL)
def test_a_real_file_comes_back_saying_the_same(name: str, real: Real, official: Official) -> None:
    data = real(name).read_bytes()
    written = round_trip(data, official)
    first, second = check_file(io.BytesIO(data), official("")), check_file(io.BytesIO(written), official(""))
    assert second.invalid <= first.invalid
    before, after = faults(first), faults(second)
    assert {rule: (before.get(rule, 0), count) for rule, count in after.items() if count > before.get(rule, 0)} == {}


@pytest.mark.parametrize("name", LARGE)
def test_a_sample_of_the_largest_comes_back_saying_the_same(name: str, real: Real, official: Official) -> None:
    root = etree.Element("iati-activities", version="2.03")
    with gzip.open(real(name)) as file:
        for number, (_event, element) in enumerate(etree.iterparse(file, tag="iati-activity")):
            if number % SAMPLED == 0:
                root.append(etree.fromstring(etree.tostring(element, with_tail=False)))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    written = round_trip(etree.tostring(root), official)
    assert check_file(io.BytesIO(written), official("")).invalid == set()
