"""Comparing two versions: texts by word, rows by anchor, sums, and how earlier remarks were met."""

from __future__ import annotations

import random
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migov.services.clearance import actions
from migov.services.clearance.comparison import compare
from migov.services.clearance.content import Content, Heading, Line, Rows, Text, as_json, from_json, words_at
from migov.services.clearance.queries import changes
from migov.services.clearance.wording import differences, earlier, later
from tests.services.clearance import desk

HEADINGS = [Heading("what", "What"), Heading("amount", "Amount", "money", "EUR"), Heading("unit", "Unit")]
WORDS = st.text(alphabet=st.sampled_from("ab .\n\té–"), max_size=60)


def line(key: str, amount: int = 1, depth: int = 0, **values: object) -> Line:
    return Line(f"cost:{key}", f"Cost {key}", {"what": f"Cost {key}", "amount": Decimal(amount), **values}, depth)


def budget(*lines: Line, anchor: str = "budget") -> Rows:
    return Rows(anchor, "Budget", HEADINGS, lines)


def work(*parts: Text | Rows, title: str = "Work") -> Content:
    return Content(title, parts)


LINES = st.lists(st.sampled_from("abcdefgh"), unique=True).flatmap(
    lambda keys: st.tuples(*(st.builds(line, st.just(key), st.integers(0, 3)) for key in keys))
)
CONTENTS = st.builds(
    lambda text, lines, title: work(Text("section:a", "A", text), budget(*lines), title=title),
    WORDS,
    LINES,
    st.sampled_from("XY"),
)


@given(WORDS, WORDS)
def test_the_spans_give_back_both_texts(before: str, after: str) -> None:
    spans = differences(before, after)
    assert (earlier(spans), later(spans)) == (before, after)
    assert all(span.text for span in spans)
    assert all(one.kind != two.kind for one, two in pairwise(spans))


@given(CONTENTS)
def test_a_version_compared_with_itself_is_empty(content: Content) -> None:
    assert compare(content, content).empty
    assert compare(content, from_json(as_json(content))).empty


@given(LINES, st.randoms(use_true_random=False))
def test_order_matters_only_as_moved(lines: tuple[Line, ...], chance: random.Random) -> None:
    shuffled = list(lines)
    chance.shuffle(shuffled)
    found = compare(work(budget(*lines)), work(budget(*shuffled)))
    assert all(change.state == "same" and change.moved for part in found.parts for change in part.lines)
    moved = {change.anchor for part in found.parts for change in part.lines}
    rest = [one.anchor for one in lines if one.anchor not in moved]
    assert rest == [one.anchor for one in shuffled if one.anchor not in moved]
    assert not any(part.sums for part in found.parts)


@given(CONTENTS, CONTENTS)
@settings(max_examples=60)
def test_what_was_added_one_way_was_removed_the_other(one: Content, two: Content) -> None:
    there, back = compare(one, two), compare(two, one)
    swapped = {"added": "removed", "removed": "added", "changed": "changed", "same": "same"}
    lines, lines_back = (
        {change.anchor: change.state for part in found.parts for change in part.lines if change.state != "same"}
        for found in (there, back)
    )
    assert {anchor: swapped[state] for anchor, state in lines.items()} == lines_back


def test_a_word_that_was_replaced() -> None:
    spans = differences("We help 200 people to work.", "We help 300 people to work.")
    assert [(span.kind, span.text) for span in spans] == [
        ("same", "We help "), ("out", "200 "), ("in", "300 "), ("same", "people to work."),
    ]  # fmt: skip


def test_rows_added_removed_changed_and_what_else_stayed() -> None:
    before = work(Text("section:a", "A", "Same."), budget(line("a"), line("b", 5), line("c")))
    after = work(Text("section:a", "A", "Same."), budget(line("a"), line("b", 7, unit="day"), line("d", 2)))
    found = compare(before, after)
    (part,) = found.parts
    assert found.unchanged == ("A",)
    assert {change.anchor: change.state for change in part.lines} == {
        "cost:b": "changed", "cost:c": "removed", "cost:d": "added",
    }  # fmt: skip
    values = {value.heading.key: (value.before, value.after) for change in part.lines for value in change.values}
    assert values == {"amount": (Decimal(5), Decimal(7)), "unit": (None, "day")}
    (total,) = part.sums
    assert (total.before, total.after, total.difference) == (Decimal(7), Decimal(10), Decimal(3))
    assert (part.count("added"), part.count("removed"), part.count("changed"), part.moved) == (1, 1, 1, 0)


def test_sums_leave_out_rows_that_are_sums_themselves() -> None:
    before = work(
        budget(line("head", 3), line("a", 1, 1), line("b", 2, 1), Line("sum:all", "Total", {"amount": Decimal(3)}))
    )
    after = work(
        budget(line("head", 5), line("a", 3, 1), line("b", 2, 1), Line("sum:all", "Total", {"amount": Decimal(5)}))
    )
    (total,) = compare(before, after).parts[0].sums
    assert (total.before, total.after) == (Decimal(3), Decimal(5))


