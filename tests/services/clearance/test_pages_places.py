"""How a round is laid out for reading: paragraphs, lists, quoted words, and tables that fit."""

from __future__ import annotations

from migov.services.clearance.content import Content, Heading, Line, Rows
from migov.services.clearance.templatetags.clearance import pieces, runs
from migov.services.clearance.views_places import Run, blocks, parts
from migov.services.clearance.wording import differences


def said(found) -> list[tuple[bool, list[str]]]:
    return [(block.is_list, ["".join(run.text for run in item) for item in block.items]) for block in found]


def test_a_text_is_paragraphs_and_lists():
    text = "One line\nand its second.\n\nThese:\n- first\n- second\n\nLast."
    assert said(blocks(text)) == [
        (False, ["One line\nand its second."]), (False, ["These:"]), (True, ["- first", "- second"]), (False, ["Last."]),
    ]  # fmt: skip
    assert blocks("") == []


def test_quoted_words_are_marked_once_also_over_paragraphs():
    found = blocks("Migrants return.\n\nThey find work.", [("return.\n\nThey", 7), ("They find", 8), ("not there", 9)])
    assert [block.items[0] for block in found] == [
        (Run("Migrants "), Run("return.", 7)), (Run("They", 7), Run(" find work.")),
    ]  # fmt: skip


def test_a_wide_table_keeps_the_short_columns_and_puts_the_long_ones_under_the_name():
    keys = ["no", "title", "unit", "what", "source", "a", "b", "c", "empty"]
    headings = [Heading(key, key.title()) for key in keys]
    long = "a long explanation of what is counted and how"
    values = {
        "no": "1",
        "title": "People who are referred",
        "unit": "people",
        "what": long,
        "source": long,
        "a": "1",
        "b": "2",
        "c": "3",
    }
    line = Line("indicator:1", "indicator 1", values)
    other = Line("indicator:2", "indicator 2", {"no": "2", "title": "Officers who pass the test"})
    (part,), rest = parts(Content("Work", (Rows("matrix", "Matrix", headings, [line, other]),)), [], {})
    assert [heading.key for heading in part.headings] == ["no", "title", "unit", "a", "b", "c"]
    assert part.label == "title" and not rest
    assert [cell.heading.key for cell in part.lines[0].details] == ["what", "source"]
    assert part.lines[1].details == []


def test_what_people_wrote_is_never_markup():
    assert "<script>" not in runs([Run("<script>x</script>"), Run("<b>", 3)])
    shown = pieces(differences("say <i>this</i>", "say <i>that</i>"))
    assert "<i>" not in shown and "&lt;i&gt;" in shown
