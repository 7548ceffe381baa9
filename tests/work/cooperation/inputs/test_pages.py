"""Pages of inputs: who sees them, what they show, and every step without a script."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.foundation.records import slots
from migov.foundation.records.models import Record, Visibility
from migov.foundation.shell.search import search as search_all
from migov.work.cooperation.inputs import facts
from migov.work.cooperation.inputs.actions import life, offices, writing
from migov.work.cooperation.models import Input, OfficeAsked, PulledFact, Section
from tests.factories import ThemeFactory
from tests.work.cooperation.inputs.conftest import Ground
from tests.work.cooperation.making import member, position

pytestmark = pytest.mark.django_db
Browser = Callable[[Any], Client]
OUTSIDERS = ("nobody", "ion", "jan")
HOSTILE = "<script>alert(1)</script>"
MEMBERS = "%s States take part in the Prague Process (as known in 2024). [1]"


def words(answer: Any) -> str:
    return " ".join(answer.content.decode().replace("\xa0", " ").split())


def of(name: str, paper: Input, *more: Any) -> str:
    return reverse(f"cooperation:{name}", args=[paper.pk, *more])


def lists() -> list[str]:
    return [
        *(reverse(f"cooperation:{name}") for name in ("inputs", "positions", "input-new", "input-file")),
        *(reverse(f"cooperation:{name}", args=["csv"]) for name in ("inputs-export", "positions-export")),
    ]


def read(paper: Input) -> list[str]:
    return [
        *(of(name, paper) for name in ("input", "input-check", "input-clearance", "input-preview")),
        of("section", paper, "message"), of("section-state", paper, "message"),
        *(of("input-export", paper, version, fmt) for version in ("clean", "annotated") for fmt in ("docx", "pdf")),
    ]  # fmt: skip


def posts(paper: Input, asked: OfficeAsked) -> list[str]:
    sections = ("section", "section-save", "section-open", "section-take", "section-pull")
    steps = (
        "change",
        "authors",
        "take-out",
        "take",
        "decline",
        "ask",
        "reopen",
        "deliver",
        "became",
        "submit",
        "take-back",
        "seen",
    )
    return [
        *(of(f"input-{name}", paper) for name in steps), *(of(name, paper, "message") for name in sections),
        of("input-answer", paper, asked.pk), of("input-withdraw", paper, asked.pk),
    ]  # fmt: skip


class TestAccess:
    def test_strangers_and_people_from_outside_see_nothing(
        self, at: Ground, client: Client, client_for: Browser
    ) -> None:
        paper = at.draft()
        Record.objects.filter(pk=paper.pk).update(visibility=Visibility.PUBLIC)
        (asked,) = offices.ask(paper, [at.tirana], question="What?", by=at.people["fatos"])
        for url in [*lists(), *read(paper), of("input-change", paper)]:
            assert client.get(url).status_code == 302, url
            for name in OUTSIDERS:
                assert client_for(at.people[name]).get(url).status_code == 403, (name, url)
        for url in posts(paper, asked):
            assert client.post(url).status_code == 302, url
            for name in OUTSIDERS:
                assert client_for(at.people[name]).post(url).status_code == 403, (name, url)
        assert Input.objects.get(pk=paper.pk).state == "draft"

    def test_the_office_reads_and_only_writers_change(self, at: Ground, client_for: Browser) -> None:
        paper = at.draft()
        writing.write(paper, "message", text="Words.", by=at.people["fatos"])
        for name in ("ana", "boris", "carla", "dora", "hana", "kim"):
            for url in [*read(paper), reverse("cooperation:inputs"), reverse("cooperation:positions")]:
                assert client_for(at.people[name]).get(url).status_code == 200, (name, url)
        for name in ("ana", "boris", "carla", "hana", "galina"):
            browser = client_for(at.people[name])
            for url in ("input-authors", "input-take-out", "input-ask"):
                assert browser.post(of(url, paper), {"reason": "x"}).status_code in (403, 422), (name, url)
            assert browser.post(of("section-save", paper, "message"), {"text": "Mine."}).status_code == 403, name
            assert browser.get(of("input-change", paper)).status_code == 403, name
        assert Section.objects.get(input=paper, code="message").text == "Words."
        assert Input.objects.get(pk=paper.pk).record.removed_at is None

    def test_what_is_kept_to_another_office_is_not_there(self, at: Ground, client_for: Browser) -> None:
        paper = at.draft()
        Record.objects.filter(pk=paper.pk).update(visibility=Visibility.OFFICE, office=at.tirana)
        boris = client_for(at.people["boris"])
        for url in read(paper):
            assert boris.get(url).status_code == 404, url
        assert paper.record.title not in words(boris.get(reverse("cooperation:inputs")))
        assert (
            paper.record.title not in boris.get(reverse("cooperation:inputs-export", args=["csv"])).getvalue().decode()
        )
        assert client_for(at.people["ana"]).get(of("input", paper)).status_code == 200

    @pytest.mark.parametrize("name", ["input", "input-check", "input-clearance", "input-preview"])
    def test_an_address_without_an_input_is_not_there(self, at: Ground, client_for: Browser, name: str) -> None:
        browser = client_for(at.people["fatos"])
        for key in (999_999, 10**30):
            assert browser.get(reverse(f"cooperation:{name}", args=[key])).status_code == 404


class TestList:
    def test_it_is_filtered_and_exported_as_it_is_seen(self, at: Ground, client_for: Browser) -> None:
        at.request(title="Points on skills", type="points", due=timezone.localdate() - timedelta(days=2))
        at.draft(title="Statement on return", themes=[ThemeFactory(code="labour")])
        browser, url = client_for(at.people["fatos"]), reverse("cooperation:inputs")
        page = words(browser.get(url))
        assert "Points on skills" in page and "late" in page and "2 inputs" in page
        for query, expected in (
            ({"q": "skills"}, {"Points on skills"}), ({"type": "statement"}, {"Statement on return"}),
            ({"theme": "labour"}, {"Statement on return"}), ({"show": "late"}, {"Points on skills"}),
            ({"show": "mine"}, {"Statement on return"}), ({"show": "delivered"}, set()),
            ({"mechanism": "prague"}, {"Points on skills", "Statement on return"}), ({"country": "ALB"}, set()),
        ):  # fmt: skip
            answer = browser.get(reverse("cooperation:inputs-export", args=["csv"]), query)
            rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
            assert {row["Input"] for row in rows} == expected, query
        assert browser.get(reverse("cooperation:inputs-export", args=["xlsx"])).status_code == 200
        assert browser.get(reverse("cooperation:inputs-export", args=["doc"])).status_code == 404

    def test_a_condition_that_is_not_known_is_said(self, at: Ground, client_for: Browser) -> None:
        at.draft()
        browser = client_for(at.people["fatos"])
        answer = words(browser.get(reverse("cooperation:inputs"), {"mechanism": "moon"}))
        assert "“moon” is not known here." in answer and "Statement on labour mobility" not in answer
        assert browser.get(reverse("cooperation:inputs-export", args=["csv"]), {"type": "song"}).status_code == 400
        assert (
            browser.get(reverse("cooperation:inputs"), {"q": "\x00", "sort": "nothing", "page": "x"}).status_code == 200
        )

    def test_queries_do_not_grow(self, at: Ground, client_for: Browser, django_assert_max_num_queries: Any) -> None:
        for number in range(20):
            at.draft(title=f"Statement {number}")
        browser = client_for(at.people["fatos"])
        browser.get(reverse("cooperation:inputs"))
        with django_assert_max_num_queries(20):
            browser.get(reverse("cooperation:inputs"))


class TestAsking:
    def test_a_meeting_fills_the_form(self, at: Ground, client_for: Browser) -> None:
        page = words(client_for(at.people["ana"]).get(reverse("cooperation:input-new"), {"meeting": at.som.pk}))
        assert f'<option value="{at.som.pk}" selected>' in page
        assert "I write it myself" in page  # a project developer may take one on in the own office
        assert "I write it myself" not in words(client_for(at.people["hana"]).get(reverse("cooperation:input-new")))

    def test_it_is_asked_for_taken_on_and_declined_on_the_page(self, at: Ground, client_for: Browser) -> None:
        ana, fatos = client_for(at.people["ana"]), client_for(at.people["fatos"])
        data = {"title": f"Statement {HOSTILE}", "type": "statement", "meeting": at.som.pk, "asked": "Five minutes."}
        answer = ana.post(reverse("cooperation:input-new"), data, follow=True)
        paper = Input.objects.get()
        assert "Asked for." in words(answer) and HOSTILE not in answer.content.decode()
        wrong = ana.post(reverse("cooperation:input-new"), {**data, "title": "", "asked": "Kept words."})
        assert wrong.status_code == 422 and "Kept words." in words(wrong)
        hana = client_for(at.people["hana"])
        assert hana.post(of("input-take", paper), {"owner": at.people["hana"].pk, "revision": 1}).status_code == 403
        assert fatos.post(of("input-decline", paper), {"reason": ""}).status_code == 422
        fatos.post(of("input-decline", paper), {"reason": "No room."})
        assert "No room." in words(ana.get(of("input", paper)))
        stale = fatos.post(of("input-take", paper), {"owner": at.people["fatos"].pk, "revision": 1})
        assert stale.status_code == 422 and "changed meanwhile" in words(stale)
        fatos.post(of("input-take", paper), {"owner": at.people["fatos"].pk, "revision": 2})
        assert "Opening" in words(ana.get(of("input", paper)))

    def test_what_it_is_for_is_changed(self, at: Ground, client_for: Browser) -> None:
        paper, fatos = at.draft(), client_for(at.people["fatos"])
        assert "Statement on labour mobility" in words(fatos.get(of("input-change", paper)))
        data = {"title": "Statement on skills", "type": "statement", "meeting": at.som.pk, "revision": paper.revision}
        fatos.post(of("input-change", paper), data)
        assert Input.objects.get(pk=paper.pk).record.title == "Statement on skills"
        clash = fatos.post(of("input-change", paper), {**data, "title": "Mine", "type": "points"})
        assert clash.status_code in (302, 422)
        fatos.post(of("input-authors", paper), {"owner": at.people["fatos"].pk, "authors": [at.people["carla"].pk]})
        assert paper.authors.get().person == at.people["carla"]
        assert fatos.post(of("input-take-out", paper), {"reason": " "}).status_code == 409
        fatos.post(of("input-take-out", paper), {"reason": "Cancelled."})
        assert fatos.get(of("input", paper)).status_code == 404

    def test_an_office_is_asked_and_answers_on_the_page(self, at: Ground, client_for: Browser) -> None:
        paper, fatos, ana = at.draft(), client_for(at.people["fatos"]), client_for(at.people["ana"])
        empty = fatos.post(of("input-ask", paper), {"question": "How many?"})
        assert empty.status_code == 422 and "How many?" in words(empty)
        fatos.post(of("input-ask", paper), {"offices": [at.tirana.pk], "question": "How many?"})
        row = paper.asked.get()
        assert "Answer for this office" in words(ana.get(of("input", paper)))
        assert "Answer for this office" not in words(client_for(at.people["boris"]).get(of("input", paper)))
        assert (
            client_for(at.people["boris"]).post(of("input-answer", paper, row.pk), {"answer": "x"}).status_code == 403
        )
        ana.post(of("input-answer", paper, row.pk), {"answer": f"Three {HOSTILE}", "revision": 1})
        late = ana.post(of("input-answer", paper, row.pk), {"answer": "Four, typed long.", "revision": 1})
        assert late.status_code == 422 and "Four, typed long." in words(late)
        section = fatos.get(of("section", paper, "message"))
        assert "Three &lt;script&gt;" in section.content.decode()


class TestWriting:
    def test_sections_are_written_with_facts_and_what_is_newer_is_told(self, at: Ground, client_for: Browser) -> None:
        for code in ("ALB", "MDA"):
            member(at.prague, code, source="Secretariat")
        paper, fatos = at.draft(), client_for(at.people["fatos"])
        page = words(fatos.get(of("section", paper, "message")))
        assert (
            "2 States take part in the Prague Process (as known in 2024)." in page
            and "Put into the text" in page
            and "What reviewers will ask" in page
        )
        key = next(
            k
            for k in facts.by_key(facts.offered(facts.context_of(paper), at.people["fatos"]))
            if k.startswith("members")
        )
        fatos.post(of("section-pull", paper, "message"), {"key": key})
        assert Section.objects.get(input=paper, code="message").text == MEMBERS % 2
        assert "Secretariat" in words(fatos.get(of("input", paper)))
        member(at.prague, "SRB", source="Secretariat")
        assert "Newer values are known" in words(fatos.get(of("input", paper)))
        fact = PulledFact.objects.get()
        fatos.post(of("section-renew", paper, "message", fact.pk))
        assert Section.objects.get(input=paper, code="message").text == MEMBERS % 3
        fact = PulledFact.objects.current().get()
        assert client_for(at.people["boris"]).post(of("section-drop", paper, "message", fact.pk)).status_code == 403
        fatos.post(of("section-drop", paper, "message", fact.pk))
        assert not PulledFact.objects.current().exists()
        assert fatos.post(of("section-pull", paper, "message"), {"key": "nothing"}).status_code == 404
        assert fatos.post(of("section-renew", paper, "message", 9)).status_code == 404

    def test_the_page_has_few_queries(
        self, at: Ground, client_for: Browser, django_assert_max_num_queries: Any
    ) -> None:
        paper = at.draft()
        at.write_all(paper)
        for number in range(15):
            position(f"Labour mobility {number}.", mechanism=at.prague)
            member(at.prague, "ALB", source=f"Source {number}")
        browser = client_for(at.people["fatos"])
        for name, args, most in (
            ("input", (), 40),
            ("section", ("message",), 36),
            ("input-check", (), 25),
            ("input-clearance", (), 55),
        ):
            browser.get(of(name, paper, *args))
            with django_assert_max_num_queries(most):
                assert browser.get(of(name, paper, *args)).status_code == 200


class TestClearanceAndDelivery:
    def test_from_handing_in_to_the_library_without_a_script(self, at: Ground, client_for: Browser) -> None:
        paper, fatos = at.draft(), client_for(at.people["fatos"])
        assert "is not written yet" in words(fatos.get(of("input-clearance", paper)))
        assert fatos.post(of("input-submit", paper), {"round": 0}).status_code == 409
        at.write_all(paper, "Apprenticeships open doors for young people who stay. ")
        page = words(fatos.get(of("input-clearance", paper)))
        assert "Second reader, policy" in page and "Nothing stands in the way" in page
        assert client_for(at.people["carla"]).post(of("input-submit", paper), {"round": 0}).status_code == 403
        fatos.post(of("input-submit", paper), {"round": 0})
        assert "Round 1" in words(fatos.get(of("input-clearance", paper)))
        fatos.post(of("input-take-back", paper), {"reason": "One word."})
        assert Input.objects.get(pk=paper.pk).state == "draft"
        at.decide(at.hand_in(paper))
        page = words(fatos.get(of("input-clearance", paper)))
        assert "Note as delivered" in page
        wrong = fatos.post(of("input-deliver", paper), {"on": "2999-01-01", "function": "Director"})
        assert wrong.status_code == 422 and "in the future" in words(wrong)
        fatos.post(
            of("input-deliver", paper), {"on": timezone.localdate().isoformat(), "function": "Regional Director"}
        )
        assert fatos.post(of("input-became", paper), {"text": ""}).status_code == 422
        fatos.post(of("input-became", paper), {"text": "Taken up in paragraph 7."})
        found = words(client_for(at.people["ana"]).get(reverse("cooperation:positions"), {"q": "apprenticeships"}))
        assert (
            "<mark>Apprenticeships</mark>" in found
            and "Regional Director" in found
            and "Taken up in paragraph 7." in found
        )

    def test_cleared_it_is_opened_again(self, at: Ground, client_for: Browser) -> None:
        paper, fatos = at.cleared(), client_for(at.people["fatos"])
        assert fatos.post(of("input-reopen", paper), {"reason": ""}).status_code == 422
        fatos.post(of("input-reopen", paper), {"reason": "Three minutes only."})
        assert Input.objects.get(pk=paper.pk).state == "draft"

    def test_the_review_opens_for_who_decides(self, at: Ground, client_for: Browser) -> None:
        paper = at.draft()
        at.write_all(paper)
        standing = at.hand_in(paper)
        for name in ("peter", "dora"):
            page = words(client_for(at.people[name]).get(reverse("clearance:clearance", args=[standing.pk])))
            assert "Statement on labour mobility" in page
        assert "Message" in words(client_for(at.people["dora"]).get(reverse("clearance:decide", args=[standing.pk])))


class TestCheck:
    def test_a_hint_is_marked_on_the_page(self, at: Ground, client_for: Browser) -> None:
        position("States should abolish recruitment fees that workers pay.", mechanism=at.prague, meeting=at.som)
        paper = at.draft()
        writing.write(
            paper, "message", text="States must abolish recruitment fees that workers pay.", by=at.people["fatos"]
        )
        peter = client_for(at.people["peter"])
        page = peter.get(of("input-check", paper))
        assert "The obligation differs: “must” here, “should” then." in words(page) and "1 hint is open." in words(page)
        (digest,) = {hint.digest for one in page.context["paragraphs"] for hint in one.hints}
        wrong = peter.post(of("input-seen", paper), {"digest": digest, "reason": " "})
        assert wrong.status_code == 422 and "Say why" in words(wrong)
        assert peter.post(of("input-seen", paper), {"digest": "0" * 64, "reason": "x"}).status_code == 422
        peter.post(of("input-seen", paper), {"digest": digest, "reason": "In force since July."})
        assert "In force since July." in words(peter.get(of("input-check", paper)))
        peter.post(of("input-seen", paper), {"digest": digest, "again": "1"})
        assert not paper.hints_seen.exists()


class TestLibrary:
    def test_it_is_searched_narrowed_and_exported(self, at: Ground, client_for: Browser) -> None:
        position(f"Labour mobility {HOSTILE} works.", mechanism=at.prague, title="In Prague")
        position("Labour mobility elsewhere.", title="Elsewhere")
        browser, url = client_for(at.people["hana"]), reverse("cooperation:positions")
        page = browser.get(url, {"q": "labour mobility"})
        assert "In Prague" in words(page) and "Elsewhere" in words(page) and HOSTILE not in page.content.decode()
        assert "Elsewhere" not in words(
            browser.get(url, {"q": "labour mobility", "mechanism": "prague", "year": "2024"})
        )
        assert "Write a year" in words(browser.get(url, {"year": "soon"}))
        assert "Nothing that was delivered answers this." in words(browser.get(url, {"q": "zebra"}))
        answer = browser.get(
            reverse("cooperation:positions-export", args=["csv"]), {"q": "labour", "mechanism": "prague"}
        )
        rows = list(csv.DictReader(io.StringIO(answer.getvalue().decode("utf-8-sig"))))
        assert [(row["Input"], row["When"], row["By"]) for row in rows] == [
            ("In Prague", "2024-05-03", "Regional Director")
        ]
        assert browser.get(reverse("cooperation:positions-export", args=["xlsx"])).status_code == 200
        assert browser.get(reverse("cooperation:positions-export", args=["csv"]), {"year": "x"}).status_code == 400

    def test_an_earlier_position_is_filed_with_a_document(self, at: Ground, client_for: Browser) -> None:
        fatos, url = client_for(at.people["fatos"]), reverse("cooperation:input-file")
        data = {
            "title": "Speech of 2023",
            "type": "statement",
            "on": "2023-10-04",
            "function": "Head of mission",
            "mechanism": at.prague.pk,
        }
        wrong = fatos.post(url, data)
        assert (
            wrong.status_code == 422
            and "Give its text or a document." in words(wrong)
            and "Speech of 2023" in words(wrong)
        )
        file = SimpleUploadedFile("speech.txt", b"Harvest workers need contracts.")
        page = fatos.post(url, {**data, "file": file}, follow=True)
        assert "It is in the library now" in words(page) and "TXT" in words(page)
        assert "<mark>Harvest</mark>" in words(fatos.get(reverse("cooperation:positions"), {"q": "harvest"}))
        for name in ("hana", "galina"):
            assert client_for(at.people[name]).get(url).status_code == 403


class TestElsewhere:
    def test_beside_a_meeting_and_a_mechanism_and_on_the_front_page(self, at: Ground, client_for: Browser) -> None:
        at.request(title="Points for the ministers")
        position("Words.", mechanism=at.prague, title="Said in Prague")
        beside = {slot.title: slot for slot in slots.beside(at.som.record, at.people["ana"])}
        assert [link.label for link in beside["Inputs"].rows] == ["Points for the ministers"]
        assert [link.url for link in beside["Inputs"].actions] == [f"/cooperation/inputs/new/?meeting={at.som.pk}"]
        said = {slot.title: slot for slot in slots.beside(at.prague.record, at.people["ana"])}["What we said here"]
        assert [link.label for link in said.rows] == ["Said in Prague"] and said.more is not None
        page = words(client_for(at.people["fatos"]).get(reverse("cooperation:home")))
        assert "Points for the ministers" in page and "to be taken on" in page
        for name in OUTSIDERS:
            assert not {"Inputs", "What we said here"} & {
                slot.title for of in (at.som, at.prague) for slot in slots.beside(of.record, at.people[name])
            }

    def test_the_search_of_the_house_finds_inputs_for_the_office_only(self, at: Ground) -> None:
        at.request(title="Points on apprenticeships")
        assert "Points on apprenticeships" in {
            hit.title for group in search_all("apprenticeships", at.people["ana"]) for hit in group.hits
        }
        for name in OUTSIDERS:
            assert search_all("apprenticeships", at.people[name]) == []

    def test_a_delivered_input_reads_as_it_was_cleared(self, at: Ground, client_for: Browser) -> None:
        paper = at.cleared()
        life.deliver(paper, on=timezone.localdate(), function="Director", by=at.people["fatos"])
        page = words(client_for(at.people["ana"]).get(of("input-preview", paper)))
        assert "Fair recruitment protects workers" in page and "Check against delivery." in page
