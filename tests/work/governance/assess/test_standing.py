"""Which answer to a question stands: the rule, case by case."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from migov.work.governance.assess.standing import How, standing
from migov.work.governance.models import Answer, Option

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
YES, NO = Option(pk=1, code="yes", label="Yes"), Option(pk=2, code="no", label="No")


def said(option: Option | None, *, minutes: int = 0, disputed: bool = False, note: str = "") -> Answer:
    return Answer(option=option, note=note, disputed=disputed, recorded_at=NOON + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("government", "office", "agreed", "how", "option"),
    [
        (None, None, None, How.OPEN, None),
        (said(None, note="We do not know"), None, None, How.OPEN, None),
        (said(YES), None, None, How.ONE, YES),
        (None, said(NO), None, How.ONE, NO),
        (said(YES), said(YES), None, How.SAME, YES),
        (said(YES), said(NO), None, How.DIFFERS, None),
        (said(YES), said(NO), said(NO, minutes=5), How.AGREED, NO),
        (None, None, said(YES), How.AGREED, YES),
        (said(YES), said(NO), said(None, disputed=True, minutes=5), How.DISPUTED, None),
        (said(YES), said(NO), said(NO, disputed=True, minutes=5), How.DISPUTED, NO),
        (said(YES), said(NO), said(None, minutes=5), How.DIFFERS, None),
        (said(YES), said(None), None, How.ONE, YES),
    ],
)
def test_what_stands(
    government: Answer | None, office: Answer | None, agreed: Answer | None, how: How, option: Option | None
) -> None:
    found = standing(government, office, agreed)
    assert (found.how, found.option) == (how, option)


def test_an_answer_that_changed_after_it_was_agreed_is_looked_at_again() -> None:
    found = standing(said(NO, minutes=9), said(YES), said(YES, minutes=5))
    assert (found.option, found.since, found.settled) == (YES, True, False)
    assert standing(said(YES, minutes=9), said(NO), said(YES, minutes=5)).settled


def test_settled_is_what_can_be_handed_in() -> None:
    assert standing(said(YES), said(YES), None).settled
    assert standing(said(YES), said(NO), said(None, disputed=True)).settled
    assert not standing(said(YES), None, None).settled
    assert not standing(None, None, None).settled
