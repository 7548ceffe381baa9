"""Sources and the day to which they speak."""

from __future__ import annotations

import pytest

from migov.foundation.partial_dates import attributed


@pytest.mark.parametrize(
    ("source", "as_of", "said"),
    [
        ("List of the secretariat", "2018-05", "List of the secretariat, as of May 2018"),
        ("List of the secretariat", "", "List of the secretariat"),
        ("Statement of the chair, 2017", "2017", "Statement of the chair, 2017"),
        ("Statement of the chair (2017).", "2017", "Statement of the chair (2017)."),
        ("Statement of the chair, 3 May 2017", "2017-05-03", "Statement of the chair, 3 May 2017"),
        ("Statement of 2017, printed 2019", "2017", "Statement of 2017, printed 2019, as of 2017"),
        ("Document 12017", "2017", "Document 12017, as of 2017"),
    ],
)
def test_the_day_is_said_once(source: str, as_of: str, said: str) -> None:
    assert attributed(source, as_of) == said
