"""The matrix over HTTP: cells with and without htmx, buttons of rows, the library, and who is let in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from migov.foundation.records.models import Stage
from migov.work.proposals.models import PlanIndicator, PlanLevel, PlanResult, Proposal
from migov.work.results.models import StandardIndicator
from tests.work.proposals.makers import measured, paper, planned, tree

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}
ClientFor = Callable[[Any], Client]


@pytest.fixture
def proposal(people: dict[str, Any]) -> Proposal:
    return paper(people["ana"])


@pytest.fixture
def ana(people: dict[str, Any], client_for: ClientFor) -> Client:
    return client_for(people["ana"])


def at(name: str, proposal: Proposal, *args: Any) -> str:
    return reverse(f"proposals:{name}", args=[proposal.pk, *args])


def test_an_empty_matrix_offers_the_first_step(ana: Client, proposal: Proposal) -> None:
    assert "Begin with the objective" in ana.get(at("matrix", proposal)).content.decode()
    answer = ana.post(at("matrix-start", proposal))
    made = PlanResult.objects.get(proposal=proposal)
    assert answer.url == f"{at('matrix', proposal)}#result-{made.pk}"
    assert made.level == PlanLevel.OBJECTIVE


def test_a_cell_answers_with_what_it_found(ana: Client, proposal: Proposal) -> None:
    output = tree(proposal, outputs=1)[0]
    url = at("matrix-set", proposal, "result", output.pk)
    answer = ana.post(url, {"field": "title", "was": output.title, "now": "Train 200 border guards"}, **HTMX)
    html = answer.content.decode()
    assert answer["HX-Reswap"] == "none"
    assert "worded as an activity" in html
    assert "Train 200 border guards" in html.split(f'id="was-result-{output.pk}-title"')[1].split(">")[0]
    output.refresh_from_db()
    assert output.title == "Train 200 border guards"


def test_a_cell_that_somebody_else_changed_shows_both(ana: Client, proposal: Proposal) -> None:
    output = tree(proposal, outputs=1)[0]
    url = at("matrix-set", proposal, "result", output.pk)
    sent = {"field": "title", "was": "what I saw", "now": "<b>mine</b>"}
    html = ana.post(url, sent, **HTMX).content.decode()
    assert "<q>Output number 1</q>" in html
    assert "<q>&lt;b&gt;mine&lt;/b&gt;</q>" in html
    assert "Save mine" in html
    output.refresh_from_db()
    assert output.title == "Output number 1"
    page = ana.post(url, sent)
    assert page.status_code == 409
    html = page.content.decode()
    assert 'value="Output number 1"' in html  # so that sending it again saves mine
    assert ">&lt;b&gt;mine&lt;/b&gt;</textarea>" in html


def test_what_cannot_be_read_is_said_beside_the_cell_and_kept(ana: Client, proposal: Proposal) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    url = at("matrix-set", proposal, "indicator", one.pk)
    sent = {"field": "baseline", "was": "", "now": "12 of 30"}
    assert "is not a number" in ana.post(url, sent, **HTMX).content.decode()
    page = ana.post(url, sent)
    assert page.status_code == 400
    assert 'value="12 of 30"' in page.content.decode()
    one.refresh_from_db()
    assert one.baseline is None


def test_without_script_a_cell_leads_back_to_its_row(ana: Client, proposal: Proposal) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    answer = ana.post(
        at("matrix-set", proposal, "indicator", one.pk),
        {"field": "dimensions", "was": "", "now": ["sex", "age", "city"]},
    )
    assert answer.url == at("matrix-row", proposal, "indicator", one.pk)
    one.refresh_from_db()
    assert one.dimensions == ["sex", "age", "city"]
    html = ana.get(answer.url).content.decode()
    assert 'value="city"' in html
    assert html.count("checked") == 2


def test_a_target_is_saved_for_its_period(ana: Client, proposal: Proposal) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    url = at("matrix-target", proposal, one.pk)
    ana.post(url, {"starts": "2023-01-01", "ends": "2023-12-31", "was": "", "now": "1.250,5"}, **HTMX)
    assert one.targets.get().value == 1250.5
    assert ana.post(url, {"starts": "x", "ends": "", "was": "", "now": "1"}, **HTMX).status_code == 400


def test_enter_in_a_title_saves_it_and_adds_the_next_row(ana: Client, proposal: Proposal) -> None:
    first, _second = tree(proposal, outputs=2)
    url = at("matrix-set", proposal, "result", first.pk)
    html = ana.post(
        url, {"field": "title", "was": first.title, "now": "Procedure", "then": "add"}, **HTMX
    ).content.decode()
    titles = list(first.parent.children.values_list("title", flat=True))
    assert titles == ["Procedure", "", "Output number 2"]
    made = first.parent.children.get(title="")
    assert html.split(f'id="in-result-{made.pk}-title"')[1].split(">")[0].endswith("autofocus")


def test_enter_in_the_objective_goes_to_the_outcome_below_it(ana: Client, proposal: Proposal) -> None:
    ana.post(at("matrix-start", proposal))
    ana.post(at("matrix-start", proposal))  # a second window
    objective = PlanResult.objects.get(proposal=proposal)

    def enter(was: str, now: str) -> str:
        url = at("matrix-set", proposal, "result", objective.pk)
        return ana.post(url, {"field": "title", "was": was, "now": now, "then": "add"}, **HTMX).content.decode()

    def has_cursor(html: str, row: PlanResult) -> bool:
        return html.split(f'id="in-result-{row.pk}-title"')[1].split(">")[0].endswith("autofocus")

    html = enter("", "Migrants are safe")
    outcome = PlanResult.objects.get(proposal=proposal, parent=objective)
    assert (outcome.level, outcome.title) == (PlanLevel.OUTCOME, "")
    assert has_cursor(html, outcome)
    assert has_cursor(enter("Migrants are safe", "Migrants are safer"), outcome)
    assert proposal.results.count() == 2
    menus = html.split('class="mx-do"')
    assert "Add a row after it" not in menus[1].split("</form>")[0]
    assert "Add a row after it" in menus[2].split("</form>")[0]


def test_the_cursor_is_on_put_back_after_a_removal(ana: Client, proposal: Proposal) -> None:
    output = tree(proposal, outputs=2)[0]
    html = ana.post(at("matrix-do", proposal, "result", output.pk), {"do": "remove"}, **HTMX).content.decode()
    assert "autofocus" in html.split('value="put-back"')[1].split(">")[0]
    assert html.count("autofocus") == 1


def test_a_refused_cell_is_marked(ana: Client, proposal: Proposal) -> None:
    one = measured(tree(proposal, outputs=1)[0])
    page = ana.post(
        at("matrix-set", proposal, "indicator", one.pk), {"field": "baseline", "was": "", "now": "12 of 30"}
    )
    html = page.content.decode()
    assert 'aria-invalid="true"' in html.split(f'id="in-indicator-{one.pk}-baseline"')[1].split(">")[0]
    assert html.count("aria-invalid") == 1


def test_a_row_is_moved_from_what_it_stands_under(ana: Client, proposal: Proposal) -> None:
    first, second = tree(proposal, outputs=2)
    one, _other = measured(first, "one"), measured(first, "other")
    html = ana.get(at("matrix-row", proposal, "indicator", one.pk)).content.decode()
    assert f'<option value="{first.pk}" selected>' in html
    assert f'<option value="{second.pk}">' in html
    url = at("matrix-do", proposal, "indicator", one.pk)
    said = ana.post(url, {"do": "under", "parent": first.pk}, **HTMX).content.decode()
    assert "It stands there already" in said
    assert list(first.indicators.values_list("title", flat=True)) == ["one", "other"]
    ana.post(url, {"do": "under", "parent": second.pk}, **HTMX)
    one.refresh_from_db()
    assert one.result == second


def test_buttons_of_rows_and_undo(ana: Client, proposal: Proposal) -> None:
    first, second = tree(proposal, outputs=2)
    one = measured(first, "measured")

    def press(row: Any, what: str, **more: Any) -> str:
        kind = "result" if isinstance(row, PlanResult) else "indicator"
        return ana.post(at("matrix-do", proposal, kind, row.pk), {"do": what, **more}, **HTMX).content.decode()

    assert "Moved to place 1" in press(second, "up")
    assert list(first.parent.children.values_list("title", flat=True)) == ["Output number 2", "Output number 1"]
    assert "the first one already" in press(second, "up")
    press(one, "up")  # past the edge of its result: into the one before
    one.refresh_from_db()
    assert one.result.level == PlanLevel.ACTIVITY
    press(one, "drop", parent=first.pk, position=0)
    one.refresh_from_db()
    assert one.result == first
    press(one, "duplicate")
    press(first, "add-indicator")
    press(first, "add-below")
    assert (first.indicators.count(), first.children.count()) == (3, 2)
    removed = press(first, "remove")
    assert "Removed: “Output number 1”" in removed
    assert 'value="put-back"' in removed
    assert "Output number 1" in press(first, "put-back")
    assert ana.post(at("matrix-do", proposal, "result", first.pk), {"do": "fly"}, **HTMX).status_code == 400
    assert ana.post(at("matrix-do", proposal, "result", 99999), {"do": "up"}, **HTMX).status_code == 404


def test_the_details_of_an_indicator_come_when_asked_for(ana: Client, proposal: Proposal) -> None:
    one = measured(tree(proposal, outputs=1)[0], "measured", definition="What counts here")
    assert "What counts here" not in ana.get(at("matrix", proposal)).content.decode()
    part = ana.get(at("matrix-row", proposal, "indicator", one.pk), **HTMX).content.decode()
    assert "What counts here" in part
    assert "<html" not in part
    assert "<html" in ana.get(at("matrix-row", proposal, "indicator", one.pk)).content.decode()


def test_the_library_is_searched_and_chosen_from(ana: Client, proposal: Proposal) -> None:
    output = tree(proposal, outputs=1)[0]
    wanted = StandardIndicator.objects.create(code="zz-one", title="Zebras counselled", counts_people=True)
    StandardIndicator.objects.create(code="zz-two", title="Other zebra laws")
    url = at("matrix-library", proposal, output.pk)
    html = ana.get(url, {"q": "zebras"}, **HTMX).content.decode()
    assert "Zebras counselled" in html
    assert "Other" not in html
    ana.post(at("matrix-do", proposal, "result", output.pk), {"do": "add-standard", "standard": wanted.pk}, **HTMX)
    assert PlanIndicator.objects.get().standard == wanted
    assert "is here" in ana.get(url, {"q": "zebras"}).content.decode()


def test_the_library_begins_with_what_is_like_the_row(ana: Client, proposal: Proposal) -> None:
    output = tree(proposal, outputs=1)[0]
    PlanResult.objects.filter(pk=output.pk).update(title="Zebra keepers counsel zebras in distress")
    for number in range(40):
        StandardIndicator.objects.create(code=f"aa-{number}", title=f"Border posts that apply procedure {number}")
    StandardIndicator.objects.create(code="zz-one", title="Zebras counselled", counts_people=True)
    url = at("matrix-library", proposal, output.pk)
    html = ana.get(url, **HTMX).content.decode()
    number = StandardIndicator.objects.count()
    assert html.split("<strong>")[1].startswith("Zebras counselled")
    assert html.count("<strong>") == 30
    assert f"30 of {number} standard indicators" in " ".join(html.split())
    assert f"Show all {number}" in html
    assert ana.get(f"{url}?all&q=", **HTMX).content.decode().count("<strong>") == number


def test_colleagues_read_and_outsiders_are_refused(
    people: dict[str, Any], client_for: ClientFor, proposal: Proposal
) -> None:
    output = tree(proposal, outputs=1)[0]
    one = measured(output)
    reads = [
        at("matrix", proposal),
        at("matrix-row", proposal, "indicator", one.pk),
        at("matrix-download", proposal, "xlsx"),
    ]
    writes = [
        at("matrix-set", proposal, "result", output.pk), at("matrix-do", proposal, "result", output.pk),
        at("matrix-target", proposal, one.pk), at("matrix-start", proposal), at("matrix-periods", proposal),
        at("matrix-import", proposal), at("matrix-apply", proposal, "0" * 32),
    ]  # fmt: skip
    sent = {
        "field": "title",
        "was": output.title,
        "now": "x",
        "do": "up",
        "step": "half",
        "starts": "2023-01-01",
        "ends": "2023-12-31",
    }
    for who in ("nobody", "jan", "ion"):
        client = client_for(people[who])
        assert {client.get(url).status_code for url in reads} == {404}
        assert {client.post(url, sent).status_code for url in writes} == {404}
    for who in ("boris", "carla", "emil"):
        client = client_for(people[who])
        assert {client.get(url).status_code for url in reads} == {200}
        assert {client.post(url, sent).status_code for url in writes} == {403}
        assert (
            "<form"
            not in client.get(at("matrix-row", proposal, "indicator", one.pk))
            .content.decode()
            .split('id="indicator-')[1]
        )
        assert client.get(at("matrix-library", proposal, output.pk)).status_code == 403
    anonymous = Client()
    assert {anonymous.get(url).status_code for url in reads} == {302}
    output.refresh_from_db()
    assert output.title == "Output number 1"


def test_what_is_agreed_is_shown_without_forms(people: dict[str, Any], client_for: ClientFor) -> None:
    agreed = paper(people["ana"], stage=Stage.ACTIVE)
    planned(agreed, PlanLevel.OBJECTIVE, "Agreed objective")
    html = client_for(people["ana"]).get(at("matrix", agreed)).content.decode()
    assert "Agreed objective" in html
    assert "<textarea" not in html


def test_the_page_takes_the_same_queries_whatever_its_size(
    ana: Client, proposal: Proposal, django_assert_max_num_queries: Any
) -> None:
    counts = []
    ana.get(at("matrix", proposal))  # what every process asks once
    for size in (1, 10):
        for output in tree(proposal, outputs=size):
            for number in range(4):
                measured(output, f"{number}")
        with django_assert_max_num_queries(30) as counted:
            ana.get(at("matrix", proposal))
        counts.append(len(counted))
    assert counts[0] == counts[1]
