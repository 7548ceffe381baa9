"""Pages of gaps as people read and use them, and who is refused."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from docx import Document as Docx

from migov.foundation.frameworks.models import Element
from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Office, Role, User
from migov.foundation.records import slots
from migov.insight.gaps import evidence, evidence_work
from migov.services.files import actions as files
from migov.work.governance.assess import sources
from migov.work.governance.models import Assessment, Roadmap, RoadmapAction
from migov.work.governance.roadmaps.actions import lines
from migov.work.policy.models import Instrument
from migov.work.proposals.models import Proposal
from tests.factories import PlaceFactory, person
from tests.insight.gaps.conftest import aligned_project, gap, practice
from tests.work.governance import making
from tests.work.policy import making as policy

pytestmark = pytest.mark.django_db
People = dict[str, User]
ClientFor = Callable[[Any], Client]


def text(response: Any) -> str:
    return " ".join(response.content.decode().split())


@pytest.mark.parametrize("path", ["", "document.docx", "questions/{question}/"])
def test_strangers_and_other_governments_are_kept_out(
    assessed: Assessment, people: People, client_for: ClientFor, point_of: Callable[[str], User], path: str
) -> None:
    url = f"/gaps/assessments/{assessed.pk}/{path.format(question=gap(assessed).pk)}"
    for user, expected in ((point_of("ALB"), 404), (people["jan"], 403), (people["nobody"], 403)):
        assert client_for(user).get(url).status_code == expected
    assert Client().get(url).status_code == 302
    assert client_for(people["ion"]).get(url).status_code == 200


def test_the_page_lists_gaps_and_says_how_each_stands(
    assessed: Assessment, people: People, client_for: ClientFor
) -> None:
    page = text(client_for(people["ion"]).get(f"/gaps/assessments/{assessed.pk}/"))
    assert "Recruitment fees" in page and "“No”: agreed in validation" in page
    assert "25 % reached" in page and "Not everything is settled" in page
    assert "Matter 2.1" not in page


def test_an_assessment_without_gaps_says_so(people: People, client_for: ClientFor) -> None:
    empty = making.assessment(country="MDA", year=2020)
    assert "No question is answered yet." in text(client_for(people["fatos"]).get(f"/gaps/assessments/{empty.pk}/"))


def test_the_list_does_not_ask_more_for_more_gaps(
    people: People, client_for: ClientFor, django_assert_max_num_queries: Any
) -> None:
    of = making.assessment(country="MDA", of=making.question_set(code="many", domains=5, questions=6))
    for question in of.set.questions.all():
        making.answered(of, question.code, "no")
    client = client_for(people["fatos"])
    client.get(f"/gaps/assessments/{of.pk}/")
    with django_assert_max_num_queries(24):
        client.get(f"/gaps/assessments/{of.pk}/")


def test_what_might_help_opens_in_the_list(
    assessed: Assessment, convention: Instrument, people: People, client_for: ClientFor
) -> None:
    url = f"/gaps/assessments/{assessed.pk}/questions/{gap(assessed).pk}/"
    part = text(client_for(people["fatos"]).get(url, headers={"HX-Request": "true"}))
    assert "Recruitment Convention" in part and "No training on this is known to migov." in part
    assert "<html" not in part and "checkbox" not in part and "Put into a roadmap" in part


def test_a_question_that_is_no_gap_has_no_such_page(
    assessed: Assessment, people: People, client_for: ClientFor
) -> None:
    url = f"/gaps/assessments/{assessed.pk}/questions/{gap(assessed, '2-1').pk}/"
    assert client_for(people["fatos"]).get(url).status_code == 404


def test_from_the_gap_into_a_roadmap_and_on_to_a_concept_note(
    assessed: Assessment, recruitment: Element, convention: Instrument, people: People, client_for: ClientFor
) -> None:
    developer = person(Role.DEVELOPER, Office.objects.get(code="ro-vienna"), username="delia")
    client = client_for(developer)
    practice(recruitment)
    url = f"/gaps/assessments/{assessed.pk}/questions/{gap(assessed).pk}/"
    page = client.get(url)
    assert 'value="obligation:c-recruit"' in text(page)
    sent = {
        "title": "Ratify the convention", "owner": "Parliament", "due": "2027-01-31", "roadmap": "new",
        "help": ["obligation:c-recruit", "project:1"],
    }  # fmt: skip
    answer = client.post(url, sent, follow=True)
    line = RoadmapAction.objects.get()
    assert "Ratify the convention" in text(answer) and "Recruitment Convention" in text(answer)
    assert [help.title for help in line.help.all()] == ["Recruitment Convention"]
    note = f"/gaps/actions/{line.pk}/concept-note/"
    assert note in text(answer)
    shown = text(client.get(note))
    assert "What is carried over" in shown and "Does the law forbid recruitment fees" in shown
    wrong = client.post(
        note, {"title": "Fair hiring", "office": Office.objects.get(code="ro-vienna").pk, "currency": "ZZZ"}
    )
    assert wrong.status_code == 422 and 'value="Fair hiring"' in text(wrong)
    right = {"title": "Fair hiring", "office": Office.objects.get(code="ro-vienna").pk, "currency": "EUR"}
    done = client.post(note, right, follow=True)
    assert done.status_code == 200 and "Fair hiring" in text(done)
    again = client.post(note, right, follow=True)
    assert Proposal.objects.count() == 1 and "became a concept note already" in text(again)
    line_page = text(client.get(f"/governance/roadmaps/{line.roadmap_id}/actions/{line.pk}/"))
    assert "Concept note" in line_page and "Fair hiring" in line_page and note not in line_page
    assert "Fair hiring" not in text(
        client_for(people["ion"]).get(f"/governance/roadmaps/{line.roadmap_id}/actions/{line.pk}/")
    )


def test_what_is_missing_is_said_and_what_was_ticked_stays(
    assessed: Assessment, roadmap: Roadmap, convention: Instrument, people: People, client_for: ClientFor
) -> None:
    url = f"/gaps/assessments/{assessed.pk}/questions/{gap(assessed).pk}/"
    answer = client_for(people["fatos"]).post(url, {"title": "", "roadmap": roadmap.pk, "help": "obligation:c-recruit"})
    assert answer.status_code == 422
    page = text(answer)
    assert "This field is required." in page
    assert "checked" in page[page.index('value="obligation:c-recruit"') :][:300]


def test_a_government_plans_in_its_own_roadmap(
    assessed: Assessment, roadmap: Roadmap, people: People, client_for: ClientFor
) -> None:
    client, url = client_for(people["ion"]), f"/gaps/assessments/{assessed.pk}/questions/{gap(assessed).pk}/"
    assert "a new one, for this year" not in text(client.get(url))
    assert client.post(url, {"title": "Ours", "roadmap": "new"}).status_code == 422
    assert client.post(url, {"title": "Ours", "roadmap": roadmap.pk}).status_code == 302
    assert "Ours" in text(client.get(f"/gaps/assessments/{assessed.pk}/"))


def test_who_only_reads_puts_nothing_into_a_roadmap(
    assessed: Assessment, roadmap: Roadmap, people: People, client_for: ClientFor
) -> None:
    client, url = client_for(people["galina"]), f"/gaps/assessments/{assessed.pk}/questions/{gap(assessed).pk}/"
    assert "Put into" not in text(client.get(url))
    assert client.post(url, {"title": "Mine", "roadmap": roadmap.pk}).status_code == 403


@pytest.mark.parametrize(
    ("who", "status"), [("ion", 403), ("galina", 403), ("fatos", 200), ("jan", 403), ("nobody", 403), ("emil", 200)]
)
def test_who_makes_concept_notes(
    roadmap: Roadmap, people: People, client_for: ClientFor, who: str, status: int
) -> None:
    line = lines.add(roadmap, {"title": "An action"}, by=people["fatos"])
    assert client_for(people[who]).get(f"/gaps/actions/{line.pk}/concept-note/").status_code == status


def test_another_government_finds_no_such_action(
    roadmap: Roadmap, people: People, client_for: ClientFor, point_of: Any
) -> None:
    line = lines.add(roadmap, {"title": "An action"}, by=people["fatos"])
    assert client_for(point_of("ALB")).get(f"/gaps/actions/{line.pk}/concept-note/").status_code == 404


def test_the_document_holds_gaps_help_and_reasons(
    assessed: Assessment, convention: Instrument, recruitment: Element, people: People, client_for: ClientFor
) -> None:
    aligned_project(recruitment, "MDA", title="Internal project")
    client, url = client_for(people["ion"]), f"/gaps/assessments/{assessed.pk}/document"
    docx = Docx(io.BytesIO(client.get(f"{url}.docx").content))
    words = " ".join(
        [*(part.text for part in docx.paragraphs), *(c.text for t in docx.tables for r in t.rows for c in r.cells)]
    )
    assert "Recruitment Convention" in words and "hares GCM 6" in words
    assert "Nothing is known under: " in words and "Trainings" in words
    assert "Internal project" not in words
    assert client.get(f"{url}.pdf").content.startswith(b"%PDF")
    assert client.get(f"{url}.xlsx").status_code == 200
    assert client.get(f"{url}.csv").status_code == 404


def test_the_way_to_gaps_stands_beside_the_assessment(assessed: Assessment, people: People) -> None:
    titles = [slot.title for slot in slots.beside(assessed.record, people["ion"])]
    assert "Gaps" in titles
    assert [slot for slot in slots.beside(assessed.record, people["jan"]) if slot.title == "Gaps"] == []


def test_laws_and_articles_are_found_as_evidence(
    convention: Instrument, people: People, point_of: Callable[[str], User]
) -> None:
    policy.text_version()
    moldova = PlaceFactory(code="MDA")
    found = {source.code: hits for source, hits in sources.look(moldova, "employer passport worker", people["fatos"])}
    best = found["laws"][0]
    assert (
        best.place == "Article 2(1)" and "keep the passport" in best.quote and best.address.endswith("#art_2__para_1")
    )
    (article,) = evidence.articles(moldova, "fee charged", people["ion"])
    assert (article.title, article.place) == ("Recruitment Convention", "Article 7")
    assert "not a party" in article.note
    assert evidence.laws(moldova, "passport", point_of("ALB")) == []
    assert evidence.laws(moldova, "passport", people["jan"]) == []
    assert evidence.laws(moldova, "the of", people["fatos"]) == []


def test_evidence_comes_from_the_newest_version_only(people: People) -> None:
    first = policy.text_version()
    policy.text_version(first.text, {"1": ("Documents", ["A passport is never kept."])})
    found = evidence.laws(PlaceFactory(code="MDA"), "passport", people["fatos"])
    assert [one.quote for one in found] == ["A passport is never kept."]


def test_documents_and_work_of_the_country_are_found_as_evidence(
    people: People, point_of: Callable[[str], User]
) -> None:
    moldova = PlaceFactory(code="MDA")
    shared = making.record("project", "MDA", title="Recruitment without fees", visibility="partners")
    inside = making.record("project", "MDA", title="Recruitment, for the office only", visibility="internal")
    making.record("project", "ALB", title="Recruitment elsewhere", visibility="partners")
    words = b"Agencies charge no recruitment fees since 2024. The labour inspectorate checked 40 of them."
    for of in (shared, inside):
        file = SimpleUploadedFile(f"report-{of.pk}.txt", words)
        files.read(files.add(of, file, by=SYSTEM, about=files.About(title=of.title)), by=SYSTEM)
    (first, second) = evidence_work.documents(moldova, "recruitment fees", people["fatos"])
    assert {first.title, second.title} == {shared.title, inside.title} and "no recruitment fees" in first.quote
    assert [one.title for one in evidence_work.documents(moldova, "recruitment fees", people["ion"])] == [shared.title]
    assert [one.title for one in evidence_work.work(moldova, "recruitment", people["ion"])] == [shared.title]
    assert {one.kind for one in evidence_work.work(moldova, "recruitment", people["fatos"])} == {"work"}
    for outside in (point_of("ALB"), people["jan"]):
        assert evidence_work.work(moldova, "recruitment", outside) == []
        assert evidence_work.documents(moldova, "recruitment fees", outside) == []


def test_what_an_article_asks_is_no_quotation(convention: Instrument, people: People) -> None:
    (article,) = evidence.articles(PlaceFactory(code="MDA"), "fee charged", people["fatos"])
    assert article.quote == convention.articles.get(number="7").text and article.note
