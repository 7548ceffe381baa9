"""Projects go out as IATI 2.03: what was imported comes back as it was, what was made here is built from the rows."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from migov.exchange.iati.export import ExportRefused, ExportStopped, export_activities
from migov.exchange.iati.export_choice import Choice
from migov.exchange.iati.summary import ImportSummary
from migov.foundation.records.models import Evidence, Record, Stage, Visibility
from migov.services.alignment.models import Alignment, Origin, Status
from migov.work.projects.models import Budget, Classification, Organisation, Participation, Project, Transaction
from migov.work.results.models import Level, Measure, Measurement, Slice
from tests.exchange.iati import saying
from tests.exchange.iati.conftest import activity, document
from tests.factories import PlaceFactory, element, indicator, project, result, values

Load = Callable[..., ImportSummary]
pytestmark = pytest.mark.django_db
EVERYTHING = Choice(others=True)
ALLOWED = {name: set(children) | {"narrative"} for name, children in saying.by_order().items()}


@pytest.fixture(autouse=True)
def organisation(settings: Any) -> None:
    settings.MIGOV_IATI_ORG, settings.MIGOV_IATI_ORG_NAME, settings.MIGOV_IATI_ORG_TYPE = "XM-DAC-47066", "IOM", "40"
    settings.MIGOV_ADDRESS = "https://migov.example.org"


def exported(choice: Any = EVERYTHING, **options: Any) -> bytes:
    out = io.BytesIO()
    export_activities(choice, out, **options)
    return out.getvalue()


def only(data: bytes) -> etree._Element:
    """The one activity of a file."""
    (found,) = etree.fromstring(data).findall("iati-activity")
    return found


def made(**fields: Any) -> Project:
    """A public project that people made here."""
    fields = {"visibility": Visibility.PUBLIC, "reference": "MDA-1", "title": "Counters", "summary": "Advice."} | fields
    one = project(places={"MDA": None}, **fields)
    one.planned_start, one.planned_end = date(2025, 1, 1), date(2026, 6, 30)
    one.save()
    return one


def texts(data: etree._Element, path: str) -> list[str]:
    return [str(found) for found in data.xpath(path)]


# What was imported


def test_what_was_imported_comes_back_saying_the_same(load: Load, complete: str) -> None:
    load(complete)
    before = dict(saying.activities(io.BytesIO(complete.encode()), ALLOWED))
    after = dict(saying.activities(io.BytesIO(exported()), ALLOWED))
    assert after == before
    assert len(after) == 2


def test_a_second_import_of_what_went_out_changes_nothing(load: Load, complete: str) -> None:
    load(complete)
    first = exported()
    summary = load(first, name="again.xml")
    assert (summary.created, summary.updated, summary.unchanged, summary.broken) == (0, 0, 2, 0)
    assert without_stamp(exported()) == without_stamp(first)


def without_stamp(data: bytes) -> bytes:
    """The file without the moment at which it was made."""
    return data.split(b"\n", 2)[2]


def test_names_and_addresses_of_persons_never_go_out(load: Load, complete: str) -> None:
    load(complete)
    data = exported()
    assert b"Maria Example" not in data
    assert b"maria@example.org" not in data
    assert b"+000 111" not in data
    assert b"https://example.org</website>" in data


@pytest.mark.parametrize(
    "inside",
    [
        '<recipient-country code="MD">Moldova</recipient-country>',
        '<recipient-region code="89">Europe</recipient-region>',
        '<activity-date type="1" iso-date="2024-01-01">soon</activity-date>',
        '<description><narrative>a</narrative></description><description type="2"><narrative>b</narrative></description>',
        '<document-link url="https://example.org" format="text/html"><title><narrative>a</narrative></title>'
        "<description><narrative>b</narrative></description>"
        '<category code="A01"/><document-date iso-date="2024-01-01"/></document-link>',
        '<transaction><transaction-type code="C"/><transaction-date iso-date="2024-01-01"/>'
        '<value value-date="2024-01-01">1,500.50</value><provider-org/></transaction>',
        '<transaction><transaction-type code="3"/><value value-date="2024-01-01" currency="usd">1</value></transaction>',
        '<participating-org role="Funding" ref="XM-DAC-1"/>',
        '<participating-org role="1" xml:lang="es"><narrative>Ayuda</narrative></participating-org>',
        '<description xml:lang="fr"><narrative>Une aide</narrative></description>',
        '<transaction><transaction-type code="3"/><transaction-date iso-date="2024-01-01"/><value value-date="2024-01-01">1</value>'
        '<recipient-region code="89" vocabulary="1"/></transaction>',
        '<participating-org role="4"><narrative xml:lang="fr">Aide</narrative></participating-org>',
        '<sector vocabulary="99" vocabulary-uri="https://example.org" code="7"><narrative>own</narrative></sector>',
        '<conditions attached="1"><condition type="1"><narrative>A condition</narrative></condition></conditions>',
        '<planned-disbursement type="1"><period-start iso-date="2024-01-01"/><value value-date="2024-01-01">7</value>'
        "</planned-disbursement>",
        '<crs-add><loan-status year="2024" currency="EUR" value-date="2024-01-01"><interest-received>5.50'
        "</interest-received></loan-status></crs-add>",
        '<fss extraction-date="2024-01-01"><forecast year="2024" value-date="2024-01-01">10</forecast></fss>',
        '<result type="1"><title><narrative>R</narrative></title><indicator measure="5"><title><narrative>I</narrative>'
        '</title><baseline year="2020" value="none"><comment><narrative>c</narrative></comment></baseline><period>'
        '<period-start iso-date="2024-01-01"/><period-end iso-date="2024-12-31"/><target value=""/>'
        '<actual value="yes"><location ref="A"/><location ref="B"/><dimension name="Sex" value="F"/></actual></period>'
        "</indicator></result>",
    ],
)  # fmt: skip
def test_an_element_comes_back_saying_the_same(load: Load, inside: str) -> None:
    text = document(activity(inside))
    summary = load(text)
    assert summary.broken == 0
    before = dict(saying.activities(io.BytesIO(text.encode()), ALLOWED))
    data = exported()
    after = dict(saying.activities(io.BytesIO(data), ALLOWED))
    assert saying.differences(before["XX-A"], after["XX-A"]) == []
    again = load(data, name="again.xml")
    assert (again.updated, again.unchanged) == (0, 1)


def test_attributes_without_a_value_come_back_as_they_were(load: Load) -> None:
    load(document(activity('<sector code=""/><related-activity ref="" type="1"/><participating-org ref="" role="1"/>')))
    found = only(exported())
    assert dict(found.find("sector").attrib) == {"code": ""}
    assert dict(found.find("related-activity").attrib) == {"ref": "", "type": "1"}
    assert dict(found.find("participating-org").attrib) == {"ref": "", "role": "1"}


def test_a_measure_that_is_not_stated_is_not_made_up(load: Load) -> None:
    inside = '<result><title/><indicator><title/></indicator></result><result type=""><indicator measure=""/></result>'
    load(document(activity(inside)))
    found = only(exported())
    assert [result.get("type") for result in found.findall("result")] == [None, ""]
    assert [indicator.get("measure") for indicator in found.findall("result/indicator")] == [None, ""]


def test_a_stage_that_people_changed_goes_out_as_status(load: Load, complete: str) -> None:
    load(complete)
    Record.objects.filter(reference="XX-TEST-1").update(stage=Stage.CLOSED)
    statuses = {a.findtext("iati-identifier"): a.find("activity-status") for a in etree.fromstring(exported())}
    assert statuses["XX-TEST-1"].get("code") == "4"
    assert statuses["XX-TEST-2"].get("code") == "4"


def test_a_title_that_people_changed_goes_out(load: Load, complete: str) -> None:
    load(complete)
    Record.objects.filter(reference="XX-TEST-1").update(title="Another title")
    found = etree.fromstring(exported()).find("iati-activity[iati-identifier='XX-TEST-1']")
    assert texts(found, "title/narrative/text()") == ["Another title"]


def test_the_day_of_the_last_change_is_the_published_one_until_something_changes_here(
    load: Load, complete: str
) -> None:
    load(complete, at=datetime(2026, 2, 1, tzinfo=UTC))
    found = etree.fromstring(exported()).find("iati-activity[iati-identifier='XX-TEST-1']")
    assert found.get("last-updated-datetime") == "2026-01-09T11:30:00Z"
    record = Record.objects.get(reference="XX-TEST-1")
    Alignment.objects.create(
        record=record, element=element("1", "gcm"), origin=Origin.DECLARED, status=Status.CONFIRMED,
        recorded_at=datetime(2026, 3, 1, tzinfo=UTC),
    )  # fmt: skip
    found = etree.fromstring(exported()).find("iati-activity[iati-identifier='XX-TEST-1']")
    assert found.get("last-updated-datetime") == "2026-03-01T00:00:00Z"


# What was made here


def test_a_project_made_here_is_reported_by_the_organisation_of_the_settings() -> None:
    made()
    found = only(exported(Choice()))
    assert found.findtext("iati-identifier") == "XM-DAC-47066-MDA-1"
    assert dict(found.find("reporting-org").attrib) == {"ref": "XM-DAC-47066", "type": "40"}
    assert texts(found, "reporting-org/narrative/text()") == ["IOM"]
    assert texts(found, "participating-org/@role") == ["4"]
    assert texts(found, "activity-status/@code") == ["2"]
    assert texts(found, "activity-date/@iso-date") == ["2025-01-01", "2026-06-30"]
    assert len(found.findall("recipient-country")) == 1
    assert texts(found, "sector/@code") == ["15190"]
    assert found.get(saying.LANG) == "en"


def test_without_an_organisation_nothing_made_here_goes_out(settings: Any) -> None:
    made()
    settings.MIGOV_IATI_ORG = ""
    with pytest.raises(ExportRefused, match="MIGOV_IATI_ORG"):
        exported(Choice())


def test_without_an_organisation_what_others_published_still_goes_out(settings: Any, load: Load, complete: str) -> None:
    settings.MIGOV_IATI_ORG = ""
    load(complete)
    assert exported().count(b"<iati-identifier>") == 2


def test_confirmed_alignments_go_out_as_tags_and_are_found_again(load: Load) -> None:
    one = made()
    for framework, code in (("gcm", "10"), ("sdg", "10"), ("sdg", "10.7"), ("gcm", "2")):
        Alignment.objects.create(
            record=one.record, element=element(code, framework), origin=Origin.DECLARED,
            status=Status.PROPOSED if code == "2" else Status.CONFIRMED,
        )  # fmt: skip
    found = only(exported(Choice()))
    tags = [(tag.get("vocabulary"), tag.get("code"), tag.get("vocabulary-uri")) for tag in found.findall("tag")]
    short = element("10", "gcm").framework.short_title
    assert tags == [
        ("99", f"{short}-10" if short.isalpha() else "gcm-10", "https://migov.example.org/frameworks/gcm"),
        ("2", "10", None),
        ("3", "10.7", None),
    ]
    data = exported(Choice()).replace(b"XM-DAC-47066-MDA-1", b"OTHER-1")
    load(data, name="theirs.xml")
    there = Alignment.objects.current().filter(record__reference="OTHER-1", status=Status.CONFIRMED)
    assert {(a.element.framework.code, a.element.code) for a in there} == {
        ("gcm", "10"),
        ("sdg", "10"),
        ("sdg", "10.7"),
    }


def test_an_alignment_of_a_result_goes_out_as_reference_of_its_indicators() -> None:
    one = made()
    row = result(one)
    indicator(row)
    Alignment.objects.create(
        record=row.record, element=element("10", "gcm"), origin=Origin.DECLARED, status=Status.CONFIRMED
    )
    found = only(exported(Choice()))
    assert texts(found, "result/indicator/reference/@vocabulary") == ["99"]
    assert texts(found, "result/indicator/reference/@code")[0].lower() == "gcm-10"
    assert texts(found, "result/reference/@code") == []


def test_values_with_parts_places_and_words() -> None:
    one = made()
    row = result(one, level=Level.OBJECTIVE)
    count = indicator(row, title="People advised")
    women = Slice.objects.create(key="sex=female", family="sex", parts=[["Sex", "Female"]], sex="f")
    values(count, 2025, target=Decimal("100.50"), actual=80)
    values(count, 2025, actual=50, slice=women, place=PlaceFactory(code="MDA"), comment="Registers")
    law = indicator(row, title="Law", measure=Measure.QUALITATIVE)
    period = values(law, 2025, actual=1)
    Measurement.objects.filter(period=period).update(value=None, words="Adopted in June")
    found = only(exported(Choice()))
    assert texts(found, "result/@type") == ["3"]
    assert texts(found, "result/indicator/@measure") == ["1", "5"]
    assert texts(found, "result/indicator[1]/period/target/@value") == ["100.5"]
    assert texts(found, "result/indicator[1]/period/actual/@value") == ["80", "50"]
    assert texts(found, "result/indicator[1]/period/actual[2]/dimension/@value") == ["Female"]
    assert texts(found, "result/indicator[1]/period/actual[2]/location/@ref") == texts(found, "location/@ref")
    assert texts(found, "result/indicator[2]/period/actual/@value") == []
    assert texts(found, "result/indicator[2]/period/actual/comment/narrative/text()") == ["Adopted in June"]


def test_a_superseded_value_stays_and_an_earlier_day_can_be_asked() -> None:
    one = made(created_at=datetime(2025, 1, 1, tzinfo=UTC))
    count = indicator(result(one, created_at=datetime(2025, 1, 1, tzinfo=UTC)))
    values(count, 2025, actual=10, recorded_at=datetime(2026, 2, 1, tzinfo=UTC))
    Measurement.objects.all().supersede(datetime(2026, 4, 1, tzinfo=UTC))
    values(count, 2025, actual=12, recorded_at=datetime(2026, 4, 1, tzinfo=UTC))
    assert texts(only(exported(Choice())), "//actual/@value") == ["12"]
    assert texts(only(exported(Choice(), as_of=date(2026, 3, 31))), "//actual/@value") == ["10"]


def test_a_budget_over_two_years_goes_out_by_year() -> None:
    one = made()
    Budget.objects.create(
        project=one, starts=date(2024, 1, 1), ends=date(2025, 12, 31), amount=Decimal(731), currency="USD", status="2",
        value_date=date(2024, 1, 1),
    )  # fmt: skip
    found = only(exported(Choice()))
    assert texts(found, "budget/period-start/@iso-date") == ["2024-01-01", "2025-01-01"]
    assert texts(found, "budget/period-end/@iso-date") == ["2024-12-31", "2025-12-31"]
    assert texts(found, "budget/value/text()") == ["366", "365"]


def test_money_organisations_and_documents() -> None:
    one = made()
    donor = Organisation.objects.create(ref="XM-DAC-1", name="Donor", kind="10")
    Participation.objects.create(project=one, organisation=donor, role="1", details={"written from": "proposal"})
    Transaction.objects.create(
        project=one, kind="3", date=date(2025, 3, 1), amount=Decimal("10.25"), currency="EUR", value_date=date(2025, 3, 1),
        provider=donor, description="First",
    )  # fmt: skip
    Evidence.objects.create(
        record=one.record, title="Report", url="https://example.org/r.pdf", format="application/pdf"
    )
    Evidence.objects.create(record=one.record, title="On our own server", url="file:///etc/passwd")
    Evidence.objects.create(record=one.record, title="No address")
    found = only(exported(Choice()))
    assert texts(found, "participating-org[@role='1']/@ref") == ["XM-DAC-1"]
    assert texts(found, "transaction/value/@currency") == ["EUR"]
    assert texts(found, "transaction/provider-org/narrative/text()") == ["Donor"]
    assert texts(found, "document-link/@url") == ["https://example.org/r.pdf"]


def test_characters_that_xml_cannot_hold_are_left_out() -> None:
    made(title="Bell \x07 and form feed \x0c", summary="\x01 Nothing \ufffe")
    found = only(exported(Choice()))
    assert texts(found, "title/narrative/text()") == ["Bell  and form feed "]


def test_a_qualitative_indicator_in_steps_is_ordinal() -> None:
    steps = indicator(result(made()), measure=Measure.QUALITATIVE)
    values(steps, 2025, target=3, actual=2)
    found = only(exported(Choice()))
    assert texts(found, "//indicator/@measure") == ["4"]
    assert texts(found, "//actual/@value") == ["2"]


# What may go out


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"visibility": Visibility.INTERNAL}, "not-public"),
        ({"visibility": Visibility.PARTNERS}, "not-public"),
        ({"illustrative": True}, "illustrative"),
        ({"stage": Stage.PROPOSAL}, "stage"),
        ({"summary": ""}, "incomplete"),
    ],
)
def test_what_may_not_be_published_stays_in_and_is_counted(fields: dict[str, Any], why: str) -> None:
    made(**fields)
    out = io.BytesIO()
    summary = export_activities(None, out)
    assert summary.activities == 0
    assert summary.left_out == {why: 1}
    assert b"<iati-activity " not in out.getvalue()


def test_a_project_that_is_not_public_stays_in_even_when_it_is_asked_for() -> None:
    made(visibility=Visibility.INTERNAL)
    assert b"MDA-1" not in exported(Record.objects.filter(kind="project"))


def test_a_result_that_is_not_public_stays_in() -> None:
    one = made()
    indicator(result(one, title="Seen"))
    hidden = result(one, title="Hidden")
    indicator(hidden)
    Record.objects.filter(pk=hidden.pk).update(visibility=Visibility.OFFICE)
    assert texts(only(exported(Choice())), "result/title/narrative/text()") == ["Seen"]


def test_projects_of_other_organisations_go_out_only_when_asked_for(load: Load, complete: str) -> None:
    load(complete)
    out = io.BytesIO()
    summary = export_activities(Choice(), out)
    assert summary.left_out == {"others": 2}
    assert exported(Choice(others=True)).count(b"<iati-identifier>") == 2


def test_illustrative_projects_go_out_only_when_asked_for() -> None:
    made(illustrative=True)
    assert b"MDA-1" in exported(Choice.ours(illustrative=True))


def test_stopping(tmp_path: Path) -> None:
    made()
    with pytest.raises(ExportStopped):
        export_activities(Choice(), tmp_path / "out.xml", stop=lambda: True)


def test_the_number_of_queries_does_not_grow_with_the_projects(django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        count = indicator(result(made(reference=f"MDA-{number}")))
        values(count, 2025, actual=number)
    with django_assert_max_num_queries(22):
        exported(Choice())


def test_the_classifications_of_a_project_made_here_go_out_instead_of_the_usual_sector() -> None:
    one = made()
    Classification.objects.create(project=one, kind="sector", vocabulary="1", code="15160", percentage=Decimal(100))
    found = only(exported(Choice()))
    assert texts(found, "sector/@code") == ["15160"]
    assert texts(found, "sector/@percentage") == ["100"]
