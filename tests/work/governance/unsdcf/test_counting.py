"""The coverage is counted as it is explained; hints come from words; the region has eighteen programme countries."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from migov.foundation.people.models import User
from migov.foundation.places.models import Place
from migov.services.notices.models import Notice
from migov.work.governance.models import PartElement, Uptake
from migov.work.governance.unsdcf import queries, reminders
from migov.work.governance.unsdcf.hints import hint
from migov.work.governance.unsdcf.programme import programme, programme_countries
from migov.work.governance.unsdcf.queries.counting import Count
from migov.work.governance.unsdcf.queries.register import Asked, matching, region
from tests.factories import element
from tests.work.governance.unsdcf.making import judged, part, structured, unsdcf

People = dict[str, User]


@pytest.mark.parametrize(
    ("presences", "share"),
    [
        (["named", "implied", "absent"], 0.5),
        (["named", "na", None, None], 1.0),
        (["absent", None], 0.0),
        (["implied"], 0.5),
        (["na"], None),
        ([None, None], None),
        ([], None),
    ],
)
def test_coverage_leaves_out_what_is_not_concerned_or_not_judged(
    presences: list[str | None], share: float | None
) -> None:
    assert Count.of(presences).share == share


def test_unjudged_is_never_counted_as_absent() -> None:
    count = Count.of(["named", None, None])
    assert (count.absent, count.judged, count.total, count.complete) == (0, 1, 3, False)


@pytest.mark.django_db
def test_coverage_of_a_framework_with_its_breakdowns(people: People) -> None:
    made, found = structured()
    judged(found["1.1"], "named", groups=["migrants", "refugees"])
    judged(found["1.2"], "implied", groups=["migrants"], wording="Name migrants")
    judged(found["1.1.1"], "absent")
    PartElement.objects.create(part=found["1.1"], element=element("15"), state="confirmed")
    PartElement.objects.create(part=found["1.2"], element=element("6"), state="proposed")
    counted = queries.coverage(made)
    assert counted.share == 0.75
    assert (counted.outcomes.judged, counted.outcomes.total, counted.outputs.absent) == (2, 3, 1)
    assert [(one.number if one else "", count.share) for one, count in counted.by_priority] == [
        ("1", 0.75),
        ("2", None),
    ]
    assert [(code, number) for code, _label, number in counted.by_group] == [("migrants", 2), ("refugees", 1)]
    assert [(str(one), number) for one, number in counted.by_element] == [("GCM 15", 1)]
    assert (counted.taken.total, counted.taken.unsent) == (1, 1)


@pytest.mark.django_db
def test_outcomes_under_no_priority_are_counted_too() -> None:
    made = unsdcf()
    judged(part(made, "outcome", "1", "All are well"), "absent")
    counted = queries.coverage(made)
    assert [(one, count.share) for one, count in counted.by_priority] == [(None, 0.0)]


@pytest.mark.django_db
def test_coverage_costs_the_same_for_many_parts(django_assert_max_num_queries) -> None:
    made, found = structured()
    for number in range(30):
        judged(part(made, "outcome", f"1.{number + 3}", f"Outcome number {number}", found["1"]), "named")
    with django_assert_max_num_queries(4):
        assert queries.coverage(made).outcomes.named == 30


@pytest.mark.django_db
def test_the_region_has_eighteen_programme_countries_each_with_its_latest(
    people: People, django_assert_max_num_queries
) -> None:
    assert len(programme_countries()) == 18
    assert {"ISR", "RUS"}.isdisjoint(programme().codes)
    unsdcf("MDA", 2018, 2022)
    made, found = structured()
    row = judged(found["1.1"], "absent", wording="Name migrants")
    Uptake.objects.create(judgement=row, taken="yes", day=date(2026, 1, 1))
    Uptake.objects.create(judgement=row, taken="sent", day=date(2025, 1, 1), superseded_at=timezone.now())
    people["fatos"].standing  # noqa: B018  (the roles are read once)
    with django_assert_max_num_queries(8):
        lines = region(people["fatos"])
    moldova = next(line for line in lines if line.place.code == "MDA")
    assert moldova.framework == made
    assert (moldova.outcomes.judged, moldova.outcomes.total, moldova.taken.total, moldova.taken.up) == (1, 3, 1, 1)
    assert sum(line.framework is None for line in lines) == 17


@pytest.mark.django_db
def test_the_frameworks_of_a_country_are_for_colleagues(people: People) -> None:
    structured()
    unsdcf("MDA", 2018, 2022)
    place = Place.objects.get(code="MDA")
    assert [line.period for line in queries.of_country(place, people["fatos"])] == ["2023–2027", "2018–2022"]
    assert queries.of_country(place, people["ion"]) == []
    assert queries.of_country(place, people["jan"]) == []


@pytest.mark.django_db
def test_a_framework_kept_to_another_office_is_not_seen(people: People) -> None:
    from tests.factories import country_office

    made = unsdcf(visibility="office", office=country_office("tirana"))
    assert list(matching(Asked(), people["ana"])) == [made]
    assert list(matching(Asked(), people["boris"])) == []
    assert list(matching(Asked(), people["fatos"])) == [made]


@pytest.mark.parametrize(
    ("text", "presence", "groups"),
    [
        ("Migrant workers and returnees find decent work", "named", ("migrant-workers", "returnees")),
        ("People who are left behind are safe", "implied", ()),
        ("Rivers are clean", "", ()),
        ("Internally displaced persons and host communities", "named", ("idps", "host-communities")),
    ],
)
def test_a_hint_comes_from_words(text: str, presence: str, groups: tuple[str, ...]) -> None:
    found = hint(text)
    assert (found.presence, found.groups) == (presence, groups)
    assert all(0 <= start < end <= len(text) for start, end in found.marks)


@pytest.mark.django_db
def test_a_wording_without_an_answer_is_remembered_once(people: People) -> None:
    _made, found = structured(owner=people["fatos"])
    row = judged(found["1.1"], "absent", wording="Name migrants", by=people["carla"])
    Uptake.objects.create(judgement=row, taken="sent", day=date(2026, 9, 1))
    assert reminders.remind(date(2026, 10, 1)) == {}
    assert reminders.remind(date(2026, 11, 23)) == {"wordings without an answer": 1}
    assert reminders.remind(date(2026, 11, 24)) == {}
    notice = Notice.objects.get()
    assert (notice.person, "has no answer" in notice.title) == (people["fatos"], True)


@pytest.mark.django_db
def test_wordings_wait_to_be_sent_while_a_framework_is_drafted(people: People) -> None:
    _made, found = structured(owner=people["fatos"], status="drafting")
    old = timezone.now() - timedelta(days=20)
    judged(found["1.1"], "absent", wording="Name migrants", recorded_at=old)
    assert reminders.remind(timezone.localdate()) == {"wordings to send": 1}
