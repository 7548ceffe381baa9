"""Which questions of an assessment are gaps, and why each is one."""

from __future__ import annotations

from decimal import Decimal

import pytest

from migov.foundation.people.models import User
from migov.insight.gaps.gaps import gaps_of
from migov.work.governance.models import Assessment
from tests.work.governance import making

pytestmark = pytest.mark.django_db
People = dict[str, User]


def test_what_falls_short_is_a_gap_the_weakest_first(assessed: Assessment, people: People) -> None:
    found = gaps_of(assessed, people["fatos"])
    assert [(gap.question.code, gap.score, gap.best) for gap in found.all] == [
        ("1-1", Decimal(0), Decimal(1)), ("1-2", Decimal("0.5"), Decimal(1)),
    ]  # fmt: skip
    assert (found.met, found.open, found.not_applicable) == (1, 1, 0)
    assert found.all[0].why == "“No”: agreed in validation"
    assert found.all[1].why == "“Partly”: both answer the same"
    assert found.all[0].full == "Yes"


def test_the_weakest_domain_comes_first(assessed: Assessment, people: People) -> None:
    making.answered(assessed, "2-2", "no")
    found = gaps_of(assessed, people["fatos"])
    assert [(domain.domain.code, domain.share) for domain in found.domains] == [
        ("1", Decimal("0.25")), ("2", Decimal("0.5")),
    ]  # fmt: skip


def test_where_the_sides_differ_the_lower_answer_counts_and_it_is_said(assessed: Assessment, people: People) -> None:
    making.answered(assessed, "2-2", "yes", side="government")
    making.answered(assessed, "2-2", "partly", side="office")
    gap = next(gap for gap in gaps_of(assessed, people["fatos"]).all if gap.question.code == "2-2")
    assert gap.score == Decimal("0.5")
    assert gap.why == "government “Yes”, office “Partly”: not settled, so the lower answer counts here"


def test_an_answer_of_one_side_is_provisional(assessed: Assessment, people: People) -> None:
    making.answered(assessed, "2-2", "no", side="office")
    gap = next(gap for gap in gaps_of(assessed, people["fatos"]).all if gap.question.code == "2-2")
    assert gap.why == "“No”: only the office has answered"


def test_what_does_not_apply_is_no_gap(assessed: Assessment, people: People) -> None:
    question = assessed.set.questions.get(code="2-2")
    question.options.create(code="na", label="Not applicable", score=None, order=9)
    making.answered(assessed, "2-2", "na")
    found = gaps_of(assessed, people["fatos"])
    assert (found.open, found.not_applicable, len(found.all)) == (0, 1, 2)
