"""Pages of texts: what people read, how they correct, and who is kept out."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records.models import Record
from migov.services.jobs.models import Job
from migov.work.policy.models import LegalText, TextVersion
from migov.work.policy.texts import actions, work
from migov.work.policy.texts.addresses import provision_url
from tests.factories import PlaceFactory, cast
from tests.work.policy import making
from tests.work.policy.texts.test_actions import LAW, version_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(db: Any) -> dict[str, Any]:
    return cast()


@pytest.fixture
def text(people: dict[str, Any]) -> LegalText:
    return actions.add_text(
        title="Draft Law on Foreign Workers",
        kind="bill",
        country=PlaceFactory(code="MDA"),
        by=people["fatos"],
        shared=True,
        citation="Draft 12",
    )


@pytest.fixture
def version(people: dict[str, Any], text: LegalText) -> TextVersion:
    return version_of(text, people["fatos"])


def signed_in(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(client: Client, name: str, *args: Any, **query: Any) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


class TestList:
    def test_texts_are_listed_with_their_latest_version(self, people, version):
        page = read(signed_in(people["fatos"]), "policy:texts")
        assert "Draft Law on Foreign Workers" in page and "Version 1" in page and "structure found" in page

    def test_they_are_filtered_by_words_country_kind_and_status(self, people, version):
        client = signed_in(people["fatos"])
        actions.add_text(
            title="Migration Strategy", kind="strategy", country=PlaceFactory(code="ALB"), by=people["fatos"]
        )
        for query in ({"q": "foreign"}, {"country": "MDA"}, {"kind": "bill"}):
            page = read(client, "policy:texts", **query)
            assert "Draft Law on Foreign Workers" in page and "Migration Strategy" not in page
        assert "No text here matches" in read(client, "policy:texts", status="repealed")

    def test_a_condition_that_is_not_known_is_told(self, people, version):
        page = read(signed_in(people["fatos"]), "policy:texts", kind="novel", country="XX1")
        assert "“novel” is not known here." in page and "“XX1” is not known here." in page

    def test_the_list_takes_few_queries_however_long_it_is(self, people, text, django_assert_max_num_queries):
        for _more in range(12):
            making.text_version()
        client = signed_in(people["fatos"])
        client.get(reverse("policy:texts"))
        with django_assert_max_num_queries(16):
            client.get(reverse("policy:texts"))

    @pytest.mark.parametrize("fmt", ["csv", "xlsx"])
    def test_it_is_exported(self, people, version, fmt):
        answer = signed_in(people["fatos"]).get(reverse("policy:texts-export", args=[fmt]))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200 and (fmt == "xlsx" or b"Draft Law on Foreign Workers" in content)

    def test_a_government_sees_its_own_shared_texts_only(self, people, version):
        making.legal_text(country="ALB", title="Law of another country")
        actions.add_text(title="Within the office", kind="law", country=PlaceFactory(code="MDA"), by=people["fatos"])
        page = read(signed_in(people["ion"]), "policy:texts")
        assert "Draft Law on Foreign Workers" in page
        assert "Law of another country" not in page and "Within the office" not in page and "Add a text" not in page
        answer = signed_in(people["ion"]).get(reverse("policy:texts-export", args=["csv"]))
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert b"Draft Law on Foreign Workers" in content and b"another country" not in content


class TestAdding:
    def form(self, **more: Any) -> dict[str, Any]:
        return {
            "title": "Law on Asylum", "kind": "law", "status": "in-force", "language": "en", "country": PlaceFactory(code="MDA").pk,
            "file": SimpleUploadedFile("law.txt", LAW.encode()),
        } | more  # fmt: skip

    def test_a_text_is_added_with_its_file(self, people):
        client = signed_in(people["fatos"])
        answer = client.post(reverse("policy:text-new"), self.form(), follow=True)
        page = answer.content.decode()
        assert "3 articles were found." in page and "Entry into force" in page

    def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(self, people):
        client = signed_in(people["fatos"])
        answer = client.post(
            reverse("policy:text-new"), self.form(file=SimpleUploadedFile("law.exe", b"MZ"), citation="Law 5")
        )
        assert (
            answer.status_code == 422
            and "“law.exe”" in answer.content.decode()
            and 'value="Law 5"' in answer.content.decode()
        )
        assert not LegalText.objects.exists()

    def test_a_document_of_a_request_is_taken_in(self, people):
        from django.core.files.base import ContentFile

        from migov.services.files import actions as files

        request = making.assistance_request(country="MDA")
        document = files.add(request.record, ContentFile(LAW.encode(), name="draft.txt"), by=people["fatos"])
        client = signed_in(people["fatos"])
        page = read(client, "policy:request", request.pk)
        assert "Take in as a text" in page
        where = f"{reverse('policy:text-new')}?request={request.pk}&document={document.pk}"
        assert "came with the request" in client.get(where).content.decode()
        form = self.form()
        del form["file"]
        client.post(where, form)
        made = LegalText.objects.get()
        assert made.request_id == request.pk and made.versions.get().found["articles"] == 3
        assert "Law on Asylum" in read(client, "policy:request", request.pk)

    def test_a_document_of_another_request_is_not_found(self, people):
        one, other = making.assistance_request(country="MDA"), making.assistance_request(country="MDA")
        from django.core.files.base import ContentFile

        from migov.services.files import actions as files

        document = files.add(other.record, ContentFile(LAW.encode(), name="draft.txt"), by=people["fatos"])
        answer = signed_in(people["fatos"]).get(
            reverse("policy:text-new"), {"request": one.pk, "document": document.pk}
        )
        assert answer.status_code == 404

    def test_a_version_is_added_on_the_page_of_the_text(self, people, version):
        client = signed_in(people["fatos"])
        file = SimpleUploadedFile("second.txt", LAW.replace("1 May 2027", "1 June 2027").encode())
        client.post(
            reverse("policy:text-version-new", args=[version.text_id]), {"file": file, "label": "second reading"}
        )
        page = read(client, "policy:text", version.text_id)
        assert "second reading" in page and "Compare versions" in page

    def test_a_text_is_described_and_removed(self, people, version):
        client = signed_in(people["fatos"])
        where = reverse("policy:text-edit", args=[version.text_id])
        form = {"title": "Law on Foreign Workers", "kind": "law", "status": "adopted", "language": "en"}
        assert client.post(where, {**form, "title": ""}).status_code == 422
        client.post(where, form)
        page = read(client, "policy:text", version.text_id)
        assert "Law, adopted" in page and "the office only" in page
        client.post(reverse("policy:text-remove", args=[version.text_id]), {"reason": "Twice in the register."})
        assert client.get(reverse("policy:text", args=[version.text_id])).status_code == 404


class TestRemoving:
    def test_a_reason_is_asked_for(self, people, version):
        client = signed_in(people["fatos"])
        answer = client.post(reverse("policy:text-remove", args=[version.text_id]), {"reason": " "})
        assert answer.status_code == 422 and "Say why it is removed." in answer.content.decode()
        read(client, "policy:text", version.text_id)

    def test_a_text_under_a_review_stays_until_the_review_is_taken_out(self, people, version):
        client = signed_in(people["fatos"])
        review = making.review(version, [making.requirement()])
        page = read(client, "policy:text-edit", version.text_id)
        assert "1 review stands on this text." in page
        assert reverse("policy:text-remove", args=[version.text_id]) not in page
        where = reverse("policy:text-remove", args=[version.text_id])
        assert client.post(where, {"reason": "Not needed."}).status_code == 409
        read(client, "policy:text", version.text_id)
        Record.objects.filter(pk=review.pk).update(removed_at=timezone.now())
        assert client.post(where, {"reason": "Not needed."}).status_code == 302
        assert client.get(reverse("policy:text", args=[version.text_id])).status_code == 404


class TestVersion:
    def test_structure_words_and_anchors(self, people, version):
        page = read(signed_in(people["fatos"]), "policy:text-version", version.text_id, 1)
        assert 'id="art_1__para_1__list_1__point_a"' in page and "are recruited for work" in page
        assert 'href="#art_2"' in page and "I looked: it is right" in page
        assert provision_url(version, "art_2").endswith(f"/policy/texts/{version.text_id}/versions/1/#art_2")

    def test_it_takes_few_queries_however_long_it_is(self, people, version, django_assert_max_num_queries):
        client = signed_in(people["fatos"])
        read(client, "policy:text-version", version.text_id, 1)
        with django_assert_max_num_queries(14):
            read(client, "policy:text-version", version.text_id, 1)

    def test_a_correction_works_without_scripts(self, people, version):
        client = signed_in(people["fatos"])
        article = version.provisions.get(eid="art_2")
        where = reverse("policy:text-correct", args=[version.text_id, 1, article.pk])
        assert "No employer may keep" in client.get(where).content.decode()
        form = {"what": "rename", "seen": 1, "kind": "article", "number": "2 bis", "heading": "Papers"}
        answer = client.post(where, form, follow=True)
        assert "Corrected: Article 2." in answer.content.decode() and "Article 2 bis" in answer.content.decode()
        late = client.post(where, form)
        assert late.status_code == 409 and "meanwhile" in late.content.decode()

    def test_what_is_wrong_with_a_correction_is_said_beside_the_field(self, people, version):
        article = version.provisions.get(eid="art_2")
        where = reverse("policy:text-correct", args=[version.text_id, 1, article.pk])
        answer = signed_in(people["fatos"]).post(where, {"what": "split", "seen": 1, "at": "words that are not there"})
        assert answer.status_code == 422
        assert (
            "These words are not in the text" in answer.content.decode()
            and "words that are not there" in answer.content.decode()
        )

    def test_it_is_marked_as_checked(self, people, version):
        client = signed_in(people["fatos"])
        client.post(reverse("policy:text-version-check", args=[version.text_id, 1]), {"seen": 1})
        assert "checked by hand" in read(client, "policy:text-version", version.text_id, 1)

    def test_the_structure_is_found_again(self, people, version):
        client = signed_in(people["fatos"])
        answer = client.post(reverse("policy:text-version-read", args=[version.text_id, 1]), follow=True)
        assert "3 articles were found." in answer.content.decode()

    @pytest.fixture
    def being_read(self, people, text, monkeypatch):
        monkeypatch.setattr(work, "AT_ONCE_TEXT", 10)
        return version_of(text, people["fatos"])

    def test_while_it_is_being_read_the_page_says_that_only(self, people, being_read):
        client = signed_in(people["fatos"])
        page = read(client, "policy:text-version", being_read.text_id, 1)
        assert "its structure is being found. Open this page again" in page
        assert "0 articles" not in page and "Find the structure again" not in page
        again = client.post(reverse("policy:text-version-read", args=[being_read.text_id, 1]), follow=True)
        assert "is being found already" in again.content.decode() and Job.objects.count() == 1

    def test_where_the_job_ended_early_the_structure_can_be_found_again(self, people, being_read):
        Job.objects.update(state="failed", finished_at=timezone.now())
        page = read(signed_in(people["fatos"]), "policy:text-version", being_read.text_id, 1)
        assert "ended before it was done" in page and "Find the structure again" in page and "0 articles" not in page
        assert "being read" not in page

    def test_paragraphs_that_did_not_change_are_folded(self, people, text):
        points = "".join(f"{letter}) work in group {letter};\n" for letter in "bcdefgh")
        law = LAW.replace("b) work at home.\n", points)
        version_of(text, people["fatos"], law)
        version_of(text, people["fatos"], law.replace("work in group d", "are paid in group d"))
        page = read(signed_in(people["fatos"]), "policy:text-compare", text.pk)
        assert "4 unchanged paragraphs" in page and "5 unchanged paragraphs" in page and "are paid" in page

    def test_versions_are_compared_word_by_word(self, people, version):
        version_of(version.text, people["fatos"], LAW.replace("diplomats", "consuls"))
        page = read(signed_in(people["fatos"]), "policy:text-compare", version.text_id)
        assert "<del>" in page and "<ins>" in page and "1 changed" in page and "2 unchanged" in page
        assert "Documents" not in page.split("text-change", 1)[1]
        assert "Documents" in read(signed_in(people["fatos"]), "policy:text-compare", version.text_id, show="all")

    def test_one_version_cannot_be_compared(self, people, version):
        assert signed_in(people["fatos"]).get(reverse("policy:text-compare", args=[version.text_id])).status_code == 404

    def test_it_is_downloaded_as_akoma_ntoso(self, people, version):
        answer = signed_in(people["fatos"]).get(reverse("policy:text-version-akn", args=[version.text_id, 1]))
        assert answer["Content-Type"].startswith("application/xml") and b"akomaNtoso" in answer.content
        assert 'filename="draft-law-on-foreign-workers-v1.xml"' in answer["Content-Disposition"]


class TestOutsiders:
    def pages(self, version: TextVersion) -> list[str]:
        pk, article = version.text_id, version.provisions.get(eid="art_2").pk
        return [
            reverse("policy:text", args=[pk]), reverse("policy:text-edit", args=[pk]), reverse("policy:text-compare", args=[pk]),
            reverse("policy:text-version", args=[pk, 1]), reverse("policy:text-version-akn", args=[pk, 1]),
            reverse("policy:text-correct", args=[pk, 1, article]),
        ]  # fmt: skip

    def changes(self, version: TextVersion) -> list[str]:
        pk, article = version.text_id, version.provisions.get(eid="art_2").pk
        return [
            reverse("policy:text-edit", args=[pk]), reverse("policy:text-remove", args=[pk]), reverse("policy:text-version-new", args=[pk]),
            reverse("policy:text-version-read", args=[pk, 1]), reverse("policy:text-version-check", args=[pk, 1]),
            reverse("policy:text-correct", args=[pk, 1, article]),
        ]  # fmt: skip

    @pytest.mark.parametrize("who", ["nobody", "jan"])
    def test_strangers_are_refused_everywhere(self, people, version, who):
        version_of(version.text, people["fatos"], LAW + "More.")
        client = signed_in(people[who])
        for page in [
            *self.pages(version),
            reverse("policy:texts"),
            reverse("policy:texts-export", args=["csv"]),
            reverse("policy:text-new"),
        ]:
            assert client.get(page).status_code == 403, page
        for page in self.changes(version):
            assert client.post(page, {"what": "join"}).status_code == 403, page

    def test_anonymous_people_are_asked_to_sign_in(self, version):
        for page in [*self.pages(version), reverse("policy:texts"), reverse("policy:text-new")]:
            assert Client().get(page).status_code == 302, page

    def test_a_text_of_another_country_is_not_there_for_a_government(self, people, version):
        other = making.text_version(making.legal_text(country="ALB"))
        article = other.provisions.filter(kind="article").first()
        client = signed_in(people["ion"])
        for page in (
            reverse("policy:text", args=[other.text_id]), reverse("policy:text-version", args=[other.text_id, 1]),
            reverse("policy:text-version-akn", args=[other.text_id, 1]), reverse("policy:text-compare", args=[other.text_id]),
            reverse("policy:text-edit", args=[other.text_id]), reverse("policy:text-correct", args=[other.text_id, 1, article.pk]),
        ):  # fmt: skip
            assert client.get(page).status_code == 404, page

    def test_a_government_reads_its_own_text_and_changes_nothing(self, people, version):
        version_of(version.text, people["fatos"], LAW + "More.")
        client = signed_in(people["ion"])
        page = read(client, "policy:text-version", version.text_id, 1)
        assert "are recruited for work" in page and "Correct" not in page and "things to look at" not in page
        page = read(client, "policy:text", version.text_id)
        assert str(people["fatos"]) not in page and "Seen by" not in page and "Add a version" not in page
        assert client.get(reverse("policy:text-version-akn", args=[version.text_id, 1])).status_code == 200
        for page in self.changes(version):
            assert client.post(page, {"what": "join"}).status_code == 403, page
        assert client.get(reverse("policy:text-new")).status_code == 403

    def test_search_finds_what_one_may_see(self, people, version):
        making.legal_text(country="ALB", title="Foreign workers elsewhere")
        office = signed_in(people["fatos"]).get("/search/", {"q": "foreign workers"}).content.decode()
        assert "Draft Law on Foreign Workers" in office and "Foreign workers elsewhere" in office
        government = signed_in(people["ion"]).get("/search/", {"q": "foreign workers"}).content.decode()
        assert "Draft Law on Foreign Workers" in government and "Foreign workers elsewhere" not in government
