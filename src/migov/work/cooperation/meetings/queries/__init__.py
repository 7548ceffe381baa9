"""Questions about meetings and commitments. What other rooms ask is named here."""

from migov.work.cooperation.meetings.queries.commitments import commitments_for
from migov.work.cooperation.meetings.queries.elsewhere import (
    commitments_of,
    commitments_of_mechanism,
    mine,
    of_country,
    of_mechanism,
)
from migov.work.cooperation.meetings.queries.register import meetings_for

__all__ = [
    "commitments_for",
    "commitments_of",
    "commitments_of_mechanism",
    "meetings_for",
    "mine",
    "of_country",
    "of_mechanism",
]
