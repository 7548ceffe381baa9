"""Pages of a proposal's life: list, new, overview, head, steps, review, versions and running the project."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import Record
from migov.services.clearance import actions as clearance
from migov.services.clearance.models import Clearance
from migov.work.proposals.actions import amendments, header
from migov.work.proposals.actions.ground import ProposalError
from migov.work.proposals.models import Amendment, DonorReport, Proposal, Section
from tests.factories import PlaceFactory, ThemeFactory, project, proposal
from tests.work.proposals.complete import complete
from tests.work.proposals.test_register import activated


@pytest.fixture
def ana(people: dict[str, Any]) -> Any:
    return people["ana"]


def of(ana: Any, **fields: Any) -> Proposal:
    return complete(owner=ana, office=ana.memberships.get().office, **fields)


def text(response: Any) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def test_the_list_shows_what_each_proposal_waits_for(people: dict[str, Any], ana: Any, client_for: Any) -> None:
    made = of(ana, title="Safe return")
    of(ana, title="Still an idea", stage="idea")
    standing = clearance.submit(made.project.record, subject="proposal", by=ana).clearance
    standing.reviews.all().delete()
    standing.reviews.create(seat="Protection", reviewer=people["carla"])
    page = text(client_for(ana).get("/proposals/"))
    assert "Safe return" in page
    assert "review: carla" in page
    assert "Still an idea" in page
    only = text(client_for(ana).get("/proposals/?stage=idea&q=still"))
    assert "Still an idea" in only
    assert "Safe return" not in only


def test_the_list_has_a_fixed_number_of_queries(ana: Any, client_for: Any) -> None:
    client = client_for(ana)
    counts = []
    for number in (2, 6):
        for _one in range(number):
            proposal(owner=ana, office=ana.memberships.get().office, places=("MDA", "UKR"))
        client.get("/proposals/")
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/proposals/").status_code == 200
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 22


def test_an_empty_list_offers_the_first_step(ana: Any, client_for: Any) -> None:
    page = text(client_for(ana).get("/proposals/"))
    assert "No proposal here yet" in page
    assert 'href="/proposals/new/"' in page


def test_one_is_begun_with_a_short_form(ana: Any, client_for: Any) -> None:
    client = client_for(ana)
    office = ana.memberships.get().office
    given = {
        "title": "Safe return", "office": office.pk, "places": [PlaceFactory(code="ALB").pk],
        "themes": [ThemeFactory(code="protection").pk], "donor": "A donor", "starts": "2027-01-01", "months": "24",
    }  # fmt: skip
    answer = client.post("/proposals/new/", given, follow=True)
    made = Proposal.objects.get()
    assert answer.redirect_chain[-1][0] == f"/proposals/{made.pk}/"
    assert made.project.record.ends == date(2028, 12, 31)
    wrong = client.post("/proposals/new/", given | {"title": "", "months": "500"})
    assert wrong.status_code == 422
    assert 'value="A donor"' in text(wrong), "what was typed is kept"


def test_the_country_of_ones_office_is_ticked(people: dict[str, Any], ana: Any, client_for: Any) -> None:
    office = ana.memberships.get().office
    office.place = PlaceFactory(code="ALB")
    office.save()
    page = text(client_for(ana).get("/proposals/new/"))
    ticked = re.findall(r'name="places" value="(\d+)"[^>]*checked', page)
    assert ticked == [str(office.place_id)]


def test_a_first_day_far_away_is_refused_with_its_limits(ana: Any, client_for: Any) -> None:
    client, office = client_for(ana), ana.memberships.get().office
    for day in ("1926-01-01", "2126-01-01"):
        answer = client.post("/proposals/new/", {"title": "Safe return", "office": office.pk, "starts": day})
        assert answer.status_code == 422
        assert "The first day lies between" in text(answer).split('id="id_starts_error"')[1].split("</ul>")[0]
    made = of(ana, stage="idea")
    with pytest.raises(ProposalError, match="The first day lies between"):
        header.change_header(made, field="starts", was=made.project.record.starts, now=date(2126, 1, 1), by=ana)


def test_one_step_is_offered_before_the_others(ana: Any, client_for: Any) -> None:
    page = text(client_for(ana).get(f"/proposals/{of(ana, stage='idea').pk}/"))
    assert page.count("btn-go") == 1
    assert "Begin the concept note" in page.split("btn-go")[1].split("</button>")[0]
    assert "Begin the proposal" in page


def test_who_writes_during_a_review_is_told_what_reviewers_read(
    people: dict[str, Any], ana: Any, client_for: Any
) -> None:
    made = of(ana)
    client = client_for(ana)
    pages = [
        f"/proposals/{made.pk}/{part}/"
        for part in ("text", "text/rationale", "matrix", "budget", "plan", "risks", "markers")
    ]
    assert not any("Reviewers read the version" in text(client.get(page)) for page in pages)
    sent = clearance.submit(made.project.record, subject="proposal", by=ana)
    day = timezone.localtime(sent.at)
    said = f"In review (round 1).</strong> Reviewers read the version handed in on {day.day} {day:%B}"
    for page in pages:
        assert said in text(client.get(page)), page
    assert "Reviewers read the version" not in text(client_for(people["carla"]).get(pages[2]))


def test_the_overview_says_what_is_missing_and_what_is_next(ana: Any, client_for: Any) -> None:
    made = proposal(owner=ana, office=ana.memberships.get().office, stage="proposal")
    page = text(client_for(ana).get(f"/proposals/{made.pk}/"))
    assert "things to mend" in page
    assert "Submit for review" in page
    assert "Withdraw" in page
    endorsed = of(ana, stage="endorsed", donor="")
    page = text(client_for(ana).get(f"/proposals/{endorsed.pk}/"))
    assert "Name the donor." in page
    assert "File the signed agreement" in page


def test_a_step_is_taken_and_one_that_was_taken_meanwhile_is_told(ana: Any, client_for: Any) -> None:
    client, made = client_for(ana), of(ana, stage="idea")
    address = f"/proposals/{made.pk}/step/"
    answer = client.post(address, {"step": "concept", "stage": "idea"}, follow=True)
    assert "now “concept note”" in text(answer)
    answer = client.post(address, {"step": "proposal", "stage": "idea"}, follow=True)
    assert "was moved meanwhile" in text(answer)
    refused = client.post(address, {"step": "withdraw", "stage": "concept", "reason": ""})
    assert refused.status_code == 409
    assert "Say why" in text(refused)


def head_form(made: Proposal, **changes: Any) -> dict[str, Any]:
    from migov.work.proposals.forms import packed

    stands = {name: header.value_of(made, name) for name in header.LABELS}
    was = {f"was_{name}": packed(value) for name, value in stands.items()}
    now = {
        name: list(value) if isinstance(value, tuple) else value for name, value in stands.items() if value is not None
    }
    return was | now | changes


def test_the_head_is_changed_field_by_field(ana: Any, client_for: Any) -> None:
    made = of(ana, currency="USD")
    form = head_form(made, title="New title", places=["UKR", "MDA"], months="12")
    PlaceFactory(code="UKR")
    answer = client_for(ana).post(f"/proposals/{made.pk}/head/", form)
    assert answer.status_code == 302, text(answer)
    record = Record.objects.get(pk=made.pk)
    assert (record.title, record.ends) == ("New title", date(2026, 12, 31))
    assert set(record.places.filter(superseded_at__isnull=True).values_list("place__code", flat=True)) == {"MDA", "UKR"}


def test_two_who_change_the_same_field_see_both(ana: Any, client_for: Any) -> None:
    made = of(ana, currency="USD")
    form = head_form(made, title="Mine", donor="New donor")
    header.change_header(made, field="title", was=made.project.record.title, now="Theirs", by=SYSTEM)
    answer = client_for(ana).post(f"/proposals/{made.pk}/head/", form)
    assert answer.status_code == 409
    page = text(answer)
    assert "Theirs" in page
    assert 'value="Mine"' in page
    made.refresh_from_db()
    assert made.donor == "New donor", "what nobody else touched is saved"
    form["was_title"] = "Theirs"
    form["was_donor"] = "New donor"
    assert client_for(ana).post(f"/proposals/{made.pk}/head/", form).status_code == 302
    assert Record.objects.get(pk=made.pk).title == "Mine"


def test_it_is_handed_in_once_and_taken_back(ana: Any, client_for: Any) -> None:
    client, made = client_for(ana), of(ana)
    page = text(client.get(f"/proposals/{made.pk}/review/"))
    assert "Nothing stands in the way" in page
    address = f"/proposals/{made.pk}/review/submit/"
    assert client.post(address, {"round": "0", "note": "Please"}).status_code == 302
    twice = client.post(address, {"round": "0", "note": "Please"})
    assert twice.status_code == 409
    assert "handed in meanwhile" in text(twice)
    assert Clearance.objects.get().round == 1
    assert "Round 1" in text(client.get(f"/proposals/{made.pk}/review/"))
    assert client.post(f"/proposals/{made.pk}/review/take-back/", {"reason": ""}).status_code == 409
    client.post(f"/proposals/{made.pk}/review/take-back/", {"reason": "Not yet"})
    assert Record.objects.get(pk=made.pk).stage == "proposal"


def test_what_must_be_mended_is_listed_and_keeps_it_from_review(ana: Any, client_for: Any) -> None:
    made = proposal(owner=ana, office=ana.memberships.get().office)
    client = client_for(ana)
    page = text(client.get(f"/proposals/{made.pk}/review/"))
    assert "The budget has no lines." in page
    assert client.post(f"/proposals/{made.pk}/review/submit/", {"round": "0"}).status_code == 409
    assert Record.objects.get(pk=made.pk).stage == "proposal"


def test_versions_are_shown_compared_and_gone_back_to(ana: Any, client_for: Any) -> None:
    client, made = client_for(ana), of(ana)
    sent = clearance.submit(made.project.record, subject="proposal", by=ana)
    Section.objects.filter(proposal=made, code="rationale").update(text="Entirely new words", revision=2)
    made.costs.filter(title="Rent").update(amount=6000)
    address = f"/proposals/{made.pk}/versions/{sent.pk}/"
    assert address in text(client.get(f"/proposals/{made.pk}/versions/"))
    assert "Border guards" in text(client.get(address))
    compared = text(client.get(f"{address}?compare=now"))
    assert "Entirely" in compared
    assert "95,000 EUR → 96,000 EUR" in compared.replace("\xa0", " ")
    client.post(f"{address}back/")
    assert Section.objects.get(proposal=made, code="rationale").text.startswith("Border guards")
    assert made.costs.get(title="Rent").amount == 5000
    other = of(ana)
    assert client.get(f"/proposals/{other.pk}/versions/{sent.pk}/").status_code == 404


def test_a_project_is_run_on_one_page(ana: Any, client_for: Any) -> None:
    made = activated(owner=ana, office=ana.memberships.get().office)
    client, address = client_for(ana), f"/proposals/{made.pk}/running/"
    client.post(f"{address}schedule/", {"every": "6", "kind": "both", "days": "30", "days_final": "90"})
    report = DonorReport.objects.filter(proposal=made).earliest("due")
    client.post(f"{address}reports/{report.pk}/", {"do": "sent", "on": "2026-07-20", "note": "By mail"})
    report.refresh_from_db()
    assert report.sent_on == date(2026, 7, 20)
    wrong = client.post(
        f"{address}reports/", {"kind": "both", "starts": "2026-01-01", "ends": "2025-01-01", "due": "2026-01-01"}
    )
    assert wrong.status_code == 409
    assert "before the first" in text(wrong)
    client.post(f"{address}amend/", {"kinds": ["extension"], "reason": "Floods", "new_end": "2028-06-30"})
    one = Amendment.objects.get()
    client.post(
        f"{address}amend/",
        {"kinds": ["extension"], "reason": "Great floods", "new_end": "2028-06-30", "amendment": one.pk},
    )
    one.refresh_from_db()
    assert one.reason == "Great floods"
    page = text(client.get(address))
    assert "Amendment 1" in page
    assert "Closure checklist" in page
    client.post(f"{address}drop/", {})
    one.refresh_from_db()
    assert one.state == "withdrawn"
    client.post(f"{address}closure/", {"question": "results", "done": "yes"})
    assert "1 of 12 done" in text(client.get(address))
    assert client.post(f"{address}reports/{report.pk}/", {"do": "burn"}).status_code == 404


def test_the_project_page_leads_to_the_proposal_and_says_where_there_is_none(ana: Any, client_for: Any) -> None:
    made = of(ana)
    client = client_for(ana)
    assert f"/proposals/{made.pk}/" in text(client.get(f"/portfolio/{made.pk}/proposal/"))
    assert "loaded from elsewhere" in text(client.get(f"/portfolio/{project().pk}/proposal/"))


def test_every_page_has_a_fixed_number_of_queries(ana: Any, client_for: Any) -> None:
    from tests.work.proposals.test_content import fill_more

    client, made = client_for(ana), of(ana)
    clearance.submit(made.project.record, subject="proposal", by=ana)
    addresses = [f"/proposals/{made.pk}/{part}" for part in ("", "review/", "versions/", "running/", "head/")]
    counts = []
    for _round in range(2):
        row = []
        for address in addresses:
            asked = []
            # Once a minute a page asks whether the portfolio is illustrative: the fewest queries count.
            for _again in range(2):
                with CaptureQueriesContext(connection) as captured:
                    assert client.get(address).status_code == 200
                asked.append(len(captured))
            row.append(min(asked))
        counts.append(row)
        fill_more(made)
    assert counts[0] == counts[1]
    assert max(counts[0]) < 75


ROUTES = ("", "head/", "review/", "versions/", "running/", "proposal.docx")


@pytest.mark.parametrize("name", ["boris", "ion", "jan", "nobody"])
def test_outsiders_see_no_page(people: dict[str, Any], ana: Any, client_for: Any, name: str) -> None:
    made = of(ana, visibility="office")
    client = client_for(people[name])
    for route in ROUTES:
        assert client.get(f"/proposals/{made.pk}/{route}").status_code in (403, 404), route
    listed = client.get("/proposals/")
    assert listed.status_code == 403 or made.project.record.title not in listed.content.decode()


def test_who_is_not_signed_in_is_asked_to(ana: Any, client: Any) -> None:
    made = of(ana)
    for route in ("/proposals/", "/proposals/new/", *(f"/proposals/{made.pk}/{route}" for route in ROUTES)):
        answer = client.get(route)
        assert answer.status_code == 302
        assert "/accounts/login/" in answer["Location"]


def test_another_office_reads_an_internal_proposal_and_changes_nothing(
    people: dict[str, Any], ana: Any, client_for: Any
) -> None:
    made = of(ana, visibility="internal")
    client = client_for(people["boris"])
    assert client.get(f"/proposals/{made.pk}/").status_code == 200
    assert client.get(f"/proposals/{made.pk}/head/").status_code == 403
    for route in ("step/", "review/submit/", "running/amend/", "running/schedule/", "running/closure/"):
        data = {
            "step": "withdraw", "reason": "x", "round": "0", "kinds": ["budget"], "every": "6", "kind": "both", "days": "1",
            "days_final": "1", "question": "results", "done": "yes",
        }  # fmt: skip
        assert client.post(f"/proposals/{made.pk}/{route}", data).status_code == 403, route
    assert Record.objects.get(pk=made.pk).stage == "proposal"


def test_an_amendment_is_handed_in_from_the_review_page(ana: Any, client_for: Any) -> None:
    made = activated(owner=ana, office=ana.memberships.get().office)
    one = amendments.open_amendment(made, kinds=["budget"], reason="Prices", by=ana)
    client = client_for(ana)
    assert "Hand in amendment 1" in text(client.get(f"/proposals/{made.pk}/review/"))
    client.post(f"/proposals/{made.pk}/review/submit/", {"round": "0"})
    one.refresh_from_db()
    assert one.state == "review"
    assert Clearance.objects.get().subject == "amendment"


@pytest.mark.parametrize(
    ("address", "typed"),
    [
        ("review/submit/", {"round": "9" * 5000}),
        ("review/submit/", {"note": "a\x00b", "round": "0"}),
        ("text/rationale/elements/declare/", {"element": "²"}),
        ("text/rationale/save/", {"text": "a\x00b", "token": "a\x00b"}),
        ("step/", {"step": "withdraw", "reason": "a\x00b"}),
        ("matrix/import/" + "x" * 300 + "/", {}),
    ],
)
def test_what_no_form_sends_is_answered_all_the_same(
    ana: Any, client_for: Any, address: str, typed: dict[str, str]
) -> None:
    made = of(ana)
    assert client_for(ana).post(f"/proposals/{made.pk}/{address}", typed).status_code < 500


def test_a_key_that_no_database_has_room_for_is_not_found(ana: Any, client_for: Any) -> None:
    for address in ("proposals", "documents"):
        assert client_for(ana).get(f"/{address}/{10**23}/").status_code == 404


@pytest.mark.parametrize("stage", ["idea", "concept"])
def test_a_concept_note_is_asked_for_its_own_parts_only(ana: Any, client_for: Any, stage: str) -> None:
    note = proposal(owner=ana, office=ana.memberships.get().office, stage=stage)
    page = text(client_for(ana).get(f"/proposals/{note.pk}/review/"))
    assert "A concept note is not handed in by itself" in page
    assert "answered" not in page and "marker" not in page.split("<main")[1].split("</nav>")[-1].lower()
    overview = text(client_for(ana).get(f"/proposals/{note.pk}/"))
    far = overview[overview.index("How far it is") :]
    assert "Text" in far
    assert "Risks" not in far[: far.index("</section>")]
