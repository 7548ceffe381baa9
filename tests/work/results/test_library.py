"""The shipped library of standard indicators: complete, in step with the frameworks, and never in the way of an office's own."""

from __future__ import annotations

import pytest

from migov.foundation.frameworks.models import Element
from migov.work.results.library import load_indicators, shipped
from migov.work.results.models import AcrossPeriods, AcrossProjects, Dimension, Measure, StandardIndicator

pytestmark = pytest.mark.django_db


def test_every_shipped_indicator_is_complete_and_named_once() -> None:
    rows = shipped()
    assert len(rows) >= 40
    assert len({row["code"] for row in rows}) == len({row["title"] for row in rows}) == len(rows)
    for row in rows:
        assert row["definition"]
        assert row["unit"]
        assert row["measure"] in Measure.values
        assert row["across_periods"] in AcrossPeriods.values
        assert row["across_projects"] in set(AcrossProjects.values) - {""}
        assert row["method"]
        for framework, code in row["elements"]:
            assert Element.objects.filter(framework__code=framework, code=code).exists(), row["code"]


def test_loading_twice_adds_nothing_and_keeps_what_an_office_changed() -> None:
    assert load_indicators() == len(shipped())
    StandardIndicator.objects.filter(code="cash-assistance").update(title="Ours")
    assert load_indicators() == 0
    assert StandardIndicator.objects.get(code="cash-assistance").title == "Ours"
    assert StandardIndicator.objects.get(code="return-voluntary").elements.get().code == "21"


def test_indicators_of_people_come_with_what_they_are_told_apart_by() -> None:
    load_indicators()
    for one in StandardIndicator.objects.filter(counts_people=True):
        assert {"sex", "age"} <= {dimension.code for dimension in one.dimensions.all()}, one.code
    sex = Dimension.objects.get(code="sex")
    assert [code for code, _label in sex.values] == ["female", "male", "other"]
    sex.values = [["f", "Women"], ["m", "Men"]]
    sex.save()
    load_indicators()
    assert len(Dimension.objects.get(code="sex").values) == 2