def test_5_and_5_00_say_the_same() -> None:
    assert compare(work(budget(line("a", 5))), work(budget(line("a", Decimal("5.00"))))).empty  # type: ignore[arg-type]


def test_a_row_that_went_to_another_table_or_depth_has_moved() -> None:
    first, second = budget(line("a"), line("b")), budget(line("c"), anchor="more")
    found = compare(work(first, second), work(budget(line("a")), budget(line("c"), line("b"), anchor="more")))
    assert [(change.anchor, change.state, change.moved) for part in found.parts for change in part.lines] == [
        ("cost:b", "same", True)
    ]
    (part,) = compare(work(first), work(budget(line("a"), line("b", 1, 1)))).parts
    assert [(change.anchor, change.moved) for change in part.lines] == [("cost:b", True)]


def test_parts_that_came_and_went_and_a_new_title() -> None:
    found = compare(
        work(Text("section:a", "A", "One."), Text("section:b", "B", "Two.")),
        work(Text("section:c", "C", "Three."), Text("section:b", "B", "Two."), title="Other"),
    )
    assert [(part.anchor, part.state) for part in found.parts] == [("section:a", "removed"), ("section:c", "added")]
    assert found.unchanged == ("B",)
    assert [span.kind for span in found.title] == ["out", "in"]


@pytest.mark.parametrize("share", [0.02, 0.3, 1.0])
def test_five_thousand_words_are_compared_and_nothing_is_lost(share: float) -> None:
    chance = random.Random(7)
    words = [f"w{int(chance.paretovariate(0.7)) % 3000}" for _ in range(5000)]
    words = [word + (".\n\n" if n % 120 == 119 else ".") if n % 15 == 14 else word for n, word in enumerate(words)]
    other = [f"v{n}" if chance.random() < share / 2 else word for n, word in enumerate(words)]
    if share == 1.0:
        chance.shuffle(other)
    before, after = " ".join(words), " ".join(other)
    spans = differences(before, after)
    assert (earlier(spans), later(spans)) == (before, after)


def test_words_at_a_place() -> None:
    content = work(Text("section:a", "A", "Words."), budget(line("a", 5), line("b")))
    assert words_at(content, "section:a") == "Words."
    assert words_at(content, "cost:a") == "Cost a\n5"
    assert "Cost b" in words_at(content, "budget")
    assert words_at(content, "nowhere") == ""
    assert words_at(replace(content, parts=()), "budget") == ""


@pytest.mark.django_db
@pytest.mark.database
def test_how_earlier_remarks_were_met(clearance, record, people):
    carla = people["carla"]
    actions.comment(clearance, round=1, anchor="section:summary", body="How many?", by=carla)
    answered = actions.comment(clearance, round=1, anchor="cost:0", body="Dear.", by=carla)
    gone = actions.comment(clearance, round=1, anchor="cost:1", body="Why?", by=carla)
    withdrawn = actions.comment(clearance, round=1, anchor="budget", body="Hm.", by=carla)
    actions.reply(answered, body="It is not.", by=people["ana"])
    actions.withdraw_comment(withdrawn, by=carla)
    assert changes(clearance) is None
    desk.write(record, "Migrants return home.")
    desk.submit(record, people["ana"], seen_round=1)
    clearance.refresh_from_db()
    actions.comment(clearance, round=2, anchor="budget", body="Of this round.", by=carla)
    found = changes(clearance)
    assert found is not None
    comparison, met = found
    assert {part.title for part in comparison.parts} == {"Summary", "Budget"}
    assert {one.comment.anchor: (one.place, one.answered) for one in met} == {
        "section:summary": ("changed", False), "cost:0": ("same", True), gone.anchor: ("removed", False),
    }  # fmt: skip


def test_another_currency_is_a_change_though_no_figure_is() -> None:
    dollars = [replace(one, unit="USD") if one.kind == "money" else one for one in HEADINGS]
    before = work(budget(line("a", 5), line("b", 7), line("gone", 1)))
    after = work(replace(budget(line("a", 5), line("b", 9), line("new", 2)), headings=dollars))
    (part,) = compare(before, after).parts
    assert part.sums == ()  # sums of two currencies have no difference
    assert [one.anchor for one in part.lines] == ["budget:currency", "cost:b", "cost:gone", "cost:new"]
    said = {one.anchor: [(value.before, value.after) for value in one.values] for one in part.lines}
    assert said["budget:currency"] == [("13\u00a0EUR", "16\u00a0USD")]
    assert said["cost:b"] == [("7\u00a0EUR", "9\u00a0USD")]
    assert [one.unit for one in part.before if one.kind == "money"] == ["EUR"]
    same = work(replace(budget(line("a", 5), line("b", 7), line("gone", 1)), headings=dollars))
    assert set(compare(before, same).places) == {"budget", "budget:currency"}
