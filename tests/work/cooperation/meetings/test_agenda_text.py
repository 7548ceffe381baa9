"""Agendas as people paste them, read into items."""

from __future__ import annotations

import pytest

from migov.work.cooperation.meetings.agenda_text import MOST_ITEMS, Line, read


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("1. Opening\n2. Adoption of the agenda", [Line("Opening", "1"), Line("Adoption of the agenda", "2")]),
        ("09:00 – 09:30 Registration\n9.30-10.00: Opening", [
            Line("Registration", "", "09:00 – 09:30"), Line("Opening", "", "9.30-10.00"),
        ]),
        ("1.\t10:00–10:45\tLabour mobility", [Line("Labour mobility", "1", "10:00–10:45")]),
        ("10:00 | 2) Return", [Line("Return", "2", "10:00")]),
        ("1.1 First part\n2.10 Tenth part", [Line("First part", "1.1"), Line("Tenth part", "2.10")]),
        ("Session II: Return\nAgenda item 3 – Visas", [Line("Return", "II"), Line("Visas", "3")]),
        ("• Welcome\n- Tour de table", [Line("Welcome"), Line("Tour de table")]),
        ("Opening\nClosing", [Line("Opening"), Line("Closing")]),
        ("Agenda of the meeting\n1. Opening\nby the Chair\nand the host\n2. Closing", [
            Line("Opening", "1", "", "by the Chair\nand the host"), Line("Closing", "2"),
        ]),
        ("10:00\nOpening of the meeting\n11:00\nCoffee", [
            Line("Opening of the meeting", "", "10:00"), Line("Coffee", "", "11:00"),
        ]),
        ("3 pm to 4 pm Panel", [Line("Panel", "", "3 pm to 4 pm")]),
        ("1. 20 years of the Process\n2. 2030 Agenda", [Line("20 years of the Process", "1"), Line("2030 Agenda", "2")]),
        ("I. Opening\nIV. Closing", [Line("Opening", "I"), Line("Closing", "IV")]),
        ("", []),
        (" \n\t\n", []),
    ],
)  # fmt: skip
def test_an_agenda_is_read(text: str, items: list[Line]) -> None:
    assert read(text) == items


def test_what_is_too_long_is_kept_in_the_note_and_too_many_are_not_read() -> None:
    (long,) = read(f"1. {'word ' * 100}")
    assert len(long.title) == 300 and (long.title + long.note).replace(" ", "") == "word" * 100
    assert len(read("\n".join(f"{number}. Item" for number in range(1, 99)) * 4)) == MOST_ITEMS
