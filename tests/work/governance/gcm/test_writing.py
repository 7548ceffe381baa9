"""Writing a report paragraph by paragraph: nothing that somebody typed is lost, and every paragraph names its evidence."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from migov.foundation.records.models import Record, Visibility
from migov.work.governance.gcm import outline
from migov.work.governance.gcm.actions import paragraphs, reports
from migov.work.governance.gcm.errors import Changed, GcmRefused
from migov.work.governance.gcm.queries import parts
from migov.work.governance.models import GcmReport, Paragraph
from tests.factories import PlaceFactory
from tests.work.governance.gcm import steps


@pytest.fixture
def paragraph(report, people) -> Paragraph:
    return paragraphs.add(report, part="objective-10", topic="progress", text="A shelter was opened.", by=people.fatos)


def page(report, code="objective-10"):
    return reverse("governance:gcm-part", args=[report.pk, code])


def test_the_outline_has_all_objectives_principles_and_round_tables(db):
    whole = outline.outline()
    assert [part.element for part in whole.objectives()] == [str(number) for number in range(1, 24)]
    assert {part.code for part in whole.parts} == outline.codes()
    assert sum(part.kind == "principle" for part in whole.parts) == 10
    tables = [group for group in whole.groups if group.parts[0].kind == "cluster"]
    assert [[int(part.element) for part in group.parts[1:]] for group in tables] == [
        [2, 5, 6, 12, 18], [4, 8, 9, 10, 11, 13, 21], [14, 15, 16, 19, 20, 22], [1, 3, 7, 17, 23],
    ]  # fmt: skip


def test_one_report_a_country_and_round(report, people, forum):
    with pytest.raises(GcmRefused) as refused:
        reports.start(forum, country=PlaceFactory(code="MDA"), by=people.fatos)
    assert refused.value.field == "country"
    reports.take_out(report, reason="Begun by mistake", by=people.fatos)
    assert reports.start(forum, country=PlaceFactory(code="MDA"), by=people.fatos).pk == report.pk
    assert Record.objects.get(pk=report.pk).removed_at is None


def test_a_country_office_begins_reports_of_its_own_country_only(people, forum):
    from migov.foundation.people.models import Office

    Office.objects.filter(code="tirana").update(place=PlaceFactory(code="ALB"))
    Office.objects.filter(code="chisinau").update(place=PlaceFactory(code="MDA"))
    made = reports.start(forum, country=PlaceFactory(code="ALB"), by=people.ana)
    assert made.record.office.code == "tirana"
    with pytest.raises(PermissionDenied):
        reports.start(forum, country=PlaceFactory(code="MDA"), by=people.ana)


def test_changing_keeps_the_words_before(paragraph, people):
    changed = paragraphs.change(paragraph, text="Two shelters were opened.", seen=1, by=people.ion)
    assert (changed.revision, changed.made) == (2, False)
    assert [one.text for one in changed.editions.all()] == ["A shelter was opened."]


def test_two_who_write_at_once_lose_nothing(paragraph, people, client, report):
    paragraphs.change(paragraph, text="Fatos wrote this.", seen=1, by=people.fatos)
    with pytest.raises(Changed) as clash:
        paragraphs.change(paragraph, text="Ion wrote that.", seen=1, by=people.ion)
    assert (clash.value.theirs, clash.value.mine) == ("Fatos wrote this.", "Ion wrote that.")
    client.force_login(people.ion)
    save = reverse("governance:gcm-paragraph-save", args=[report.pk, paragraph.pk])
    answer = client.post(save, {"text": "Ion wrote that.", "revision": "1"})
    shown = answer.content.decode()
    assert answer.status_code == 409
    assert "Fatos wrote this." in shown
    assert "Ion wrote that.</textarea>" in shown
    assert 'name="revision" value="2"' in shown
    assert client.post(save, {"text": "Ion wrote that.", "revision": "2"}).status_code == 302
    assert client.post(save, {"text": "No revision"}).status_code == 409
    paragraph.refresh_from_db()
    assert paragraph.text == "Ion wrote that."


def test_the_same_words_are_no_clash(paragraph, people):
    paragraphs.change(paragraph, text="Same.", seen=1, by=people.fatos)
    assert paragraphs.change(paragraph, text="Same.", seen=1, by=people.ion).revision == 2


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_a_paragraph_needs_words_and_not_too_many(report, people, client, text):
    with pytest.raises(GcmRefused):
        paragraphs.add(report, part="objective-10", topic="progress", text=text, by=people.fatos)
    client.force_login(people.fatos)
    add = reverse("governance:gcm-paragraph-add", args=[report.pk, "objective-10"])
    answer = client.post(add, {"topic": "progress", "text": text})
    assert answer.status_code == 422
    if text.strip():
        assert text in answer.content.decode()


def test_moving_within_a_topic_and_to_another_part(paragraph, report, people):
    second = paragraphs.add(report, part="objective-10", topic="progress", text="Second.", by=people.fatos)
    paragraphs.move(second, way="up", by=people.fatos)
    order = Paragraph.objects.filter(report=report).order_by("order").values_list("pk", flat=True)
    assert list(order) == [second.pk, paragraph.pk]
    paragraphs.move(second, way="up", by=people.fatos)
    moved = paragraphs.move(second, part="means", topic="support", by=people.fatos)
    assert (moved.part, moved.topic) == ("means", "support")
    with pytest.raises(GcmRefused):
        paragraphs.move(second, part="objective-99", topic="support", by=people.fatos)


def test_taken_out_and_put_back(paragraph, report, people, client):
    client.force_login(people.fatos)
    client.post(reverse("governance:gcm-paragraph-remove", args=[report.pk, paragraph.pk]))
    shown = client.get(page(report)).content.decode()
    assert "Taken out" in shown
    with pytest.raises(GcmRefused):
        paragraphs.change(paragraph, text="x", seen=1, by=people.fatos)
    client.post(reverse("governance:gcm-paragraph-back", args=[report.pk, paragraph.pk]))
    paragraph.refresh_from_db()
    assert paragraph.removed_at is None


def test_evidence_is_named_and_taken_away(paragraph, report, people, client):
    client.force_login(people.fatos)
    assert "no evidence yet" in client.get(page(report)).content.decode()
    url = reverse("governance:gcm-evidence-add", args=[report.pk, paragraph.pk])
    assert client.get(url).status_code == 200
    assert "where it can be checked" in client.post(url, {"title": "A law"}).content.decode()
    assert "no address" in client.post(url, {"title": "A law", "url": "javascript:alert(1)"}).content.decode()
    assert client.post(url, {"title": "A law", "source": "Official Gazette", "as_of": "2026-01-02"}).status_code == 302
    [row] = paragraph.evidence.all()
    assert "Official Gazette" in client.get(page(report)).content.decode()
    client.post(reverse("governance:gcm-evidence-remove", args=[report.pk, row.pk]))
    assert not paragraph.evidence.exists()


def test_work_that_not_all_readers_may_see_is_no_evidence(paragraph, report, people, client):
    secret = steps.work("SECRET talks", visibility=Visibility.INTERNAL)
    elsewhere = steps.work("Albanian work", country="ALB")
    for record in (secret, elsewhere):
        with pytest.raises(GcmRefused) as refused:
            paragraphs.add_evidence(paragraph, record=record, by=people.fatos)
        assert refused.value.field == "record"
    client.force_login(people.fatos)
    form = client.get(reverse("governance:gcm-evidence-add", args=[report.pk, paragraph.pk])).content.decode()
    assert "SECRET" not in form
    assert "Albanian" not in form


def test_evidence_that_was_closed_later_is_not_named_to_the_government(paragraph, report, people, client):
    record = steps.work("Talks with a donor")
    paragraphs.add_evidence(paragraph, record=record, by=people.fatos)
    Record.objects.filter(pk=record.pk).update(visibility="internal")
    client.force_login(people.ion)
    shown = client.get(page(report)).content.decode()
    assert "Talks with a donor" not in shown
    assert "a source kept within the office" in shown
    client.force_login(people.fatos)
    assert "Talks with a donor" in client.get(page(report)).content.decode()


def test_a_part_is_complete_when_what_is_wanted_is_said_with_evidence(paragraph, report, people):
    def state() -> str:
        groups = parts.standings(report, outline.outline())
        return next(one.state for group in groups for one in group.parts if one.part.code == "objective-10")

    assert state() == parts.BEGUN
    gap = paragraphs.add(report, part="objective-10", topic="gap", text="None in the north.", by=people.fatos)
    paragraphs.add_evidence(paragraph, title="Ministry", source="Letter of 3 May", by=people.fatos)
    assert state() == parts.BEGUN
    paragraphs.add_evidence(gap, title="Ministry", source="Letter of 3 May", by=people.fatos)
    assert state() == parts.COMPLETE


def test_what_people_write_is_shown_as_text(paragraph, report, people, client):
    paragraphs.change(paragraph, text="<script>alert(1)</script> & more", seen=1, by=people.fatos)
    client.force_login(people.fatos)
    shown = client.get(page(report)).content.decode()
    assert "<script>alert(1)" not in shown
    assert "&lt;script&gt;alert(1)" in shown
    history = client.get(reverse("governance:gcm-editions", args=[report.pk, paragraph.pk])).content.decode()
    assert "A shelter was opened." in history


def test_the_government_writes_its_own_report(paragraph, report, people, client):
    client.force_login(people.ion)
    shown = client.get(reverse("governance:gcm-report", args=[report.pk])).content.decode()
    assert "Contributions" not in shown
    add = reverse("governance:gcm-paragraph-add", args=[report.pk, "objective-10"])
    assert client.post(add, {"topic": "gap", "text": "From the ministry."}).status_code == 302
    made = Paragraph.objects.get(text="From the ministry.")
    assert made.written_by == people.ion


def test_a_large_report_opens_in_a_bounded_number_of_queries(report, people, client, django_assert_max_num_queries):
    rows = [
        Paragraph(
            report=report, part=f"objective-{number % 23 + 1}", topic="progress", order=number, text=f"Said {number}."
        )
        for number in range(300)
    ]
    Paragraph.objects.bulk_create(rows)
    record = steps.work("Work")
    for row in Paragraph.objects.filter(report=report, part="objective-10"):
        paragraphs.add_evidence(row, record=record, by=people.fatos)
    client.force_login(people.fatos)
    client.get(page(report))
    with django_assert_max_num_queries(22):
        assert client.get(page(report)).status_code == 200
    with django_assert_max_num_queries(26):
        assert client.get(reverse("governance:gcm-report", args=[report.pk])).status_code == 200


def test_starting_on_the_page_draws_at_once(people, forum, client):
    steps.work("Shelter")
    client.force_login(people.fatos)
    PlaceFactory(code="MDA")
    url = reverse("governance:gcm-new")
    assert client.get(f"{url}?country=MDA&round=imrf-2026").status_code == 200
    assert client.post(url, {"round": "", "country": "MDA"}).status_code == 422
    assert client.post(url, {"round": "imrf-2026", "country": "MDA", "draw": "on"}).status_code == 302
    made = GcmReport.objects.get()
    assert made.paragraphs.count() == 1
    assert made.record.places.get().place.code == "MDA"
    again = client.post(url, {"round": "imrf-2026", "country": "MDA"})
    assert "There is a report for this round already" in again.content.decode()


def test_a_paragraph_that_was_sent_twice_stands_once(report, people):
    said = {"part": "objective-10", "topic": "gap", "text": "No shelter in the north."}
    paragraphs.add(report, by=people.fatos, **said)
    with pytest.raises(GcmRefused, match="stands here already") as refused:
        paragraphs.add(report, by=people.fatos, **said)
    assert refused.value.field == "text"
    paragraphs.add(report, by=people.fatos, **{**said, "topic": "support"})
