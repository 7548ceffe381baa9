"""Which seats are asked for, who sits there, and keeping the rules."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from migov.foundation.people.models import Membership, Office, Theme
from migov.foundation.records.models import JournalEntry, Record
from migov.foundation.shell.formats import number
from migov.services.clearance import actions, rules
from migov.services.clearance.models import Delegation, Review, ReviewRule
from migov.services.clearance.subjects import Concerns, Refused
from tests.factories import OfficeFactory, PlaceFactory, person
from tests.services.clearance import desk

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def asked(concerns: Concerns, subject: str = "proposal") -> dict[str, str]:
    return {seat.seat: seat.because for seat in rules.needed(concerns, subject)}


def test_the_shipped_rules():
    assert asked(Concerns()) == {"Monitoring and evaluation": "always"}
    assert asked(Concerns(), "amendment") == {"Monitoring and evaluation": "always"}
    everything = asked(
        Concerns(
            themes=frozenset({"labour", "health"}), budget=Decimal(1_000_000),
            flags=frozenset({"regional", "legislation", "eu-funded"}),
        )
    )  # fmt: skip
    assert everything == {
        "Specialist, labour migration and human development": "theme: Labour migration and human development",
        "Specialist, migration health": "theme: Migration health",
        "Monitoring and evaluation": "always",
        "Policy": "it is carried out in several countries; it is linked with legislation",
        "Resource management": f"budget of {number(1_000_000)} USD or more",
        "EU compliance": "the European Union pays for it",
    }
    assert ReviewRule.objects.filter(why="").count() == 0


@pytest.mark.parametrize(
    ("donor", "found"),
    [
        ("EU", True),
        ("DG ECHO", True),
        ("European Commission", True),
        ("Eurasia Fund", False),
        ("Neueck AG", False),
        ("", False),
    ],
)
def test_a_donor_is_found_by_whole_words(donor, found):
    ReviewRule.objects.create(
        code="t-eu", subject="test-paper", seat="EU", role="management", donor="European Commission | ECHO | EU"
    )
    assert asked(Concerns(donors=("Norway", donor)), "test-paper") == ({"EU": f"donor: {donor}"} if found else {})


def test_every_condition_of_a_rule_has_to_hold(people):
    place = PlaceFactory(code="MDA")
    ReviewRule.objects.create(
        code="both", subject="test-paper", seat="Both", role="policy", place=place, flag="regional", at_least=100
    )
    for concerns in (
        Concerns(places=frozenset({"MDA"}), flags=frozenset({"regional"})),
        Concerns(places=frozenset({"MDA"}), budget=Decimal(100)),
        Concerns(flags=frozenset({"regional"}), budget=Decimal(99), places=frozenset({"MDA"})),
    ):
        assert asked(concerns, "test-paper") == {}
    assert list(
        asked(Concerns(places=frozenset({"MDA"}), flags=frozenset({"regional"}), budget=Decimal(100)), "test-paper")
    ) == ["Both"]


def test_loading_again_keeps_what_people_changed_and_renews_the_rest(people):
    mande, health = ReviewRule.objects.get(code="proposal-mande"), ReviewRule.objects.get(code="proposal-health")
    actions.change_rule(mande, days=9, by=people["emil"])
    actions.switch_rule(health, active=False, by=people["emil"])
    ReviewRule.objects.filter(code="proposal-labour").update(days=99)
    before = ReviewRule.objects.count()
    assert rules.load_rules() == before
    assert ReviewRule.objects.count() == before
    assert ReviewRule.objects.get(code="proposal-mande").days == 9
    assert not ReviewRule.objects.get(code="proposal-health").active
    assert ReviewRule.objects.get(code="proposal-labour").days == 5
    assert "Specialist, migration health" not in asked(Concerns(themes=frozenset({"health"})))


class TestWhoSits:
    def chosen(self, record: Record) -> list[str]:
        found = rules.explain(
            Concerns(themes=frozenset({"labour"})), "test-paper", record=record, authors=[record.owner]
        )
        return [str(seat.person) for seat in found]

    def test_a_specialist_needs_the_theme(self, record, people):
        person("specialist", username="gregor")
        assert self.chosen(record) == ["carla", "emil"]
        people["carla"].themes.clear()
        assert self.chosen(record) == ["None", "emil"]

    def test_who_has_fewer_open_reviews_is_asked_first(self, record, people):
        gregor = person("specialist", username="gregor")
        gregor.themes.add(Theme.objects.get(code="labour"))
        assert self.chosen(record) == ["carla", "emil"]
        desk.submit(record, people["ana"])
        assert self.chosen(record) == ["gregor", "emil"]

    def test_among_equals_who_was_asked_longest_ago(self, record, people):
        gregor = person("specialist", username="gregor")
        gregor.themes.add(Theme.objects.get(code="labour"))
        clearance = desk.submit(record, people["ana"]).clearance
        actions.take_back(clearance, reason="x", by=people["ana"])
        assert self.chosen(record) == ["gregor", "emil"]
        Review.objects.create(clearance=clearance, seat="x", reviewer=gregor, asked_at=timezone.now())
        assert self.chosen(record) == ["carla", "emil"]

    def test_never_an_author_nor_somebody_of_another_office_or_inactive(self, record, people):
        labour = Theme.objects.get(code="labour")
        person("specialist", Office.objects.get(code="tirana"), username="local").themes.add(labour)
        person("specialist", OfficeFactory(code="ro-other"), username="far").themes.add(labour)
        person("specialist", username="gone", is_active=False).themes.add(labour)
        past = person("specialist", username="past")
        past.themes.add(labour)
        Membership.objects.filter(user=past).update(valid_to=timezone.localdate() - timedelta(days=1))
        record.owner = people["carla"]
        assert self.chosen(record) == ["None", "emil"]

    def test_one_person_for_two_seats_gets_one_with_both_reasons(self, record, people):
        ReviewRule.objects.create(code="t-dear", subject="test-paper", seat="Money", role="mande", at_least=10, days=1)
        found = rules.explain(Concerns(budget=Decimal(10)), "test-paper", record=record)
        assert [(seat.seat, str(seat.person), seat.rules, seat.days) for seat in found] == [
            ("Money + M&E", "emil", ["t-dear", "t-mande"], 1)
        ]
        assert "always" in found[0].because

    def test_the_only_one_for_a_seat_is_not_spent_on_another(self, record, people):
        health = Theme.objects.get(code="health")
        gregor = person("specialist", username="gregor")
        gregor.themes.add(Theme.objects.get(code="labour"))
        people["carla"].themes.add(health)
        Review.objects.all().delete()
        ReviewRule.objects.create(
            code="t-health", subject="test-paper", seat="Health", role="specialist", theme=health, order=9
        )
        found = rules.explain(Concerns(themes=frozenset({"labour", "health"})), "test-paper", record=record)
        assert {seat.seat: str(seat.person) for seat in found} == {
            "Specialist": "gregor", "M&E": "emil", "Health": "carla",
        }  # fmt: skip

    def test_in_a_later_round_a_new_reason_goes_to_who_sits_there(self, clearance, record, people):
        ReviewRule.objects.create(code="t-dear", subject="test-paper", seat="Money", role="mande", at_least=10)
        Record.objects.filter(pk=record.pk).update(source="budget=20", summary="New.")
        desk.submit(record, people["ana"], seen_round=1)
        seat = desk.seat_of(clearance, people["emil"])
        assert clearance.reviews.count() == 2
        assert "always; budget of" in seat.because
        assert seat.rule.split() == ["t-mande", "t-dear"]

    def test_who_stands_in_for_the_absent_is_named(self, record, people):
        today = timezone.localdate()
        Delegation.objects.create(person=people["carla"], to=people["fatos"], starts=today, ends=today)
        found = rules.explain(Concerns(themes=frozenset({"labour"})), "test-paper", record=record)
        assert (str(found[0].person), str(found[0].stand_in)) == ("carla", "fatos")

    def test_the_number_of_queries_does_not_grow(self, record, django_assert_max_num_queries):
        labour = Theme.objects.get(code="labour")
        for _n in range(15):
            person("specialist").themes.add(labour)
        with django_assert_max_num_queries(9):
            rules.explain(Concerns(themes=frozenset({"labour"})), "test-paper", record=record)


class TestKeepingRules:
    def test_a_rule_is_added_changed_and_switched_and_journalled(self, people):
        emil = people["emil"]
        rule = actions.add_rule(code="own", subject="test-paper", seat="Gender", role="specialist", days=4, by=emil)
        actions.change_rule(rule, seat="Gender and inclusion", by=emil)
        actions.change_rule(rule, seat="Gender and inclusion", by=emil)
        actions.switch_rule(rule, active=False, by=emil)
        actions.switch_rule(rule, active=False, by=emil)
        verbs = list(
            JournalEntry.objects.filter(verb__startswith="review rule").order_by("pk").values_list("verb", flat=True)
        )
        assert verbs == ["review rule added", "review rule changed", "review rule switched off"]
        changed = JournalEntry.objects.get(verb="review rule changed").detail["changed"]
        assert changed == {"seat": ["Gender", "Gender and inclusion"]}

    def test_what_is_wrong_is_said_by_field(self, people):
        with pytest.raises(ValidationError) as wrong:
            actions.add_rule(code="own", subject="test-paper", seat="", role="cook", by=people["emil"])
        assert {"seat", "role"} <= set(wrong.value.message_dict)
        with pytest.raises(ValidationError, match="one working day"):
            actions.add_rule(code="own", subject="test-paper", seat="x", role="mande", days=0, by=people["emil"])
        with pytest.raises(Refused, match="Nothing is cleared as"):
            actions.add_rule(code="own", subject="cake", seat="x", role="mande", by=people["emil"])
        assert not ReviewRule.objects.filter(code="own").exists()

    def test_only_who_keeps_the_rules_changes_them(self, people):
        rule = ReviewRule.objects.create(code="r", subject="test-paper", seat="x", role="mande")
        for name in ("ana", "carla", "dora", "hana", "jan", "ion", "nobody"):
            with pytest.raises(PermissionDenied):
                actions.add_rule(code="own", subject="test-paper", seat="x", role="mande", by=people[name])
            with pytest.raises(PermissionDenied):
                actions.change_rule(rule, seat="y", by=people[name])
            with pytest.raises(PermissionDenied):
                actions.switch_rule(rule, active=False, by=people[name])
