"""A changed activity updates its project: facts are superseded, not overwritten, and decisions of people stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from migov.exchange.iati.summary import ImportSummary
from migov.foundation.people.models import Office
from migov.foundation.records.models import Evidence, JournalEntry, Record, RecordState, RecordTheme
from migov.work.projects.models import Project
from migov.work.results.models import Indicator, Measurement, Period, Result
from tests.factories import OfficeFactory, ThemeFactory, element, person

Load = Callable[..., ImportSummary]
pytestmark = pytest.mark.django_db
MARCH, JUNE = datetime(2026, 3, 31, 12, tzinfo=UTC), datetime(2026, 6, 30, 12, tzinfo=UTC)


@pytest.fixture
def project(load: Load, complete: str) -> Project:
    load(complete, at=MARCH)
    return Project.objects.get(record__reference="XX-TEST-1")


def test_attribute_order_and_white_space_do_not_matter(project: Project, load: Load, complete: str) -> None:
    respaced = complete.replace('ref="XM-DAC-1" type="10" role="1"', 'role="1" type="10"   ref="XM-DAC-1"')
    summary = load(respaced.replace("    <", "\n  <").replace("\n\n", "\n"), at=JUNE)
    assert (summary.updated, summary.unchanged, summary.rows) == (0, 2, {})
    again = load(complete.replace("<narrative>Referral of victims.", "<narrative>\n Referral of victims.\n"), at=JUNE)
    assert (again.updated, again.unchanged) == (0, 2)
    assert Record.objects.get(pk=project.pk).revision == 1


def test_a_changed_value_is_superseded_and_the_earlier_day_can_be_asked(
    project: Project, load: Load, complete: str
) -> None:
    summary = load(complete.replace('<actual value="7">', '<actual value="9">'), at=JUNE)
    assert (summary.updated, summary.unchanged) == (1, 1)
    assert summary.superseded == {"measurement": 1}
    men = Measurement.objects.filter(slice__sex="m")
    assert men.current().get().value == 9
    assert men.as_of(datetime(2026, 5, 1, tzinfo=UTC)).get().value == 7
    assert men.get(value=7).superseded_at == JUNE
    assert men.get(value=9).recorded_at == JUNE
    assert Measurement.objects.current().count() == 7
    assert Indicator.objects.count() == 2
    assert Period.objects.count() == 3


def test_the_journal_says_what_changed(project: Project, load: Load, complete: str) -> None:
    changed = complete.replace("Counter-trafficking in Moldova</n", "Against trafficking</n").replace(
        ">2500.75<", ">2600<"
    )
    load(changed, name="next.xml", at=JUNE)
    entry = JournalEntry.objects.get(record_id=project.pk, verb="updated from import")
    assert entry.at == JUNE
    assert entry.detail["file"] == "next.xml"
    assert entry.detail["fields"]["title"] == ["Counter-trafficking in Moldova", "Against trafficking"]
    assert entry.detail["added"] == {"transaction": 1}
    assert entry.detail["superseded"] == {"transaction": 1}
    record = Record.objects.get(pk=project.pk)
    assert (record.title, record.revision, record.changed_at) == ("Against trafficking", 2, JUNE)


def test_a_new_transaction_at_the_top_leaves_the_others_alone(project: Project, load: Load, complete: str) -> None:
    new = '<transaction><transaction-type code="3"/><value value-date="2025-01-01">1</value></transaction>'
    load(complete.replace('<transaction ref="T1"', new + '<transaction ref="T1"'), at=JUNE)
    rows = project.transactions.current()
    assert rows.count() == 3
    assert rows.filter(recorded_at=JUNE).count() == 1


def test_equal_facts_count_as_often_as_they_occur(project: Project, load: Load, complete: str) -> None:
    same = '<transaction><transaction-type code="2"/>'
    begin = complete.index("<transaction>\n")
    block = complete[begin : complete.index("</transaction>", begin) + len("</transaction>")]
    assert same.replace("<transaction>", "") in block.replace("\n      ", "")
    load(complete.replace(block, block + block), at=JUNE)
    assert project.transactions.current().filter(kind="2").count() == 2
    load(complete, at=datetime(2026, 7, 1, tzinfo=UTC))
    assert project.transactions.current().filter(kind="2").count() == 1


def test_places_states_and_documents_keep_their_history(project: Project, load: Load, complete: str) -> None:
    changed = (
        complete.replace('code="MD" percentage="60"', 'code="MD" percentage="70"')
        .replace('code="AL" percentage="30"', 'code="XK" percentage="20"')
        .replace('<activity-status code="2"/>', '<activity-status code="3"/>', 1)
        .replace("report.pdf", "report-2.pdf")
    )
    load(changed, at=JUNE)
    now = {p.place.code: p.share for p in project.record.places.current().select_related("place")}
    assert now == {"MDA": Decimal(70), "XKX": Decimal(20), "R89": Decimal(10)}
    before = {
        p.place.code for p in project.record.places.as_of(datetime(2026, 5, 1, tzinfo=UTC)).select_related("place")
    }
    assert before == {"MDA", "ALB", "R89"}
    states = RecordState.objects.filter(record=project.record).order_by("recorded_at")
    assert [(s.stage, s.superseded_at) for s in states] == [("active", JUNE), ("closing", None)]
    assert Record.objects.get(pk=project.pk).stage == "closing"
    assert Evidence.objects.current().get(record=project.record).url.endswith("report-2.pdf")
    assert Evidence.objects.filter(record=project.record).count() == 2


def test_a_result_is_the_same_result_after_a_new_one_is_put_before_it(
    project: Project, load: Load, complete: str
) -> None:
    old = Result.objects.get()
    value = Measurement.objects.get(kind="b")
    first = '<result type="1"><title><narrative>Trained officials</narrative></title></result>'
    load(complete.replace('<result type="2"', first + '<result type="2"'), at=JUNE)
    assert Result.objects.count() == 2
    old.refresh_from_db()
    assert (old.order, old.record.title) == (1, "Victims are protected")
    assert Measurement.objects.current().get(kind="b") == value


def test_a_result_that_is_gone_is_removed_not_deleted(project: Project, load: Load, complete: str) -> None:
    result = Result.objects.get()
    cut = complete[: complete.index("<result ")] + complete[complete.index("</result>") + len("</result>") :]
    summary = load(cut, at=JUNE)
    result.record.refresh_from_db()
    assert result.record.removed_at == JUNE
    assert Indicator.objects.filter(removed_at=JUNE).count() == 2
    assert not Measurement.objects.current().exists()
    assert Measurement.objects.as_of(datetime(2026, 5, 1, tzinfo=UTC)).count() == 7
    assert summary.superseded["measurement"] == 7

    load(complete, at=datetime(2026, 7, 1, tzinfo=UTC))
    result.record.refresh_from_db()
    assert result.record.removed_at is None
    assert Result.objects.count() == 1
    assert Measurement.objects.current().count() == 7
    assert Indicator.objects.filter(removed_at__isnull=True).count() == 2


def test_an_indicator_may_be_reworded(project: Project, load: Load, complete: str) -> None:
    old = Indicator.objects.get(order=0)
    Indicator.objects.filter(pk=old.pk).update(unit="persons", across_periods="sum")
    load(complete.replace("Number of victims assisted", "Share of cases closed"), at=JUNE)
    assert Indicator.objects.count() == 2
    old.refresh_from_db()
    assert (old.title, old.counts_people) == ("Share of cases closed", False)
    assert (old.unit, old.across_periods) == ("persons", "sum")
    assert old.measurements.current().count() == 6


def test_a_period_is_known_by_its_dates(project: Project, load: Load, complete: str) -> None:
    old = Period.objects.get(starts=date(2025, 1, 1))
    load(complete.replace('<target value="60"/>', '<target value="60"/><actual value="1"/>'), at=JUNE)
    assert old.measurements.current().filter(kind="a").get().value == 1


def test_office_theme_and_visibility_set_by_people_stay(project: Project, load: Load, complete: str) -> None:
    office: Office = OfficeFactory()
    Record.objects.filter(pk=project.pk).update(office=office, visibility="internal")
    RecordTheme.objects.create(record=project.record, theme=ThemeFactory())
    load(complete.replace(">2500.75<", ">1<"), at=JUNE, office=OfficeFactory(code="another"), visibility="public")
    record = Record.objects.get(pk=project.pk)
    assert (record.office, record.visibility) == (office, "internal")
    assert record.record_themes.current().count() == 1


def test_a_stage_set_by_people_stays_until_the_published_status_changes(
    project: Project, load: Load, complete: str
) -> None:
    Record.objects.filter(pk=project.pk).update(stage="closing")
    load(complete.replace(">2500.75<", ">1<"), at=JUNE)
    assert Record.objects.get(pk=project.pk).stage == "closing"


def test_plain_children_follow_the_file(project: Project, load: Load, complete: str) -> None:
    load(
        complete.replace('<related-activity ref="XX-TEST-0" type="1"/>', '<related-activity ref="XX-Z" type="2"/>'),
        at=JUNE,
    )
    assert project.related.get().reference == "XX-Z"
    assert project.participations.count() == 2


def test_evidence_added_by_people_stays(project: Project, load: Load, complete: str) -> None:
    Evidence.objects.create(record=project.record, title="Photo", source="Uploaded by Ana")
    load(complete.replace("report.pdf", "report-2.pdf"), at=JUNE)
    assert Evidence.objects.current().filter(title="Photo").exists()


def test_projects_that_a_file_does_not_name_stay(project: Project, load: Load) -> None:
    load("<iati-activities/>", at=JUNE)
    assert Project.objects.count() == 2


def test_only_a_newer_publication_date_is_no_change(project: Project, load: Load, complete: str) -> None:
    summary = load(complete.replace("2026-01-09T12:30:00+01:00", "2026-02-09T12:30:00+01:00"), name="next.xml", at=JUNE)
    assert (summary.updated, summary.unchanged) == (0, 2)
    project.refresh_from_db()
    assert project.updated_at_source == datetime(2026, 2, 9, 11, 30, tzinfo=UTC)
    assert project.file is not None
    assert project.file.name == "next.xml"
    assert Record.objects.get(pk=project.pk).revision == 1


def test_a_person_is_named_in_the_journal(load: Load, complete: str) -> None:
    emil = person("mande", first_name="Emil", last_name="Test")
    load(complete, by=emil)
    assert JournalEntry.objects.filter(verb="imported").first().by_name == "Emil Test"


def test_an_element_loaded_later_is_found_on_the_next_import(load: Load, complete: str) -> None:
    load(complete, at=MARCH)
    made = element("LOCAL-7", framework="local", title="Of our own")
    assert load(complete.replace('code="LOCAL-7"', 'code="local:LOCAL-7"'), at=JUNE).updated == 1
    assert made.alignments.current().count() == 1
