"""A report on its way: handed in part by part, cleared as it was read, submitted, opened again; and as a document."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone
from docx import Document as Docx

from migov.foundation.records.models import Record
from migov.services.clearance.actions import deciding, handing, remarks
from migov.services.clearance.models import Clearance
from migov.services.clearance.queries import seats
from migov.services.clearance.subjects import Refused
from migov.work.governance.gcm import exports, subject
from migov.work.governance.gcm.actions import contributing, merging, paragraphs, reports
from migov.work.governance.gcm.errors import GcmRefused
from migov.work.governance.models import Contribution, GcmReport, Paragraph
from tests.factories import person
from tests.work.governance.gcm import steps


@pytest.fixture
def written(report, people) -> Paragraph:
    """A report with a paragraph that names its evidence, and one that names none."""
    first = paragraphs.add(report, part="objective-10", topic="progress", text="A shelter was opened.", by=people.fatos)
    paragraphs.add_evidence(
        first, title="Decision 12", source="Official Gazette", url="https://example.org/12", by=people.fatos
    )
    paragraphs.add(report, part="principle-7", topic="progress", text="Women lead the council.", by=people.fatos)
    return first


def test_an_empty_report_is_not_handed_in(report, people):
    with pytest.raises(Refused, match="Nothing is written"):
        handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)


def test_it_is_handed_in_part_by_part_with_its_evidence(report, people, written):
    said = subject.content(report)
    assert [part.anchor for part in said.parts] == ["part:objective-10", "part:principle-7"]
    [line] = said.parts[0].lines
    assert line.anchor == f"paragraph:{written.pk}"
    assert "Official Gazette" in line.values["evidence"]
    assert "1 paragraph names no evidence." in subject.weaknesses(report)


def test_a_colleague_reads_it_and_the_endorser_decides(report, people, written):
    second = person("policy", username="second")
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    assert [one.review.reviewer for one in seats(made.clearance)] == [second]
    report.refresh_from_db()
    assert report.state == "clearance"
    deciding.decide(made.clearance, outcome="returned", reason="More on gaps.", round=1, by=people.dora)
    report.refresh_from_db()
    assert report.state == "draft"


def test_what_was_changed_after_handing_in_is_not_cleared(report, people, written):
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    paragraphs.change(written, text="Two shelters.", seen=1, by=people.ion)
    with pytest.raises(Refused, match="Changed after"):
        deciding.decide(made.clearance, outcome="cleared", reason="x", round=1, override=True, by=people.dora)
    handing.submit(report.record, subject=subject.SUBJECT, seen_round=1, by=people.fatos)
    deciding.decide(made.clearance, outcome="cleared", reason="x", round=2, override=True, by=people.dora)
    report.refresh_from_db()
    assert report.state == "cleared"


def test_a_cleared_report_stands_until_it_is_opened_again(report, people, written):
    steps.clear(report, people)
    with pytest.raises(GcmRefused, match="stand"):
        paragraphs.change(written, text="x", seen=1, by=people.fatos)
    with pytest.raises(GcmRefused):
        reports.submit_to_round(report, day=timezone.localdate() + timedelta(days=1), note="", by=people.fatos)
    with pytest.raises(GcmRefused, match="handed in for clearance") as refused:
        reports.submit_to_round(report, day=timezone.localdate() - timedelta(days=1), note="", by=people.fatos)
    assert refused.value.field == "day"
    reports.submit_to_round(report, day=timezone.localdate(), note="By e-mail", by=people.fatos)
    with pytest.raises(GcmRefused):
        reports.take_out(report, reason="x", by=people.fatos)
    again = reports.reopen(report, reason="A figure was wrong", by=people.fatos)
    assert (again.state, again.submission, again.submitted_on) == ("draft", None, None)
    paragraphs.change(written, text="x", seen=1, by=people.fatos)


def test_the_government_does_not_hand_in_submit_or_reopen(report, people, written):
    for act in (
        lambda: handing.submit(report.record, subject=subject.SUBJECT, by=people.ion),
        lambda: reports.submit_to_round(report, day=date(2026, 1, 1), note="", by=people.ion),
        lambda: reports.reopen(report, reason="x", by=people.ion),
        lambda: reports.take_out(report, reason="x", by=people.ion),
    ):
        with pytest.raises(PermissionDenied):
            act()


def test_the_page_leads_through_it(report, people, written, client):
    client.force_login(people.fatos)
    state = reverse("governance:gcm-state", args=[report.pk])
    assert "1 paragraph names no evidence." in client.get(state).content.decode()
    assert client.post(reverse("governance:gcm-hand-in", args=[report.pk]), {"round": "0"}).status_code == 302
    assert "Open the review" in client.get(state).content.decode()
    assert client.post(reverse("governance:gcm-hand-in", args=[report.pk]), {"round": "0"}).status_code == 409
    back = reverse("governance:gcm-take-back", args=[report.pk])
    assert client.post(back, {"reason": ""}).status_code == 409
    assert client.post(back, {"reason": "Not yet"}).status_code == 302
    steps.clear(report, people)
    submit = reverse("governance:gcm-submit", args=[report.pk])
    assert client.post(submit, {"day": "nonsense"}).status_code == 422
    assert client.post(submit, {"day": timezone.localdate().isoformat()}).status_code == 302
    assert "Submitted to" in client.get(state).content.decode()
    reopen = reverse("governance:gcm-reopen", args=[report.pk])
    assert client.post(reopen, {"reason": ""}).status_code == 422
    assert client.post(reopen, {"reason": "Figures"}).status_code == 302
    out = reverse("governance:gcm-take-out", args=[report.pk])
    assert client.post(out, {"reason": ""}).status_code == 422
    assert client.post(out, {"reason": "No longer asked"}).status_code == 302
    assert Record.objects.get(pk=report.pk).removed_at is not None


def test_the_form_of_the_page_hands_in_and_takes_back(report, people, written, client):
    """As somebody without JavaScript does it: the form says where it goes."""
    client.force_login(people.fatos)
    state = reverse("governance:gcm-state", args=[report.pk])
    forms = re.findall(r'action="([^"]*)"', client.get(state).content.decode())
    assert reverse("governance:gcm-hand-in", args=[report.pk]) in forms
    assert client.post(next(one for one in forms if one.endswith("/hand-in/")), {"round": "0"}).status_code == 302
    forms = re.findall(r'action="([^"]*)"', client.get(state).content.decode())
    assert client.post(next(one for one in forms if one.endswith("/take-back/")), {"reason": "No"}).status_code == 302
    report.refresh_from_db()
    assert report.state == "draft"


def test_who_may_not_hand_in_is_offered_no_form(report, people, written, client):
    client.force_login(people.carla)
    page = client.get(reverse("governance:gcm-state", args=[report.pk])).content.decode()
    assert "Who leads the report hands it in." in page
    assert "/hand-in/" not in page


def test_nobody_clears_words_of_their_own(report, people, written):
    paragraphs.add(report, part="means", topic="progress", text="Money was found.", by=people.dora)
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    with pytest.raises((Refused, PermissionDenied)):
        deciding.decide(made.clearance, outcome="cleared", reason="x", round=1, override=True, by=people.dora)


def test_words_that_were_written_over_still_have_an_author(report, people, written):
    paragraphs.change(written, text="Two shelters were opened.", seen=1, by=people.dora)
    paragraphs.change(written, text="Three shelters were opened.", seen=2, by=people.fatos)
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    assert set(subject.authors(made.clearance)) == {people.fatos, people.dora}


def test_the_government_writes_and_is_told_nothing_of_clearance(report, people, written):
    paragraphs.change(written, text="Two shelters were opened.", seen=1, by=people.ion)
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    assert people.ion not in subject.authors(made.clearance)


def remark_on(written: Paragraph, people, **said: str):
    """A colleague's remark on a paragraph that was handed in."""
    made = handing.submit(written.report.record, subject=subject.SUBJECT, by=people.fatos)
    anchor = said.pop("anchor", f"paragraph:{written.pk}")
    return remarks.comment(made.clearance, round=1, anchor=anchor, by=people.dora, **said)


