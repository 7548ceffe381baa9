"""What the portfolio is asked for: read from the address, checked, written back."""

import pytest
from django.http import QueryDict

from migov.foundation.people.access import SYSTEM
from migov.foundation.records.models import RecordTheme
from migov.services.alignment.models import Alignment, Origin, Status
from migov.work.projects.filters import BadFilter, PortfolioFilter, read_filter
from migov.work.projects.models import Organisation, Participation
from migov.work.projects.queries import matching
from tests.factories import OfficeFactory, PlaceFactory, ThemeFactory, cast, country_office, element, project, result

pytestmark = pytest.mark.django_db


def read(query):
    return read_filter(QueryDict(query), SYSTEM)


def titles(query, user=None):
    found = matching(read(query), user or cast()["kim"])
    return sorted(found.values_list("title", flat=True))


@pytest.fixture
def kim(people):
    return people["kim"]


class TestReading:
    def test_an_empty_query_asks_for_everything(self):
        assert read("q=&country=&from=&stage=") == PortfolioFilter()
        assert not read("")

    def test_reading_what_was_written_gives_the_same_filter(self):
        OfficeFactory(code="ro-vienna")
        ThemeFactory(code="protection")
        donor = Organisation.objects.create(name="Government of Norway")
        Participation.objects.create(project=project(), organisation=donor, role="1")
        element("10", "gcm")
        query = (
            "q=victims+of&country=ALB&country=SRB&subregion=SEE&office=ro-vienna&stage=active&stage=closed"
            f"&theme=protection&donor={donor.pk}&element=gcm:10&from=2023&to=2025&illustrative=no"
        )
        found = read(query)
        assert read(found.to_query()) == found
        assert [place.code for place in found.countries] == ["ALB", "SRB"]
        assert (found.from_year, found.to_year, found.illustrative) == (2023, 2025, False)

    @pytest.mark.parametrize(
        ("query", "field"),
        [
            ("country=ZZZ", "country"),
            ("country=ALB&country=Q%00Q", "country"),
            ("subregion=MOON", "subregion"),
            ("office=nowhere", "office"),
            ("stage=sleeping", "stage"),
            ("theme=cooking", "theme"),
            ("donor=999999", "donor"),
            ("donor=abc", "donor"),
            ("donor=99999999999999999999999", "donor"),
            ("donor=%C2%B2", "donor"),
            ("element=gcm", "element"),
            ("element=gcm:99", "element"),
            ("element=nothing:1", "element"),
            ("from=20x", "from"),
            ("from=1066", "from"),
            ("to=%D9%A2%D9%A0%D9%A2%D9%A5", "to"),
            ("from=2025&to=2023", "to"),
            ("illustrative=maybe", "illustrative"),
            ("colour=blue", "colour"),
            (f"q={'x' * 300}", "q"),
            ("q=a%00b", "q"),
        ],
    )
    def test_what_cannot_be_used_is_reported_beside_its_field(self, query, field):
        with pytest.raises(BadFilter) as told:
            read(query)
        assert list(told.value.errors) == [field]
        assert told.value.errors[field]

    def test_the_readable_part_of_a_bad_filter_is_kept(self):
        with pytest.raises(BadFilter) as told:
            read("country=ALB&from=x")
        assert [place.code for place in told.value.filter.countries] == ["ALB"]


class TestChips:
    def test_each_condition_can_be_removed_by_itself(self):
        found = read("country=ALB&country=SRB&from=2023")
        chips = found.chips()
        assert [chip.words for chip in chips] == ["Albania", "Serbia", "2023"]
        assert [chip.without for chip in chips] == [
            "country=SRB&from=2023", "country=ALB&from=2023", "country=ALB&country=SRB",
        ]  # fmt: skip

    def test_the_filter_in_one_line(self):
        assert read("stage=active&q=law").words() == "Words: “law”; Stage: active"
        assert PortfolioFilter().words() == "all projects"


