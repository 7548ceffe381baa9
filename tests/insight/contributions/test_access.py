"""Who sees which figures."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import QueryDict
from django.urls import reverse

from migov.foundation.frameworks.models import Framework
from migov.foundation.records.models import Visibility
from migov.insight.contributions.report import build_report
from migov.insight.contributions.scope import read_scope
from migov.work.projects.models import Organisation, OrganisationRole, Participation, Project
from tests.factories import cast, project
from tests.insight.contributions.conftest import align, ask, budget, row

pytestmark = pytest.mark.django_db

ADDRESSES = [
    reverse("contributions:index"),
    reverse("contributions:framework", args=["gcm"]),
    reverse("contributions:element", args=["gcm", "10"]),
    reverse("contributions:rows", args=["gcm"]) + "?figure=budget",
    reverse("contributions:chart", args=["gcm", "bar", "svg"]),
    reverse("contributions:download", args=["gcm", "json"]),
]


def fund(of: Project, name: str) -> Organisation:
    donor = Organisation.objects.create(name=name)
    Participation.objects.create(project=of, organisation=donor, role=OrganisationRole.FUNDING)
    return donor


@pytest.fixture
def shared(two_projects):
    """Two projects: Moldova's is shared with partners, the Balkan one is internal; a third is shared by both countries."""
    two_projects.a.record.visibility = Visibility.PARTNERS
    two_projects.a.record.save()
    both = project(places={"MDA": 40, "UKR": 60}, visibility=Visibility.PUBLIC)
    align(both, "10")
    budget(both, 2024, 1000)
    return two_projects


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_stranger_is_sent_to_sign_in(client, shared, address):
    response = client.get(address)
    assert response.status_code == 302
    assert "/accounts/login/" in response["Location"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_account_without_a_role_is_refused(client, shared, address):
    client.force_login(cast()["nobody"])
    assert client.get(address).status_code == 403


def test_a_focal_point_sees_its_own_country_and_its_part_of_the_money(shared):
    ion = cast()["ion"]
    for query in ("", "country=ALB", "subregion=SEE"):
        answer = ask(query, viewer=ion)
        assert row(answer, "10").budget == 60_000 + 40_000
        assert {answer.places[p].code for p in answer.total.countries} == {"MDA"}
        assert shared.b.pk not in answer.portfolio.projects


def test_a_reader_sees_public_projects_only(shared):
    assert row(ask(viewer=cast()["jan"]), "10").budget == 100_000


def test_staff_see_all(shared):
    people = cast()
    assert row(ask(viewer=people["ana"]), "10").budget == row(ask(viewer=people["hana"]), "10").budget == 170_000


def test_a_report_is_refused_to_an_outsider(shared):
    nobody = cast()["nobody"]
    scope = read_scope(Framework.objects.get(code="gcm"), QueryDict(), nobody)
    with pytest.raises(PermissionDenied):
        build_report(scope, nobody)


def test_charts_kept_for_one_person_are_not_given_to_another(client, shared):
    people = cast()
    address = reverse("contributions:chart", args=["gcm", "bar", "svg"])
    client.force_login(people["hana"])
    office = client.get(address).content
    client.force_login(people["ion"])
    assert client.get(address).content != office


def test_people_outside_are_not_told_the_donors_of_what_they_do_not_see(client, shared):
    people = cast()
    theirs, other = fund(shared.a, "Fund for Moldova"), fund(shared.b, "Fund for the Balkans")
    address = reverse("contributions:framework", args=["gcm"])
    client.force_login(people["ion"])
    page = client.get(address).content.decode()
    assert theirs.name in page
    assert other.name not in page
    assert client.get(address, {"donor": theirs.pk}).status_code == 200
    refused = client.get(address, {"donor": other.pk})
    assert refused.status_code == 400
    assert other.name not in refused.content.decode()
    client.force_login(people["hana"])
    assert other.name in client.get(address).content.decode()


@pytest.mark.parametrize(
    "query", ["from=²", "to=١٢٣٤", "donor=²", "donor=99999999999999999999", "from=02020", "country=MDA%00"]
)
def test_digits_that_are_no_number_are_told_beside_the_field(client, shared, query):
    client.force_login(cast()["hana"])
    answer = client.get(reverse("contributions:framework", args=["gcm"]) + f"?{query}")
    assert answer.status_code == 400