def test_a_suggested_wording_is_put_into_the_paragraph(report, people, written, client):
    remark = remark_on(written, people, quote="A shelter", wording="The first shelter")
    client.force_login(people.fatos)
    page = client.get(reverse("clearance:clearance", args=[remark.clearance_id])).content.decode()
    assert "Accept wording" in page
    remarks.accept_wording(remark, by=people.fatos)
    written.refresh_from_db()
    assert written.text == "The first shelter was opened."
    assert written.editions.get().text == "A shelter was opened."


@pytest.mark.parametrize("case", ["words gone", "paragraph gone", "evidence"])
def test_a_wording_that_has_no_place_is_refused_with_a_reason(report, people, written, case):
    quote = "Official Gazette" if case == "evidence" else "A shelter"
    remark = remark_on(written, people, quote=quote, wording="The first shelter")
    if case == "words gone":
        paragraphs.change(written, text="Something else.", seen=1, by=people.fatos)
    if case == "paragraph gone":
        paragraphs.remove(written, by=people.fatos)
    with pytest.raises(Refused, match=r"by hand|taken out"):
        remarks.accept_wording(remark, by=people.fatos)
    remark.refresh_from_db()
    assert remark.state == "open"


def test_reviewers_are_led_to_the_paragraph(report, people, written):
    made = handing.submit(report.record, subject=subject.SUBJECT, by=people.fatos)
    clearance = Clearance.objects.get(pk=made.clearance_id)
    where = subject.place_url(clearance, f"paragraph:{written.pk}")
    assert where.endswith(f"/parts/objective-10/#p{written.pk}")
    assert subject.place_url(clearance, "part:means").endswith("/parts/means/")
    assert subject.place_url(clearance, "paragraph:99999").endswith(f"/gcm/{report.pk}/")


