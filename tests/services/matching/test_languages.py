"""Which language a text is in, as far as it matters: English is read, and so is the English part of a mixed text."""

from __future__ import annotations

import pytest

from migov.services.matching.texts import language_of


@pytest.mark.parametrize(
    "text",
    [
        "This activity shows details of the operations for 2024, with partners. Cette activité montre les détails des opérations en 2024.",
        "Нове дослідження. The study was made with partners from the region and for the ministry.",
        "SUPPORT TO RETURNEES IN GEORGIA",
    ],
)
def test_texts_with_an_english_part_are_read(text: str) -> None:
    assert language_of(text) == "en"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (
            "Das Vorhaben stärkt die Verwaltung und war von Anfang an auf die Rückkehr in die Gemeinden ausgerichtet.",
            "de",
        ),
        (
            "Het project is gericht op de opvang van asielzoekers en was in handen van de gemeente, of van het Rijk.",
            "nl",
        ),
        ("Programi mbështet kthimin dhe riintegrimin e qytetarëve shqiptarë në komunat e tyre të origjinës.", "sq"),
        ("Жоба босқындарға құқықтық көмек көрсетуге және оларды жұмысқа орналастыруға бағытталған.", "kk"),
    ],
)
def test_other_languages_are_not_taken_for_english(text: str, code: str) -> None:
    assert language_of(text) == code