class TestMatching:
    def test_every_word_must_appear_in_title_reference_or_summary(self, kim):
        project(title="Return and reintegration", summary="Help for families")
        project(title="Reintegration of children")
        assert titles("q=reintegration families", kim) == ["Return and reintegration"]
        assert titles("q=REINTEGRATION", kim) == ["Reintegration of children", "Return and reintegration"]

    def test_wildcards_are_plain_characters(self, kim):
        project(title="All of it")
        assert titles("q=%25", kim) == []

    def test_countries_widen_and_a_project_in_two_appears_once(self, kim):
        project(title="both", places={"ALB": 50, "SRB": 50})
        project(title="one", places={"SRB": 100})
        project(title="elsewhere", places={"UKR": 100})
        assert titles("country=ALB&country=SRB", kim) == ["both", "one"]

    def test_a_place_that_has_been_superseded_does_not_count(self, kim):
        moved = project(title="moved", places={"ALB": 100})
        moved.record.places.supersede()
        assert titles("country=ALB", kim) == []

    def test_a_sub_region_holds_its_countries(self, kim):
        project(title="in", places={"ALB": 100})
        project(title="out", places={"UKR": 100})
        assert titles("subregion=SEE", kim) == ["in"]

    def test_an_office_holds_the_offices_below_it(self, kim):
        tirana = country_office("tirana")
        project(title="below", office=tirana)
        project(title="regional", office=OfficeFactory())
        assert titles("office=ro-vienna", kim) == ["below", "regional"]
        assert titles("office=tirana", kim) == ["below"]

    def test_stages_and_themes(self, kim):
        theme = ThemeFactory(code="protection")
        themed = project(title="themed", stage="closed")
        RecordTheme.objects.create(record=themed.record, theme=theme)
        project(title="plain", stage="active")
        assert titles("stage=closed&stage=active", kim) == ["plain", "themed"]
        assert titles("stage=active", kim) == ["plain"]
        assert titles("theme=protection", kim) == ["themed"]

    def test_a_donor_is_an_organisation_that_funds(self, kim):
        donor = Organisation.objects.create(name="Government of Norway")
        Participation.objects.create(project=project(title="funded"), organisation=donor, role="1")
        Participation.objects.create(project=project(title="implemented"), organisation=donor, role="4")
        assert titles(f"donor={donor.pk}", kim) == ["funded"]

    def test_years_keep_projects_whose_dates_overlap(self, kim):
        from datetime import date

        project(title="early", starts=date(2019, 1, 1), ends=date(2020, 12, 31))
        project(title="late", starts=date(2024, 6, 1), ends=date(2026, 5, 31))
        project(title="open", starts=date(2018, 1, 1), ends=None)
        assert titles("from=2021", kim) == ["late", "open"]
        assert titles("to=2020", kim) == ["early", "open"]
        assert titles("from=2020&to=2024", kim) == ["early", "late", "open"]

    def test_illustrative_projects_alone_or_left_out(self, kim):
        project(title="real")
        project(title="written", illustrative=True)
        assert titles("illustrative=yes", kim) == ["written"]
        assert titles("illustrative=no", kim) == ["real"]


class TestElements:
    def align(self, record, to, status=Status.CONFIRMED):
        return Alignment.objects.create(record=record, element=to, origin=Origin.DECLARED, status=status)

    def test_confirmed_alignment_of_the_project_or_a_result_with_the_element_or_one_under_it(self, kim):
        goal, target = element("16", "sdg"), element("16.2", "sdg")
        self.align(project(title="direct").record, goal)
        self.align(project(title="under").record, target)
        by_result = project(title="by result")
        self.align(result(by_result).record, target)
        self.align(project(title="proposed").record, goal, Status.PROPOSED)
        self.align(project(title="rejected").record, goal, Status.REJECTED)
        self.align(project(title="other").record, element("5", "sdg"))
        assert titles("element=sdg:16", kim) == ["by result", "direct", "under"]
        assert titles("element=sdg:16.2", kim) == ["by result", "under"]

    def test_a_superseded_alignment_does_not_count(self, kim):
        gone = self.align(project(title="gone").record, element("10", "gcm"))
        Alignment.objects.filter(pk=gone.pk).supersede()
        assert titles("element=gcm:10", kim) == []


class TestSight:
    def test_each_sees_what_the_rule_of_access_says(self, people):
        tirana = people["ana"].standing[0].office
        project(title="public", visibility="public", places={"MDA": 100})
        project(title="internal", places={"MDA": 100})
        project(title="own office", visibility="office", office=tirana)
        seen = {name: titles("", people[name]) for name in ("kim", "ana", "boris", "ion", "jan", "nobody")}
        assert seen == {
            "kim": ["internal", "own office", "public"],
            "ana": ["internal", "own office", "public"],
            "boris": ["internal", "public"],
            "ion": ["public"],
            "jan": ["public"],
            "nobody": [],
        }

    def test_a_withdrawn_project_is_not_in_the_register(self, kim):
        from django.utils import timezone

        project(title="gone", removed_at=timezone.now())
        assert titles("", kim) == []

    def test_results_are_not_projects(self, kim):
        result(project(title="one"))
        assert titles("", kim) == ["one"]


def test_a_place_in_no_sub_region_can_be_asked_for(kim):
    PlaceFactory(code="AFG")
    project(title="there", places={"AFG": 100})
    assert titles("country=AFG", kim) == ["there"]


def test_an_outsider_is_not_told_of_donors_of_projects_they_do_not_see():
    people = cast()
    hidden = Organisation.objects.create(name="Quiet donor")
    Participation.objects.create(project=project(places={"ALB": 100}), organisation=hidden, role="1")
    assert read_filter(QueryDict(f"donor={hidden.pk}"), people["ana"]).donor == hidden
    for outsider in ("ion", "jan"):
        with pytest.raises(BadFilter):
            read_filter(QueryDict(f"donor={hidden.pk}"), people[outsider])
