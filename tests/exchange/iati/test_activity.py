"""What an activity becomes: one test for each kind of thing it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from migov.exchange.iati.summary import ImportSummary
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordState
from migov.work.projects.models import Classification, Project
from migov.work.results.models import Indicator, Measurement, Result
from tests.exchange.iati.conftest import activity, document
from tests.factories import OfficeFactory

Load = Callable[..., ImportSummary]
pytestmark = pytest.mark.django_db


@pytest.fixture
def project(load: Load, complete: str) -> Project:
    summary = load(complete)
    assert (summary.created, summary.broken) == (2, 0)
    return Project.objects.select_related("record").get(record__reference="XX-TEST-1")


def test_the_record_says_what_where_and_when(project: Project) -> None:
    record = project.record
    assert record.title == "Counter-trafficking in Moldova"
    assert record.summary == "Referral of victims."
    assert (record.stage, record.visibility, record.source) == ("active", "public", "IATI: test.xml")
    assert (record.starts, record.ends) == (date(2024, 2, 1), date(2026, 12, 31))
    assert not record.illustrative
    state = RecordState.objects.get(record=record)
    assert (state.stage, state.starts, state.superseded_at) == ("active", date(2024, 2, 1), None)
    places = {p.place.code: (p.share, p.details) for p in record.places.select_related("place")}
    assert places["MDA"] == (Decimal(60), None)
    assert places["ALB"] == (Decimal(30), None)
    assert places["R89"][0] == Decimal(10)


def test_a_region_of_the_codelist_becomes_a_place(project: Project) -> None:
    region = project.record.places.get(place__kind="region")
    assert region.place.name == "Europe, regional"
    assert region.details["narrative"] == [["", "Europe"]]


def test_narratives_in_all_languages_are_kept(project: Project) -> None:
    assert project.published["title"] == [
        {"narrative": [["", "Counter-trafficking in Moldova"], ["ro", "Combaterea traficului în Moldova"]]}
    ]
    assert project.published["description"][1] == {"@type": "2", "narrative": [["fr", "Renvoi des victimes."]]}


def test_the_english_title_is_shown_where_there_is_one(load: Load) -> None:
    load(
        document(
            '<iati-activity xml:lang="nl" default-currency="EUR"><iati-identifier>N</iati-identifier><title>'
            '<narrative>Nederlands</narrative><narrative xml:lang="en">English</narrative></title></iati-activity>',
            '<iati-activity xml:lang="nl"><iati-identifier>M</iati-identifier><title>'
            '<narrative xml:lang="fr">Français</narrative><narrative>Nederlands</narrative></title></iati-activity>',
        )
    )
    assert Record.objects.get(reference="N").title == "English"
    assert Record.objects.get(reference="M").title == "Nederlands"


def test_attributes_of_the_activity(project: Project) -> None:
    assert (project.hierarchy, project.humanitarian, project.default_currency) == (1, False, "EUR")
    assert project.updated_at_source == datetime(2026, 1, 9, 11, 30, tzinfo=UTC)
    assert project.published["@linked-data-uri"] == "https://example.org/ld"
    assert project.reporting_organisation is not None
    assert project.reporting_organisation.ref == "XX-TEST"


def test_names_of_persons_are_not_kept(project: Project, load: Load, complete: str) -> None:
    (contact,) = project.published["contact-info"]
    assert contact["organisation"] == [{"narrative": [["", "Test Organisation"]]}]
    assert contact["website"] == [{"#": "https://example.org"}]
    assert not {"person-name", "email", "telephone"} & set(contact)
    assert "Maria" not in str(project.published)


def test_rarer_elements_are_kept_as_published(project: Project) -> None:
    assert project.published["humanitarian-scope"] == [
        {"@type": "1", "@vocabulary": "1-2", "@code": "EQ-1", "narrative": [["", "An emergency"]]}
    ]
    assert project.published["other-identifier"] == [{"@ref": "MD/0042", "@type": "A1"}]
    assert project.published["conditions"] == [{"@attached": "0"}]
    assert "sector" not in project.published


def test_elements_of_others_are_counted_not_kept(load: Load, complete: str) -> None:
    summary = load(complete)
    assert summary.ignored["{https://example.org/own}extra"] == 1
    assert summary.ignored["@{https://example.org/own}note"] == 1
    assert summary.left_out == {"contact-info/person-name": 1, "contact-info/email": 1, "contact-info/telephone": 1}


def test_organisations_are_shared(project: Project) -> None:
    donor, partner = project.participations.select_related("organisation")
    assert (donor.role, donor.organisation.name, donor.details) == ("1", "Donor", None)
    assert partner.details["@activity-id"] == "XX-P-9"
    payment = project.transactions.get(ref="T1")
    assert payment.provider == donor.organisation


def test_money(project: Project) -> None:
    budget = project.budgets.get()
    assert (budget.amount, budget.currency, budget.value_date) == (Decimal(100000), "EUR", date(2024, 1, 1))
    payment, commitment = project.transactions.order_by("order")
    assert (payment.kind, payment.amount, payment.currency) == ("3", Decimal("2500.75"), "USD")
    assert payment.place is not None
    assert payment.place.code == "MDA"
    assert payment.description == "First payment"
    assert payment.details["flow-type"] == [{"@code": "10"}]
    assert payment.details["@humanitarian"] == "1"
    assert payment.details["receiver-org"][0]["@receiver-activity-id"] == "XX-P-9"
    assert (commitment.kind, commitment.currency, commitment.details) == ("2", "EUR", None)


def test_classifications_keep_their_weight(project: Project) -> None:
    rows = list(project.classifications.values_list("kind", "vocabulary", "code", "percentage", "significance"))
    assert ("sector", "1", "15160", Decimal(60), "") in rows
    assert ("marker", "1", "1", None, "2") in rows
    assert Classification.objects.get(code="GCM-10").details["@vocabulary-uri"] == "https://example.org/frameworks"


def test_locations_and_related(project: Project) -> None:
    place = project.locations.get()
    assert (place.ref, place.name, place.latitude, place.longitude) == ("L1", "Chișinău", 47.01, 28.86)
    assert place.details["exactness"] == [{"@code": "1"}]
    assert project.related.get().reference == "XX-TEST-0"


def test_documents_of_project_and_result_are_evidence(project: Project) -> None:
    report = Evidence.objects.get(record=project.record)
    assert (report.title, report.category, report.language, report.document_date) == (
        "Annual report", "B01", "en", date(2025, 3, 31),
    )  # fmt: skip
    assert report.details["category"] == [{"@code": "B01"}, {"@code": "A01"}]
    evaluation = Evidence.objects.exclude(record=project.record).get()
    assert evaluation.record.kind == "result"
    assert evaluation.details is None


def test_results_have_records_of_their_own(project: Project) -> None:
    result = Result.objects.select_related("record").get()
    assert (result.level, result.record.title, result.record.summary) == (
        "outcome",
        "Victims are protected",
        "Outcome text",
    )
    assert (result.record.parent, result.record.reference) == (project.record, "")
    assert result.published == {"@aggregation-status": "1"}


def test_indicators_say_whether_they_count_people(project: Project) -> None:
    counted, law = Indicator.objects.order_by("order")
    assert (counted.measure, counted.ascending, counted.aggregable) == ("number", True, True)
    assert (counted.counts_people, counted.counts_people_because) == (True, "Number of victims")
    assert counted.published["reference"] == [{"@vocabulary": "9", "@code": "16.2.2"}]
    assert (law.measure, law.counts_people, law.ascending, law.published) == ("qualitative", False, None, None)


def test_values_with_their_slices(project: Project) -> None:
    indicator = Indicator.objects.get(order=0)
    values = indicator.measurements.select_related("slice")
    baseline = values.get(kind="b")
    assert (baseline.value, baseline.year, baseline.date, baseline.comment) == (
        10,
        2023,
        date(2023, 12, 31),
        "Estimate",
    )
    first, second, men = values.filter(kind="a").order_by("order")
    assert first.slice == second.slice
    assert (first.slice.key, first.slice.family) == ("age=0-17|sex=female", "age|sex")
    assert (first.slice.sex, first.slice.age) == ("f", "0-17")
    assert first.location_ref == "L1"
    assert second.published == {"dimension": [["age", "0-17"], ["sex", "female"]]}
    assert men.slice.sex == "m"
    assert [v.value for v in values.filter(kind="t").order_by("period__order")] == [50, 60]
    assert values.filter(kind="t", slice__isnull=False).count() == 0


def test_words_instead_of_a_number(project: Project) -> None:
    words = Measurement.objects.get(indicator__order=1)
    assert (words.value, words.words, words.comment) == (None, "Draft only", "In parliament")
    assert words.published["comment"][0]["narrative"][1] == ["ro", "În parlament"]


def test_new_projects_go_to_the_office_and_visibility_asked_for(load: Load) -> None:
    office = OfficeFactory()
    load(document(activity()), office=office, visibility="internal")
    record = Record.objects.get(reference="XX-A")
    assert (record.office, record.visibility) == (office, "internal")
    assert RecordState.objects.get(record=record).office == office


def test_the_import_is_journalled(project: Project) -> None:
    assert JournalEntry.objects.get(record_id=project.pk).verb == "imported"
    assert JournalEntry.objects.get(verb="imported file").detail["created"] == 2


@pytest.mark.parametrize(
    ("code", "stage"),
    [("1", "proposal"), ("2", "active"), ("3", "closing"), ("4", "closed"), ("5", "withdrawn"), ("6", "suspended")],
)
def test_the_stage_follows_the_published_status(load: Load, code: str, stage: str) -> None:
    load(document(activity().replace('activity-status code="2"', f'activity-status code="{code}"')))
    assert Record.objects.get(reference="XX-A").stage == stage


def test_codes_of_iati_1_are_read(load: Load) -> None:
    load(
        document(
            activity(
                '<participating-org role="Funding">Old donor</participating-org><activity-date type="start-actual" '
                'iso-date="2012-01-01"/><transaction><transaction-type code="D"/><value value-date="2012-05-01">5</value>'
                "</transaction>"
            )
        )
    )
    project = Project.objects.get()
    assert project.actual_start == date(2012, 1, 1)
    assert project.participations.get().role == "1"
    assert project.participations.get().organisation.name == "Old donor"
    assert project.transactions.get().kind == "3"


@pytest.mark.parametrize("root", ["single", "wrapped"])
def test_a_single_activity_or_a_datastore_answer_is_read(load: Load, root: str) -> None:
    text = activity()
    if root == "wrapped":
        text = f"<result><ok>True</ok><iati-activities>{text}</iati-activities></result>"
    assert load(text).created == 1
