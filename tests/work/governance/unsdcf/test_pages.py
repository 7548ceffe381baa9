"""Pages of Cooperation Frameworks as people of the office meet them: with htmx, and without JavaScript."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from docx import Document

from migov.foundation.people.models import User
from migov.foundation.records.models import Record
from migov.foundation.shell.search import search
from migov.work.governance.models import CooperationFramework, Part, PartElement, PartJudgement, Uptake
from tests.work.governance.unsdcf.making import judged, part, structured, unsdcf

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}
MATRIX = "Priority 1: People first\nOutcome 1.1: Migrants are well\nOutput 1.1.1: Clinics are open\nIndicator: Visits a year\n"


def url(name: str, *args: int | str) -> str:
    return reverse(f"governance:{name}", args=args)


@pytest.fixture
def fatos(people: People, client_for: ClientFor) -> Client:
    return client_for(people["fatos"])


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().split())


def addresses(made: CooperationFramework, one: Part, row: PartJudgement) -> list[tuple[str, str]]:
    pk = made.pk
    return [
        ("get", url("unsdcfs")),
        ("get", url("unsdcf-new")),
        ("post", url("unsdcf-new")),
        ("get", url("unsdcfs-export", "csv")),
        ("get", url("unsdcf-region")),
        ("get", url("unsdcf-region-document", "xlsx")),
        ("get", url("unsdcf-suggestions")),
        ("get", url("unsdcf-suggestions-export", "csv")),
        ("get", url("unsdcf-uptake", row.pk)),
        ("post", url("unsdcf-uptake", row.pk)),
        ("get", url("unsdcf", pk)),
        ("get", url("unsdcf-edit", pk)),
        ("post", url("unsdcf-edit", pk)),
        ("post", url("unsdcf-conclude", pk)),
        ("post", url("unsdcf-remove", pk)),
        ("get", url("unsdcf-brief", pk, "docx")),
        ("get", url("unsdcf-parts", pk)),
        ("get", url("unsdcf-part-new", pk)),
        ("post", url("unsdcf-part-new", pk)),
        ("post", url("unsdcf-parts-read", pk)),
        ("get", url("unsdcf-part", pk, one.pk)),
        ("post", url("unsdcf-part", pk, one.pk)),
        ("post", url("unsdcf-parts-do", pk)),
        ("get", url("unsdcf-read", pk)),
        ("post", url("unsdcf-read", pk)),
        ("post", url("unsdcf-keep", pk, "0" * 32)),
        ("get", url("unsdcf-judge", pk)),
        ("get", url("unsdcf-judge-next", pk)),
        ("post", url("unsdcf-propose", pk)),
        ("get", url("unsdcf-judge-part", pk, one.pk)),
        ("post", url("unsdcf-judge-part", pk, one.pk)),
        ("post", url("unsdcf-judge-element", pk, one.pk)),
    ]


@pytest.mark.parametrize("name", ["ion", "jan", "nobody"])
def test_people_from_outside_are_refused_at_every_address(people: People, client_for: ClientFor, name: str) -> None:
    made, found = structured(visibility="public")
    row = judged(found["1.1"], "absent", wording="Name migrants")
    browser = client_for(people[name])
    before = Part.objects.count(), PartJudgement.objects.count(), Uptake.objects.count()
    for way, address in addresses(made, found["1.1"], row):
        assert getattr(browser, way)(address).status_code == 403, address
    assert (Part.objects.count(), PartJudgement.objects.count(), Uptake.objects.count()) == before


def test_strangers_are_led_to_sign_in(db: None) -> None:
    made, found = structured()
    row = judged(found["1.1"], "absent", wording="Name migrants")
    for way, address in addresses(made, found["1.1"], row):
        answer = getattr(Client(), way)(address)
        assert answer.status_code == 302, address
        assert "login" in answer["Location"], address


@pytest.mark.parametrize("name", ["boris", "galina"])
def test_who_does_not_work_on_it_reads_and_changes_nothing(people: People, client_for: ClientFor, name: str) -> None:
    from tests.factories import country_office

    made, found = structured(office=country_office("tirana"))
    row = judged(found["1.1"], "absent", wording="Name migrants")
    browser = client_for(people[name])
    for way, address in addresses(made, found["1.1"], row):
        if way == "post" and str(made.pk) in address:
            assert browser.post(address).status_code == 403, address
    assert browser.get(url("unsdcf", made.pk)).status_code == 200
    page = words(browser.get(url("unsdcf-judge", made.pk)))
    assert 'name="judgement"' not in page
    assert "migration is absent" in page


def test_the_list_is_filtered_exported_and_costs_the_same_for_many(
    fatos: Client, django_assert_max_num_queries
) -> None:
    for at, country in enumerate(("ALB", "ARM", "GEO", "KAZ", "SRB", "UKR")):
        structured(country, starts=2021 + at % 2)
    fatos.get(url("unsdcfs"))
    with django_assert_max_num_queries(16):
        page = words(fatos.get(url("unsdcfs")))
    assert "Framework ALB 2021" in page
    assert "0 of 3" in page
    page = words(fatos.get(url("unsdcfs"), {"country": "GEO"}))
    assert "Framework GEO" in page
    assert "Framework ALB" not in page
    assert "No framework matches" in words(fatos.get(url("unsdcfs"), {"status": "ended"}))
    csv = b"".join(fatos.get(url("unsdcfs-export", "csv"), {"country": "GEO"}).streaming_content).decode()
    assert "Framework GEO" in csv
    assert "Framework ALB" not in csv
    assert fatos.get(url("unsdcfs-export", "xlsx")).status_code == 200
    assert fatos.get(url("unsdcfs-export", "odd")).status_code == 404


def test_an_empty_register_offers_the_first_step(fatos: Client) -> None:
    assert url("unsdcf-new") in words(fatos.get(url("unsdcfs")))


def test_one_is_added_from_the_form_and_what_was_typed_is_kept(fatos: Client, people: People) -> None:
    from migov.foundation.places.models import Place

    sent = {
        "country": Place.objects.get(code="MDA").pk, "office": people["fatos"].standing[0].office_id, "starts": "2027",
        "ends": "2023", "status": "drafting", "language": "en", "title": "My own title",
    }  # fmt: skip
    answer = fatos.post(url("unsdcf-new"), sent)
    assert answer.status_code == 422
    assert "The last year is before the first" in words(answer)
    assert "My own title" in words(answer)
    answer = fatos.post(url("unsdcf-new"), {**sent, "ends": "2031"}, follow=True)
    assert "My own title" in words(answer)
    assert CooperationFramework.objects.get().status == "drafting"


def test_it_is_described_better_and_a_clash_keeps_what_was_typed(fatos: Client) -> None:
    made = unsdcf()
    address = url("unsdcf-edit", made.pk)
    assert "Framework MDA 2023" in words(fatos.get(address))
    sent = {"starts": "2023", "ends": "2028", "status": "signed", "language": "en", "title": "Better", "seen": "1"}
    assert fatos.post(address, sent).status_code == 302
    answer = fatos.post(address, {**sent, "title": "Other"})
    assert answer.status_code == 409
    assert "meanwhile" in words(answer)
    assert "Other" in words(answer)
    assert Record.objects.get(pk=made.pk).title == "Better"


def test_pasted_structure_is_seen_first_and_then_kept(fatos: Client) -> None:
    made = unsdcf()
    answer = fatos.post(url("unsdcf-read", made.pk), {"text": MATRIX})
    page = words(answer)
    assert "Found in pasted text" in page
    assert "Migrants are well" in page
    assert not made.parts.exists()
    token = page.split(f"/unsdcfs/{made.pk}/read/")[1].split("/")[0]
    answer = fatos.post(url("unsdcf-keep", made.pk, token), {"keep": ["0", "1", "3"]}, follow=True)
    assert "3 parts were kept" in words(answer)
    assert "not read by a person yet" in words(answer)
    assert fatos.post(url("unsdcf-keep", made.pk, token), {"keep": ["0"]}).status_code == 302
    assert made.parts.count() == 3
    fatos.post(url("unsdcf-parts-read", made.pk))
    assert not made.parts.filter(checked=False).exists()


def test_a_preview_belongs_to_its_person_and_framework(fatos: Client, people: People, client_for: ClientFor) -> None:
    made, other = unsdcf(), unsdcf("ALB")
    page = words(fatos.post(url("unsdcf-read", made.pk), {"text": MATRIX}))
    token = page.split(f"/unsdcfs/{made.pk}/read/")[1].split("/")[0]
    for browser, framework in ((client_for(people["emil"]), made), (fatos, other)):
        browser.post(url("unsdcf-keep", framework.pk, token), {"keep": ["0"]})
    assert not Part.objects.exists()


def test_a_word_document_is_read_and_kept_among_the_documents(fatos: Client) -> None:
    made, file, book = unsdcf(), io.BytesIO(), Document()
    for line in MATRIX.splitlines():
        book.add_paragraph(line)
    book.save(file)
    upload = SimpleUploadedFile("Framework.docx", file.getvalue())
    page = words(fatos.post(url("unsdcf-read", made.pk), {"file": upload, "keep": "on"}))
    assert "Migrants are well" in page
    made.refresh_from_db()
    assert made.document.name == "Framework.docx"
    assert reverse("files:page", args=[made.document.pk]) in words(fatos.get(url("unsdcf", made.pk)))


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({}, "Choose a file, or paste text"),
        ({"text": "Nothing of the kind"}, "No priority, outcome, output or indicator"),
    ],
)
def test_what_cannot_be_read_says_so_beside_the_field(fatos: Client, sent: dict[str, str], said: str) -> None:
    answer = fatos.post(url("unsdcf-read", unsdcf().pk), sent)
    assert answer.status_code == 422
    assert said in words(answer)


def test_parts_are_written_moved_and_removed_by_hand(fatos: Client) -> None:
    made, found = structured()
    answer = fatos.get(url("unsdcf-part-new", made.pk), {"under": found["1.2"].pk})
    assert '<option value="output" selected>' in words(answer)
    sent = {"kind": "output", "number": "1.2.1", "text": "Jobs are open", "parent": found["1.2"].pk}
    assert fatos.post(url("unsdcf-part-new", made.pk), sent).status_code == 302
    new = made.parts.get(number="1.2.1")
    clash = fatos.post(url("unsdcf-part", made.pk, new.pk), {**sent, "text": "Other words", "seen": "9"})
    assert clash.status_code == 409
    assert "Other words" in words(clash)
    fatos.post(url("unsdcf-parts-do", made.pk), {"do": f"up-{found['1.2'].pk}"})
    assert [one.number for one in made.parts.all()][:3] == ["1", "1.2", "1.2.1"]
    fatos.post(url("unsdcf-parts-do", made.pk), {"do": f"remove-{new.pk}"})
    assert not made.parts.filter(pk=new.pk).exists()
    assert fatos.post(url("unsdcf-parts-do", made.pk), {"do": f"odd-{found['1'].pk}"}).status_code == 404
    assert fatos.get(url("unsdcf-part", made.pk, 10**17)).status_code == 404


def test_judging_with_htmx_gives_back_what_became_of_the_part(fatos: Client) -> None:
    made, found = structured()
    address = url("unsdcf-judge-part", made.pk, found["1.1"].pk)
    sent = {
        "judgement": "named",
        "groups": ["refugees"],
        "comment": "Good",
        "wording": "",
        "seen": "0",
    }
    page = words(fatos.post(address, sent, **HTMX))
    assert "Saved." in page
    assert "1 of 4 judged" in page
    row = PartJudgement.objects.get()
    assert (row.presence, row.groups, row.comment) == ("named", ["refugees"], "Good")
    assert f'name="seen" value="{row.pk}"' in page


def test_an_objective_that_nobody_proposed_is_added(fatos: Client) -> None:
    made, found = structured()
    address = url("unsdcf-judge-element", made.pk, found["1.1"].pk)
    page = words(fatos.post(address, {"element": "gcm 15"}, **HTMX))
    assert "GCM 15" in page
    assert 'name="seen"' not in page
    assert PartElement.objects.get().state == "confirmed"
    page = words(fatos.post(address, {"element": "gcm 99"}, **HTMX))
    assert "is not known" in page
    assert 'value="gcm 99"' in page
    assert "is not known" in words(fatos.post(address, {"element": "gcm 99"}, follow=True))
    sent = {"judgement": "named", "seen": "0", "was-element": f"{PartElement.objects.get().element_id}:confirmed"}
    fatos.post(url("unsdcf-judge-part", made.pk, found["1.1"].pk), sent, **HTMX)
    assert PartElement.objects.get().state == "proposed"


def test_a_clash_on_the_judging_page_shows_both(fatos: Client, people: People) -> None:
    made, found = structured()
    theirs = judged(found["1.1"], "implied", comment="Their comment", by=people["carla"])
    address = url("unsdcf-judge-part", made.pk, found["1.1"].pk)
    page = words(fatos.post(address, {"judgement": "named", "comment": "Mine", "seen": "0"}, **HTMX))
    assert "Somebody judged this part meanwhile" in page
    assert "Their comment" in page
    alone = fatos.post(address, {"judgement": "named", "comment": "Mine", "seen": "0"})
    assert alone.status_code == 409
    assert "Mine" in words(alone)
    fatos.post(address, {"judgement": "named", "comment": "Mine", "seen": theirs.pk})
    assert PartJudgement.objects.current().get().comment == "Mine"


def test_what_contradicts_itself_is_said_and_kept(fatos: Client) -> None:
    made, found = structured()
    answer = fatos.post(
        url("unsdcf-judge-part", made.pk, found["1.1"].pk),
        {"judgement": "absent", "groups": ["migrants"], "comment": "Kept", "seen": "0"},
    )
    assert answer.status_code == 422
    assert "Groups are named where migration is present" in words(answer)
    assert "Kept" in words(answer)


def test_the_judging_page_marks_words_filters_and_leads_on(fatos: Client, django_assert_max_num_queries) -> None:
    made, found = structured()
    judged(found["1.1"], "named")
    for number in range(12):
        part(made, "outcome", f"3.{number}", f"Outcome of number {number}")
    address = url("unsdcf-judge", made.pk)
    fatos.get(address)
    with django_assert_max_num_queries(18):
        page = words(fatos.get(address))
    assert "<mark>Migrants</mark>" in page
    assert "1 of 16 judged" in page
    left = words(fatos.get(address, {"presence": "left", "kind": "output"}))
    assert "Clinics have mediators" in left
    assert "access to health care" not in left.split("review-rows")[1].split("review-asks")[1]
    answer = fatos.get(url("unsdcf-judge-next", made.pk), {"after": "2"})
    assert answer["Location"].endswith(f"#part-{found['1.1.1'].pk}")


def test_proposals_are_asked_for_in_small_frameworks_at_once_and_else_by_a_job(fatos: Client) -> None:
    made, _found = structured(language="ru")
    page = words(fatos.post(url("unsdcf-propose", made.pk), follow=True))
    assert "The matcher reads English only" in page
    other, _found = structured("ALB")
    for number in range(5):
        part(other, "outcome", f"3.{number}", f"Outcome of number {number}")
    answer = fatos.post(url("unsdcf-propose", other.pk))
    assert "/jobs/" in answer["Location"]


def test_what_became_of_a_wording_is_noted_and_listed(fatos: Client) -> None:
    made, found = structured()
    row = judged(found["1.1"], "absent", wording="Name migrants here")
    page = words(fatos.get(url("unsdcf", made.pk)))
    assert "Name migrants here" in page
    assert "not sent yet" in page
    address = url("unsdcf-uptake", row.pk)
    answer = fatos.post(address, {"taken": "yes", "day": "2030-01-01", "note": "Kept words", "seen": "0"})
    assert (answer.status_code, "Kept words" in words(answer)) == (422, True)
    assert fatos.post(address, {"taken": "yes", "day": "2026-03-01", "note": "Page 12", "seen": "0"}).status_code == 302
    assert fatos.post(address, {"taken": "no", "day": "2026-03-01", "note": "", "seen": "0"}).status_code == 409
    page = words(fatos.get(url("unsdcf-suggestions"), {"state": "yes", "country": "MDA"}))
    assert "taken up" in page
    assert "Page 12" in page
    assert "No suggestion matches" in words(fatos.get(url("unsdcf-suggestions"), {"state": "no"}))
    csv = b"".join(fatos.get(url("unsdcf-suggestions-export", "csv")).streaming_content).decode()
    assert "Name migrants here" in csv
    assert Uptake.objects.current().get().day == date(2026, 3, 1)


def test_the_table_of_the_region_and_its_files(fatos: Client, django_assert_max_num_queries) -> None:
    _made, found = structured()
    judged(found["1.1"], "named")
    fatos.get(url("unsdcf-region"))
    with django_assert_max_num_queries(16):
        page = words(fatos.get(url("unsdcf-region")))
    assert "Kosovo*" in page
    assert page.count("none in the register") == 17
    assert "1 of 3" in page
    assert page.count("so far") == 1
    for one in ("1.2", "2.1"):
        judged(found[one], "absent")
    assert "so far" not in words(fatos.get(url("unsdcf-region")))
    for fmt in ("xlsx", "docx", "pdf"):
        assert len(fatos.get(url("unsdcf-region-document", fmt)).content) > 2000
    csv = b"".join(fatos.get(url("unsdcf-region-document", "csv")).streaming_content).decode()
    assert csv.count("\n") == 19
    assert fatos.get(url("unsdcf-region-document", "odd")).status_code == 404


def test_the_brief_says_what_was_judged(fatos: Client) -> None:
    made, found = structured(summary="Migration is hardly there.")
    judged(found["1.1"], "implied", groups=["refugees"], wording="Name migrants here", comment="Weak")
    answer = fatos.get(url("unsdcf-brief", made.pk, "docx"))
    book = Document(io.BytesIO(answer.content))
    text = " ".join(
        [
            *(one.text for one in book.paragraphs),
            *(cell.text for table in book.tables for row in table.rows for cell in row.cells),
        ]
    )
    for said in ("Migration is hardly there", "Name migrants here", "refugees", "2 of 3 outcomes are not judged yet"):
        assert said in text
    assert "Migration in the Cooperation Framework of Moldova, 2023–2027" in text
    assert "nothing in it is real" not in text
    assert fatos.get(url("unsdcf-brief", made.pk, "pdf")).content.startswith(b"%PDF")
    assert fatos.get(url("unsdcf-brief", made.pk, "odd")).status_code == 404


def test_a_brief_of_the_demonstration_says_so(fatos: Client) -> None:
    made, _found = structured(illustrative=True)
    book = Document(io.BytesIO(fatos.get(url("unsdcf-brief", made.pk, "docx")).content))
    assert any("nothing in it is real" in one.text for one in book.paragraphs)


def test_the_conclusion_is_written_and_a_clash_shows_both(fatos: Client) -> None:
    made = unsdcf()
    address = url("unsdcf-conclude", made.pk)
    fatos.post(address, {"summary": "First words", "was": ""})
    answer = fatos.post(address, {"summary": "My words", "was": ""})
    assert answer.status_code == 409
    assert "First words" in words(answer)
    assert "My words" in words(answer)
    made.refresh_from_db()
    assert made.summary == "First words"


def test_the_page_costs_the_same_for_many_parts(fatos: Client, django_assert_max_num_queries) -> None:
    made, found = structured()
    for number in range(40):
        judged(
            part(made, "outcome", f"1.{number + 3}", f"Outcome number {number}", found["1"]), "absent", wording="Say it"
        )
    fatos.get(url("unsdcf", made.pk))
    with django_assert_max_num_queries(45):
        fatos.get(url("unsdcf", made.pk))


def test_it_is_removed_and_then_not_found(fatos: Client) -> None:
    made = unsdcf()
    fatos.post(url("unsdcf-remove", made.pk))
    assert fatos.get(url("unsdcf", made.pk)).status_code == 404


def test_the_search_finds_frameworks_and_their_parts_for_colleagues_only(people: People) -> None:
    structured()
    labels = {group.label for group in search("mediators", people["fatos"])}
    assert "Cooperation Frameworks" in labels
    assert "Cooperation Frameworks" not in {group.label for group in search("mediators", people["ion"])}


def test_the_front_page_shows_what_is_not_judged(fatos: Client) -> None:
    structured()
    page = words(fatos.get(url("home")))
    assert "0 of 3 outcomes judged" in page
