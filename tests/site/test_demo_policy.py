"""The requests of the demonstration: written once, at every point of their way, marked as illustrative."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from django.utils import timezone

from migov.foundation.people.models import Membership, OfficeKind
from migov.foundation.places.models import Place
from migov.foundation.records.models import JournalEntry, Record
from migov.services.files.models import Document
from migov.services.notices.models import Notice
from migov.site.demo.policy import PARTS, PEOPLE, write_policy, write_requests
from migov.site.demo.policy_texts import law_text, strategy_text, write_law, write_strategy
from migov.work.policy.instruments.shipped import load_instruments
from migov.work.policy.models import (
    Answer,
    AssistanceRequest,
    Hours,
    LegalText,
    Product,
    Release,
    Review,
    Row,
    RowProvision,
    TextVersion,
)
from migov.work.policy.review import queries
from migov.work.policy.texts.outline import outline
from tests.factories import OfficeFactory, UserFactory, country_office

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
PASSPORTS = "icrmw-21"


@pytest.fixture
def demo_people() -> None:
    tirana = country_office("tirana")
    tirana.place, tirana.kind = Place.objects.get(code="ALB"), OfficeKind.COUNTRY
    tirana.save()
    roles = {
        "victor": "focal-point", "elira": "developer", "ilinca": "policy", "katarina": "specialist", "davit": "specialist",
    }  # fmt: skip
    for name in PEOPLE:
        country = Place.objects.get(code="MDA") if name == "victor" else None
        user = UserFactory(username=name, country=country)
        Membership.objects.create(user=user, office=tirana if name == "elira" else OfficeFactory(), role=roles[name])


@pytest.fixture
def everybody(demo_people: None) -> None:
    """Also who endorses and who reads it second; instruments with their requirements."""
    Membership.objects.create(user=UserFactory(username="marija"), office=OfficeFactory(), role="policy")
    Membership.objects.create(user=UserFactory(username="annelies"), office=OfficeFactory(), role="endorser")
    load_instruments()


def test_requests_are_written_once(demo_people: None) -> None:
    assert write_requests(TODAY) == 7 == AssistanceRequest.objects.count()
    assert write_requests(TODAY) == 0
    states = set(AssistanceRequest.objects.values_list("state", flat=True))
    assert states == {"filed", "worked", "delivered", "closed", "planned", "declined"}
    assert not Record.objects.filter(kind="request", illustrative=False).exists()
    assert not Record.objects.filter(kind="document", illustrative=False).exists()
    assert Hours.objects.current().exists() and Product.objects.filter(handed_on__isnull=True).exists()
    assert Document.objects.get().name == "Letter to the office.txt"
    closed = AssistanceRequest.objects.get(state="closed")
    assert closed.score == 5 and closed.received_on < closed.delivered_on < closed.closed_on <= TODAY
    assert Notice.objects.exists() and not mail.outbox


def test_without_their_people_nothing_is_written() -> None:
    assert write_requests(TODAY) == 0


def test_the_draft_law_reads_as_a_law() -> None:
    first, second = outline(law_text(1)), outline(law_text(2))
    assert (len(first.articles()), len(second.articles())) == (40, 41)
    assert not first.doubts and not second.doubts
    assert "safekeeping" in law_text(1) and "safekeeping" not in law_text(2)


def test_a_draft_law_goes_the_whole_way_of_a_review(everybody: None, mailoutbox: list[object]) -> None:
    assert write_policy(today=timezone.localdate()) == {"requests": 7, "laws": 1, "strategies": 1}
    assert write_policy(today=timezone.localdate()) == dict.fromkeys(PARTS, 0)
    assert not mailoutbox
    assert LegalText.objects.count() == 2 and Review.objects.count() == 3
    text = LegalText.objects.get(kind="bill")
    assert text.request is not None and text.country is not None and text.country.code == "MDA"
    assert [one.state for one in TextVersion.objects.all()] == ["read"] * 3
    first, second = Review.objects.filter(version__text=text).order_by("pk")
    _is_released_and_answered(first)
    assert (second.state, second.record.visibility, second.previous) == ("judging", "internal", first)
    assert second.rows.filter(asked_again=True, judgement="").exclude(why_again="").count() >= 10
    assert second.rows.get(requirement__code=PASSPORTS).judgement == "full"
    _lie_in_the_past(first, second)


def _is_released_and_answered(review: Review) -> None:
    assert (review.state, review.record.visibility) == ("answered", "partners")
    assert review.rows.count() == 97 and not review.rows.filter(judgement="").exists()
    assert review.rows.exclude(wording="").count() >= 15
    # Every row that says something of the draft names where.
    named = RowProvision.objects.filter(row__review=review, state="confirmed").values("row")
    assert not review.rows.filter(judgement__in=["full", "partial", "contrary"]).exclude(pk__in=named).exists()
    kept = review.rows.get(requirement__code=PASSPORTS)
    assert kept.judgement == "contrary" and "safekeeping" in kept.comment and "shelter" in kept.internal
    release = Release.objects.get()
    assert Answer.objects.filter(row__release=release).count() == 9
    shown = str(queries.released(release))
    assert "safekeeping" in shown and "shelter" not in shown


def _lie_in_the_past(first: Review, second: Review) -> None:
    now = timezone.now()
    judged = [row.judged_at for row in Row.objects.filter(review=first) if row.judged_at]
    release, cleared = Release.objects.get(), first.submission
    assert cleared is not None
    assert first.record.created_at < min(judged) < max(judged) < cleared.at < release.at
    answers = Answer.objects.values_list("recorded_at", flat=True)
    added = second.version.added_at
    assert release.at < min(answers) <= max(answers) < added < second.record.created_at < now
    of_policy = JournalEntry.objects.filter(kind__in=["text", "review"])
    assert of_policy.exists() and not of_policy.filter(at__gte=now - timedelta(days=1)).exists()
    assert not Notice.objects.filter(record__kind="review", read_at__isnull=True).exists()
    assert not Record.objects.filter(kind__in=["text", "review", "document"], illustrative=False).exists()


def test_a_strategy_is_half_read_against_the_compact(everybody: None) -> None:
    assert "### Measure 16." in strategy_text() and "### Measure 17." not in strategy_text()
    assert write_strategy(TODAY) == 1
    review = Review.objects.get()
    assert review.state == "judging" and review.record.visibility == "internal"
    assert review.rows.count() == 23 and review.rows.filter(judgement="").count() == 8
    spots = queries.concordance(review)
    assert {one.judgement for one in spots.lines} == {"", "full", "partial", "none"}
    measure = review.rows.get(element__code="6").links.get(state="confirmed").provision
    assert measure.heading == "Measure 6. Fair and ethical recruitment"


def test_without_people_or_request_there_is_no_law(demo_people: None) -> None:
    assert write_law(TODAY) == 0
    write_requests(TODAY)
    assert write_law(TODAY) == 0  # nobody who endorses, no requirements
    assert not LegalText.objects.exists()
