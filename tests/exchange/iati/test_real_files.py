"""Real files load completely: what the database holds equals a plain XPath count of the file."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from lxml import etree

from migov.exchange.iati.load import load_file
from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Evidence, Record
from migov.work.projects.models import (
    Budget,
    Classification,
    Location,
    Participation,
    Project,
    RelatedProject,
    Transaction,
)
from migov.work.results.models import Indicator, Measurement, Period, Result

SMALL = [
    "adb/iati-activities-am-armenia.xml",
    "caf/CAF-ActivityFile-2025-10-10.xml",
    "dportal/datastore-100-mixed-publishers-a.xml",
    "iom/diterator-activity-01.xml",
    "iom/diterator-activity-02.xml",
    "misc/finland-FI3-6-activities.xml",
    "misc/iaticloud-example_203_file.xml",
    "misc/iatipublisher-complete-allelements.xml",
    "ngo/111111-be-aidstream.xml",
    "ngo/acfspain-ml.xml",
    "ngo/gdihub.xml",
    "unhcr/UNHCR-Activities-2023.xml",
    "usaid/usaid-iq.xml",
    "who/who-arg.xml",
    "worldbank/worldbank-sv.xml",
]
LARGE = ["unhcr/unhcr-2016-2025-rebuilt.xml.gz", "usaid/usaid-merged.xml.gz"]
XPATHS = {
    "activities": "count(.)",
    "results": "count(result)",
    "indicators": "count(result/indicator)",
    "periods": "count(result/indicator/period)",
    "baselines": "count(result/indicator/baseline)",
    "targets": "count(result/indicator/period/target)",
    "actuals": "count(result/indicator/period/actual)",
    "values with dimensions": "count(result/indicator//*[dimension])",
    "budgets": "count(budget)",
    "transactions": "count(transaction)",
    "classifications": "count(sector) + count(tag) + count(policy-marker)",
    "organisations": "count(participating-org)",
    "related": "count(related-activity)",
    "locations": "count(location)",
    "documents": "count(document-link) + count(result/document-link)",
}
COUNTS = {name: etree.XPath(xpath) for name, xpath in XPATHS.items()}


def in_file(path: Path) -> Counter[str]:
    """Counted without any of our own code."""
    counts: Counter[str] = Counter()
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for _event, element in etree.iterparse(file, tag="iati-activity"):
            for name, count in COUNTS.items():
                counts[name] += int(count(element))
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    return counts


def in_database() -> dict[str, int]:
    measured = Measurement.objects.current()
    return {
        "activities": Project.objects.count(),
        "results": Result.objects.count(),
        "indicators": Indicator.objects.count(),
        "periods": Period.objects.count(),
        "baselines": measured.filter(kind="b").count(),
        "targets": measured.filter(kind="t").count(),
        "actuals": measured.filter(kind="a").count(),
        "values with dimensions": measured.filter(slice__isnull=False).count(),
        "budgets": Budget.objects.current().count(),
        "transactions": Transaction.objects.current().count(),
        "classifications": Classification.objects.count(),
        "organisations": Participation.objects.count(),
        "related": RelatedProject.objects.count(),
        "locations": Location.objects.count(),
        "documents": Evidence.objects.current().count(),
    }


@pytest.mark.parametrize("name", SMALL)
def test_a_real_file_loads_completely_and_only_once(name: str, real: Callable[[str], Path], db: None) -> None:
    path = real(name)
    first = load_file(path, by=SYSTEM)
    assert first.broken == 0
    held = in_database()
    assert held == dict(in_file(path))
    assert first.created == held["activities"] == Record.objects.filter(kind="project").count()

    again = load_file(path, by=SYSTEM)

    assert (again.created, again.updated, again.broken) == (0, 0, 0)
    assert again.unchanged == held["activities"]
    assert again.rows == {}
    assert in_database() == held


@pytest.mark.parametrize("name", LARGE)
def test_the_largest_files_load_completely(name: str, real: Callable[[str], Path], db: None) -> None:
    path = real(name)
    summary = load_file(path, by=SYSTEM)
    assert summary.broken == 0
    assert in_database() == dict(in_file(path))
