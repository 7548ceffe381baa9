"""Texts through their actions: added with a file, read, corrected, compared, and written as Akoma Ntoso."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.base import ContentFile

from migov.foundation.records.models import JournalEntry, Visibility
from migov.services.files.formats import NotAccepted
from migov.work.policy.models import Provision, TextVersion
from migov.work.policy.texts import actions, comparing, corrections, queries, storing
from migov.work.policy.texts.errors import Conflict, TextError
from migov.work.policy.texts.outline import outline
from tests.factories import PlaceFactory, cast
from tests.work.policy import making

pytestmark = pytest.mark.django_db

LAW = """LAW ON FOREIGN WORKERS
Chapter I
General Provisions
Article 1 – Scope
1. This Law applies to foreigners who:
a) are recruited for work;
b) work at home.
2. It does not apply to diplomats.
Article 2 – Documents
No employer may keep the passport of a worker. A document that was taken is given back at once.
Chapter II
Final Provisions
Article 3 – Entry into force
This Law enters into force on 1 May 2027.
President of Ruritania
"""


@pytest.fixture
def people(db: Any) -> dict[str, Any]:
    return cast()


@pytest.fixture
def text(people: dict[str, Any]) -> Any:
    return actions.add_text(
        title="Draft Law", kind="bill", country=PlaceFactory(code="MDA"), by=people["fatos"], shared=True
    )


def version_of(text: Any, by: Any, law: str = LAW, name: str = "law.txt") -> TextVersion:
    return actions.add_version(text, ContentFile(law.encode(), name=name), by=by)


class TestAdding:
    def test_a_text_belongs_to_its_country_and_is_seen_where_it_is_shared(self, people, text):
        assert text.record.visibility == Visibility.PARTNERS
        assert list(text.record.places.values_list("place__code", flat=True)) == ["MDA"]
        assert queries.texts_for(people["ion"]).filter(pk=text.pk).exists()
        assert JournalEntry.objects.filter(record_id=text.pk, verb="text added").exists()

    def test_what_is_not_shared_stays_within_the_office(self, people):
        text = actions.add_text(title="Study", kind="policy", country=PlaceFactory(code="MDA"), by=people["fatos"])
        assert text.record.visibility == Visibility.INTERNAL
        assert not queries.texts_for(people["ion"]).filter(pk=text.pk).exists()

    def test_what_came_with_a_request_of_a_government_is_seen_by_it(self, people):
        request = making.assistance_request(country="MDA")
        text = actions.add_text(title="Draft", kind="bill", country=None, by=people["fatos"], request=request)
        assert text.country.code == "MDA"
        assert queries.texts_for(people["ion"]).filter(pk=text.pk).exists()

    @pytest.mark.parametrize("who", ["ion", "jan", "nobody"])
    def test_outsiders_add_none(self, people, who):
        with pytest.raises(PermissionDenied):
            actions.add_text(title="Draft", kind="bill", country=PlaceFactory(code="MDA"), by=people[who])

    def test_a_title_is_asked_for(self, people):
        with pytest.raises(TextError) as refused:
            actions.add_text(title=" ", kind="bill", country=None, by=people["fatos"])
        assert refused.value.field == "title"

    def test_the_structure_of_a_version_is_found_at_once(self, people, text):
        version = version_of(text, people["fatos"])
        assert version.state == "read"
        assert version.found["articles"] == 3
        labels = [one.label for one in queries.outline(version)]
        assert labels[:6] == [
            "Chapter I",
            "Article 1",
            "Article 1(1)",
            "Article 1(1)(a)",
            "Article 1(1)(b)",
            "Article 1(2)",
        ]
        assert labels[-1] == "Closing words"
        point = version.provisions.get(eid="art_1__para_1__list_1__point_a")
        assert point.article.number == "1" and point.parent.number == "1" and point.depth == 3

    def test_a_large_file_is_read_by_a_job(self, people, text, monkeypatch):
        from migov.work.policy.texts import work

        monkeypatch.setattr(work, "AT_ONCE_TEXT", 10)
        version = version_of(text, people["fatos"])
        assert version.state == "reading"

    def test_a_file_without_structure_says_so(self, people, text):
        version = version_of(text, people["fatos"], "Just a letter.\nNothing else.")
        assert version.state == "failed" and "No articles" in version.why

    def test_a_picture_is_no_text(self, people, text):
        with pytest.raises((TextError, NotAccepted)):
            actions.add_version(text, ContentFile(b"\x89PNG\r\n\x1a\n00", name="law.png"), by=people["fatos"])
        assert not text.versions.exists()

    @pytest.mark.parametrize("who", ["ion", "jan", "nobody", "hana"])
    def test_who_may_not_write_adds_no_version(self, people, text, who):
        with pytest.raises(PermissionDenied):
            version_of(text, people[who])

    def test_a_structure_that_a_review_points_at_is_not_thrown_away(self, people, text):
        version = version_of(text, people["fatos"])
        review = making.review(version, [making.requirement()])
        review.rows.get().links.create(provision=version.provisions.get(eid="art_2"))
        with pytest.raises(TextError, match="review points"):
            actions.read_structure(version, by=people["fatos"])
        assert version.provisions.count() > 5


class TestRemoving:
    def test_the_reason_is_kept(self, people, text):
        actions.remove(text, reason=" Twice in\x00 the register. ", by=people["fatos"])
        entry = JournalEntry.objects.get(record_id=text.pk, verb="text removed")
        assert entry.detail == {"reason": "Twice in the register."}
        assert not queries.texts_for(people["fatos"]).exists()

    @pytest.mark.parametrize("reason", ["", " \x00", "x" * 1001])
    def test_none_or_too_long_a_one_is_refused(self, people, text, reason):
        with pytest.raises(TextError) as refused:
            actions.remove(text, reason=reason, by=people["fatos"])
        assert refused.value.field == "reason" and queries.texts_for(people["fatos"]).exists()

    def test_a_text_under_a_review_stays(self, people, text):
        making.review(version_of(text, people["fatos"]), [making.requirement()])
        with pytest.raises(TextError, match="1 review stands"):
            actions.remove(text, reason="Not needed.", by=people["fatos"])

    @pytest.mark.parametrize("who", ["ion", "jan", "nobody", "hana"])
    def test_outsiders_remove_none(self, people, text, who):
        with pytest.raises(PermissionDenied):
            actions.remove(text, reason="Not needed.", by=people[who])


class TestWords:
    def test_the_words_of_a_provision_hold_those_below_with_their_numbers(self, people, text):
        version = version_of(text, people["fatos"])
        rows = queries.outline(version)
        words = queries.whole(rows)
        first = next(one for one in rows if one.eid == "art_1")
        assert words[first.pk] == (
            "1. This Law applies to foreigners who:\n(a) are recruited for work;\n(b) work at home.\n2. It does not apply to diplomats."
        )

    def test_the_outline_takes_one_query(self, people, text, django_assert_num_queries):
        version = version_of(text, people["fatos"])
        with django_assert_num_queries(1):
            queries.whole(queries.outline(version))

    def test_the_same_words_have_the_same_digest_whatever_their_case_and_number(self, people, text):
        one = version_of(text, people["fatos"])
        other = version_of(text, people["fatos"], LAW.replace("Article 2 – Documents", "Article 2 bis – DOCUMENTS"))
        assert one.provisions.get(eid="art_2").digest == other.provisions.get(eid="art_2-bis").digest
        assert one.provisions.get(eid="art_2").digest != one.provisions.get(eid="art_3").digest


class TestCorrecting:
    @pytest.fixture
    def version(self, people, text):
        return version_of(text, people["fatos"])

    def correct(self, version: TextVersion, eid: str, change: Any, by: Any, **more: Any) -> TextVersion:
        return corrections.correct(version, version.provisions.get(eid=eid).pk, change, by=by, verb="test", **more)

    def test_another_number_renews_identifiers_and_labels_below(self, people, version):
        key = version.provisions.get(eid="art_1__para_1__list_1__point_a").pk
        found = self.correct(
            version,
            "art_1",
            corrections.rename(number="1 bis", heading="Area", kind="article", application="from accession"),
            people["fatos"],
        )
        assert found.state == "checked" and found.revision == 2
        point = Provision.objects.get(pk=key)
        assert point.eid == "art_1-bis__para_1__list_1__point_a" and point.label == "Article 1 bis(1)(a)"
        article = version.provisions.get(eid="art_1-bis")
        assert (article.heading, article.application) == ("Area", "from accession")

    def test_two_articles_may_swap_numbers(self, people, version):
        self.correct(
            version, "art_2", corrections.rename(number="3", heading="Documents", kind="article"), people["fatos"]
        )
        assert sorted(version.provisions.filter(kind="article").values_list("eid", flat=True)) == [
            "art_1",
            "art_3",
            "art_3-2",
        ]

    def test_a_provision_is_cut_where_words_begin(self, people, version):
        self.correct(version, "art_2", corrections.split(at="A document that was taken", number="2a"), people["fatos"])
        first, second = version.provisions.get(eid="art_2"), version.provisions.get(eid="art_2a")
        assert first.text == "No employer may keep the passport of a worker."
        assert (
            second.text.startswith("A document") and second.order == first.order + 1 and second.article_id == second.pk
        )

    def test_words_that_are_not_there_cannot_be_cut_at(self, people, version):
        with pytest.raises(TextError) as refused:
            self.correct(version, "art_2", corrections.split(at="no such words"), people["fatos"])
        assert refused.value.field == "at"

    def test_a_provision_is_joined_with_the_one_before(self, people, version):
        before = version.provisions.count()
        self.correct(version, "art_1__para_2", corrections.join(), people["fatos"])
        assert version.provisions.count() == before - 1
        assert "2. It does not apply" in version.provisions.get(eid="art_1__para_1__list_1__point_b").text

    def test_a_provision_that_a_review_points_at_is_not_joined(self, people, version):
        review = making.review(version, [making.requirement()])
        review.rows.get().links.create(provision=version.provisions.get(eid="art_1__para_2"))
        with pytest.raises(TextError, match="review points"):
            self.correct(version, "art_1__para_2", corrections.join(), people["fatos"])

    def test_levels_down_and_up(self, people, version):
        key = version.provisions.get(eid="art_1__para_2").pk
        self.correct(version, "art_1__para_2", corrections.move_in(), people["fatos"])
        assert Provision.objects.get(pk=key).parent.number == "1"
        corrections.correct(version, key, corrections.move_out(), by=people["fatos"], verb="out")
        assert Provision.objects.get(pk=key).parent.eid == "art_1"

    def test_a_chapter_cannot_stand_in_an_article(self, people, version):
        with pytest.raises(TextError):
            self.correct(
                version, "art_1__para_1", corrections.rename(number="1", heading="", kind="chapter"), people["fatos"]
            )

    def test_who_is_second_is_told(self, people, version):
        change = corrections.rename(number="9", heading="", kind="article")
        self.correct(version, "art_2", change, people["fatos"], seen=1)
        with pytest.raises(Conflict):
            self.correct(version, "art_3", change, people["fatos"], seen=1)

    @pytest.mark.parametrize("who", ["ion", "jan", "nobody", "hana"])
    def test_outsiders_correct_nothing(self, people, version, who):
        with pytest.raises(PermissionDenied):
            self.correct(version, "art_2", corrections.join(), people[who])
        with pytest.raises(PermissionDenied):
            corrections.mark_checked(version, by=people[who])


class TestComparing:
    def test_what_became_of_each_article(self, people, text):
        before = version_of(text, people["fatos"])
        law = LAW.replace("does not apply to diplomats", "does not apply to diplomats and their families")
        law = law.replace(
            "Article 2 – Documents",
            "Article 2 – Equality\nAll workers are equal before the law and the courts.\nArticle 3 – Documents",
        )
        law = law.replace("Article 3 – Entry into force", "Article 4 – Start").replace(
            "This Law enters into force on 1 May 2027", "It starts soon"
        )
        after = version_of(text, people["fatos"], law)
        changes = comparing.compare(before, after)
        said = {
            (change.after or change.before).provision.label + str(change.after is None): change for change in changes
        }
        assert [change.state for change in changes if change.after] == ["changed", "new", "renumbered", "new"]
        assert [change.before.provision.number for change in changes if change.state == "dropped"] == ["3"]
        came = [span.text for span in said["Article 1False"].spans if span.kind == "in"]
        assert len(came) == 1 and "and their families" in came[0]

    def test_an_article_under_another_chapter_has_moved(self, people, text):
        before = version_of(text, people["fatos"])
        after = version_of(
            text,
            people["fatos"],
            LAW.replace("Chapter II\nFinal Provisions\n", "").replace(
                "Article 2 –", "Chapter II\nFinal Provisions\nArticle 2 –"
            ),
        )
        states = {change.after.provision.number: change.state for change in comparing.compare(before, after)}
        assert states == {"1": "unchanged", "2": "moved", "3": "unchanged"}

    def test_the_words_are_parted_by_paragraph(self, people, text):
        before = version_of(text, people["fatos"])
        after = version_of(text, people["fatos"], LAW.replace("work at home", "work elsewhere"))
        change = comparing.compare(before, after)[0]
        assert [(part.number, part.changed) for part in change.parts] == [(2, False), (1, True), (1, False)]
        assert [part.folded for part in change.parts] == [True, False, False]
        spans = [span for part in change.parts for span in part.spans]
        assert "".join(span.text for span in spans if span.kind != "in") == change.before.words
        assert "".join(span.text for span in spans if span.kind != "out") == change.after.words


class TestAkomaNtoso:
    def test_what_is_written_is_read_again(self, people, text):
        from migov.work.policy.texts import akn

        version = version_of(text, people["fatos"])
        content = akn.write(storing.outline_of(version, queries.outline(version)), akn.About("Draft Law", "bill", "md"))
        again = akn.read(content, "law.xml")
        first = outline(LAW)
        assert [(one.kind, one.number, one.heading) for one in again.walk()] == [
            (one.kind, one.number, one.heading) for one in first.walk()
        ]
        assert [one.words() for one in again.articles()] == [one.words() for one in first.articles()]
        assert again.closing == "President of Ruritania"
        assert (
            b'eId="art_1__para_1__list_1__point_a"' in content
            and b"FRBRWork" in content
            and b"/akn/md/bill/" in content
        )

    def test_it_can_be_added_as_a_version(self, people, text):
        from migov.work.policy.texts import akn

        version = version_of(text, people["fatos"])
        content = akn.write(storing.outline_of(version, queries.outline(version)), akn.About("Draft Law", "bill", "md"))
        again = actions.add_version(text, ContentFile(content, name="law.xml"), by=people["fatos"])
        assert again.found["articles"] == 3 and again.document.state == "read"
        assert {change.state for change in comparing.compare(version, again)} == {"unchanged"}
