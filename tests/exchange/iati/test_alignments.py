"""Published tags, markers and sectors become alignments; what people decide about them stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from migov.exchange.iati.summary import ImportSummary
from migov.foundation.frameworks.models import Element
from migov.services.alignment import actions
from migov.services.alignment.models import Alignment
from migov.work.projects.models import Project
from tests.exchange.iati.conftest import activity, document
from tests.factories import person

Load = Callable[..., ImportSummary]
pytestmark = pytest.mark.django_db
JUNE = datetime(2027, 6, 30, 12, tzinfo=UTC)


def aligned(reference: str = "XX-A") -> dict[str, tuple[str, str, str, Decimal | None]]:
    """What stands for a project: framework and element → origin, significance, status, share."""
    rows = Alignment.objects.current().filter(record__reference=reference).select_related("element__framework")
    return {
        f"{row.element.framework.code} {row.element.code}": (row.origin, row.significance, row.status, row.share)
        for row in rows
    }


def test_sdg_tags_are_confirmed_with_their_source(load: Load) -> None:
    summary = load(document(activity('<tag vocabulary="2" code="10"/><tag vocabulary="3" code="16.B"/>')), name="f.xml")
    assert aligned() == {
        "sdg 10": ("published", "significant", "confirmed", None),
        "sdg 16.b": ("published", "significant", "confirmed", None),
    }
    row = Alignment.objects.get(element__code="10", element__framework__code="sdg")
    assert row.source == "IATI tag 10, f.xml"
    assert row.decided_by is None
    assert summary.alignments == {"confirmed": 2}


@pytest.mark.parametrize(
    ("tag", "element"),
    [
        ('vocabulary="99" code="GCM-10"', "gcm 10"),
        ('vocabulary="99" code="gcm10"', "gcm 10"),
        ('vocabulary="99" code="MiGOF-P1"', "migof P1"),
        ('vocabulary="99" code="MiGOF P1.2"', "migof P1.2"),
        ('vocabulary="99" vocabulary-uri="https://example.org/frameworks/gcm" code="23"', "gcm 23"),
        ('vocabulary="99" code="SRF 1a1"', "srf 1a1"),
    ],
)
def test_tags_that_name_a_loaded_framework(load: Load, tag: str, element: str) -> None:
    load(document(activity(f"<tag {tag}/>")))
    assert aligned() == {element: ("published", "significant", "confirmed", None)}


@pytest.mark.parametrize(
    "tag",
    [
        'vocabulary="99" code="GCR-4"',
        'vocabulary="99" code="10"',
        'vocabulary="99" vocabulary-uri="https://example.org/strategy" code="M"',
        'vocabulary="1" code="GCM-10"',
        'vocabulary="4" code="10"',
    ],
)
def test_other_tags_are_kept_but_align_nothing(load: Load, tag: str) -> None:
    load(document(activity(f"<tag {tag}/>")))
    assert aligned() == {}
    assert Project.objects.get().classifications.count() == 1


def test_codes_of_elements_that_are_not_loaded_are_counted(load: Load) -> None:
    tags = '<tag vocabulary="2" code="18"/><tag vocabulary="3" code="99.9"/><tag vocabulary="99" code="GCM-77"/>'
    summary = load(document(activity(tags), activity('<tag vocabulary="2" code="18"/>', identifier="XX-B")))
    assert summary.not_loaded == {"SDG goal 18": 2, "SDG target 99.9": 1, "gcm 77": 1}


def test_markers_are_confirmed_by_their_significance(load: Load) -> None:
    load(
        document(
            activity('<policy-marker vocabulary="1" code="1" significance="2"/>', identifier="XX-P"),
            activity('<policy-marker code="1" significance="1"/>', identifier="XX-S"),
            activity('<policy-marker vocabulary="1" code="1" significance="0"/>', identifier="XX-N"),
            activity('<policy-marker vocabulary="99" code="1" significance="2"/>', identifier="XX-O"),
        )
    )
    assert aligned("XX-P") == {"sdg 5": ("published", "principal", "confirmed", None)}
    assert aligned("XX-S") == {"sdg 5": ("published", "significant", "confirmed", None)}
    assert aligned("XX-N") == aligned("XX-O") == {}


def test_sector_codes_are_proposed(load: Load) -> None:
    load(document(activity('<sector vocabulary="1" code="24050" percentage="100"/>')))
    found = aligned()
    assert {key: row[:3] for key, row in found.items()} == {
        "gcm 20": ("sector", "significant", "proposed"),
        "migof O1": ("sector", "significant", "proposed"),
        "sdg 10.c": ("sector", "significant", "proposed"),
    }
    row = Alignment.objects.get(element__framework__code="gcm")
    assert "Remittances" in row.note
    assert row.decided_at is None


def test_sdg_sectors_give_shares_when_they_make_a_whole(load: Load) -> None:
    def sectors(last: int, more: str = "") -> str:
        return (
            f'<sector vocabulary="8" code="10.7" percentage="70"/><sector vocabulary="8" code="16.2" percentage="{last}"/>'
            + more
        )

    load(
        document(
            activity(sectors(30), identifier="XX-A"),
            activity(sectors(20), identifier="XX-B"),
            activity(sectors(30, '<tag vocabulary="2" code="5"/>'), identifier="XX-C"),
        )
    )
    assert {key: row[3] for key, row in aligned().items()} == {"sdg 10.7": Decimal(70), "sdg 16.2": Decimal(30)}
    assert {row[3] for row in aligned("XX-B").values()} == {None}
    assert {row[3] for row in aligned("XX-C").values()} == {None}


def test_the_stronger_of_two_statements_wins(load: Load) -> None:
    load(
        document(
            activity(
                '<sector vocabulary="1" code="24050"/><tag vocabulary="3" code="10.c"/><tag vocabulary="2" code="5"/>'
                '<policy-marker vocabulary="1" code="1" significance="2"/>'
            )
        )
    )
    assert aligned()["sdg 10.c"][:3] == ("published", "significant", "confirmed")
    assert aligned()["sdg 5"][:3] == ("published", "principal", "confirmed")


def test_references_of_indicators_align_the_result(load: Load) -> None:
    load(
        document(
            activity(
                '<result type="2"><title><narrative>R</narrative></title><indicator measure="1"><title><narrative>I</narrative>'
                '</title><reference vocabulary="9" code="SDG 10.7.2 Tier 1"/><reference vocabulary="99" code="GCM-5"/>'
                '<reference vocabulary="99" code="GCR 4.2.2"/></indicator></result>'
            )
        )
    )
    rows = Alignment.objects.current().filter(record__kind="result").select_related("element__framework")
    assert {(row.element.framework.code, row.element.code) for row in rows} == {("sdg", "10.7"), ("gcm", "5")}
    assert aligned() == {}


def _gcm(code: str) -> Element:
    return Element.objects.get(framework__code="gcm", code=code)


@pytest.fixture
def tagged(load: Load) -> Project:
    load(document(activity('<tag vocabulary="99" code="GCM-10"/><sector vocabulary="1" code="24050"/>')))
    return Project.objects.get()


CHANGED = (
    '<tag vocabulary="99" code="GCM-10"/><tag vocabulary="99" code="GCM-11"/><sector vocabulary="1" code="24050"/>'
    '<transaction><transaction-type code="3"/><value value-date="2027-01-01">1</value></transaction>'
)


def test_a_tag_that_is_gone_is_superseded_and_a_new_one_added(tagged: Project, load: Load) -> None:
    load(document(activity('<tag vocabulary="99" code="GCM-11"/>')), at=JUNE)
    assert set(aligned()) == {"gcm 11"}
    gone = Alignment.objects.get(record=tagged.record, element=_gcm("10"))
    assert gone.superseded_at == JUNE
    load(document(activity('<tag vocabulary="99" code="GCM-10"/>')), at=datetime(2027, 7, 1, tzinfo=UTC))
    assert set(aligned()) == {"gcm 10"}


def test_what_a_person_rejected_stays_rejected(tagged: Project, load: Load) -> None:
    emil = person("mande")
    actions.reject(Alignment.objects.get(record=tagged.record, element=_gcm("10")), by=emil, note="Not this one")
    load(document(activity(CHANGED)), at=JUNE)
    assert aligned()["gcm 10"][2] == "rejected"
    assert aligned()["gcm 11"][2] == "confirmed"
    load(document(activity('<tag vocabulary="99" code="GCM-12"/>')), at=datetime(2027, 7, 1, tzinfo=UTC))
    assert aligned()["gcm 10"][2] == "rejected"


def test_what_a_person_confirmed_stays_confirmed(tagged: Project, load: Load) -> None:
    emil = person("mande")
    actions.confirm(Alignment.objects.get(record=tagged.record, element=_gcm("20")), by=emil, significance="principal")
    load(document(activity('<tag vocabulary="99" code="GCM-12"/>')), at=JUNE)
    assert aligned()["gcm 20"][1:3] == ("principal", "confirmed")
    assert Alignment.objects.current().get(element=_gcm("20")).decided_by == emil


def test_what_a_person_declared_stays(tagged: Project, load: Load) -> None:
    actions.declare(tagged.record, _gcm("3"), by=person("mande"))
    load(document(activity(CHANGED + '<tag vocabulary="99" code="GCM-3"/>')), at=JUNE)
    assert aligned()["gcm 3"][0] == "declared"


def test_what_a_person_withdrew_does_not_come_back(tagged: Project, load: Load) -> None:
    actions.withdraw(Alignment.objects.get(record=tagged.record, element=_gcm("10")), by=person("mande"))
    load(document(activity(CHANGED)), at=JUNE)
    assert set(aligned()) & {"gcm 10", "gcm 11"} == {"gcm 11"}


def test_another_file_name_is_no_change(tagged: Project, load: Load) -> None:
    load(document(activity(CHANGED)), name="next-year.xml", at=JUNE)
    assert Alignment.objects.current().get(element=_gcm("10")).source == "IATI tag GCM-10, test.xml"