# As a document


def words_of(content: bytes) -> str:
    found = Docx(io.BytesIO(content))
    rows = [cell.text for table in found.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in found.paragraphs] + rows)


def test_the_document_has_headings_numbered_evidence_and_annexes(report, people, written, link, client):
    contributing.save(
        link.invitation.digest, part="objective-10", topic="gap", text="None in the north.", sources="", seen=0
    )
    contributing.hand_in(link.invitation.digest)
    merging.merge(Contribution.objects.get(), text="None in the north.", by=people.fatos)
    steps.pledge(people.fatos)
    client.force_login(people.fatos)
    answer = client.get(reverse("governance:gcm-export", args=[report.pk, "docx"]))
    assert answer.status_code == 200
    found = Docx(io.BytesIO(answer.content))
    headings = [one.text for one in found.paragraphs if one.style.name.startswith("Heading")]
    assert any(text.startswith("Objective 10: Prevent, combat and eradicate") for text in headings)
    for number in range(1, 5):
        assert any(text.startswith(f"Annex {number}") for text in headings)
    said = words_of(answer.content)
    for words in ("A shelter was opened. [1]", "None in the north. [2]", "[no evidence]", "Decision 12", "Ministry of Labour",
                  "A law against trafficking by 2027", "Draft: it has not been cleared"):  # fmt: skip
        assert words in said, words


def test_the_same_evidence_keeps_its_number(report, people, written):
    again = paragraphs.add(report, part="means", topic="progress", text="Money was found.", by=people.fatos)
    paragraphs.add_evidence(
        again, title="Decision 12", source="Official Gazette", url="https://example.org/12", by=people.fatos
    )
    tree = exports.document(report, people.fatos)
    annex = next(block for block in tree.blocks if block.title == "Annex 4: evidence")
    assert [row["number"] for row in annex.blocks[0].rows] == [1]


def test_the_government_reads_no_title_that_is_kept_from_it(report, people, written, client):
    record = steps.work("Talks with a donor")
    paragraphs.add_evidence(written, record=record, by=people.fatos)
    Record.objects.filter(pk=record.pk).update(visibility="internal")
    client.force_login(people.ion)
    said = words_of(client.get(reverse("governance:gcm-export", args=[report.pk, "docx"])).content)
    assert "A shelter was opened." in said
    assert "Talks with a donor" not in said


def test_a_cleared_report_is_no_draft_and_makes_a_pdf(report, people, written, client):
    GcmReport.objects.filter(pk=report.pk).update(state="clearance")
    steps.clear(report, people)
    client.force_login(people.ion)
    answer = client.get(reverse("governance:gcm-export", args=[report.pk, "pdf"]))
    assert answer.content.startswith(b"%PDF")
    assert "attachment" in answer["Content-Disposition"]
    assert "Draft" not in words_of(client.get(reverse("governance:gcm-export", args=[report.pk, "docx"])).content)
    assert client.get(reverse("governance:gcm-export", args=[report.pk, "exe"])).status_code == 404


def test_the_first_annex_lists_what_is_said_and_names_what_is_not(report, people, written):
    annex = next(one for one in exports.document(report, people.fatos).blocks if one.title.startswith("Annex 1"))
    assert [row["title"].partition(".")[0] for row in annex.blocks[0].rows] == ["10"]
    assert str(annex.blocks[1].runs).startswith("Nothing is said on these objectives: 1, 2, 3,")


def test_a_source_that_is_its_own_title_is_printed_once(report, people, written):
    paragraphs.add_evidence(written, title="Decision 14", source="Decision 14", by=people.fatos)
    annex = next(one for one in exports.document(report, people.fatos).blocks if one.title.startswith("Annex 4"))
    assert [row["source"] for row in annex.blocks[0].rows] == ["Official Gazette", ""]


def test_the_subtitle_does_not_say_the_title_again(report, people, written):
    tree = exports.document(report, people.fatos)
    assert report.round.title in tree.title
    assert report.round.title not in tree.subtitle
    assert "2026" in tree.subtitle
