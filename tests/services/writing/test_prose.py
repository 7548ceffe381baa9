"""The plain text of sections: paragraphs and lists, also as text that was copied from a document has them."""

from __future__ import annotations

import pytest

from migov.services.writing import prose


@pytest.mark.parametrize("bullet", ["- ", "-\t", "•\t", "• ", "·       ", "▪ "])
def test_lines_that_begin_with_a_bullet_are_items_of_a_list(bullet: str) -> None:
    first, second, third = prose.blocks(
        f"We ask States:\n{bullet}to license agencies\n{bullet}to inspect them\n\nThank you."
    )
    assert (first.kind, first.items) == ("paragraph", ("We ask States:",))
    assert (second.kind, second.items) == ("list", ("to license agencies", "to inspect them"))
    assert (third.kind, third.items) == ("paragraph", ("Thank you.",))


@pytest.mark.parametrize("line", ["-5 per cent of workers", "–– a dash", "2 - 3 days"])
def test_other_signs_make_no_list(line: str) -> None:
    (only,) = prose.blocks(line)
    assert (only.kind, only.items) == ("paragraph", (line,))
