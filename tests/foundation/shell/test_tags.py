"""The template tags: what they write, and that nothing a person typed becomes markup."""

from __future__ import annotations

from typing import Any

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory


def render(source: str, query: str = "", **context: Any) -> str:
    request = RequestFactory().get(f"/list/?{query}")
    return engines["django"].from_string(source).render(context, request)


def test_a_short_amount_keeps_the_full_one_as_title() -> None:
    shown = render('{% money 8412333 "USD" short=True %}')
    assert shown == '<span title="8,412,333\u00a0USD">8.4\u00a0M\u00a0USD</span>'


@pytest.mark.parametrize(
    ("value", "maximum", "fill", "text"), [(742, 1150, "0.6452", "65"), (3120, 2800, "1.0000", "111")]
)
def test_a_meter_is_full_at_most_and_says_the_true_percentage(value: int, maximum: int, fill: str, text: str) -> None:
    shown = render("{% meter value maximum 'People assisted' %}", value=value, maximum=maximum)
    assert f'value="{fill}"' in shown
    assert f"<span>{text}\u00a0%</span>" in shown
    assert 'aria-label="People assisted"' in shown


@pytest.mark.parametrize(("value", "maximum"), [(None, 10), (5, 0), (5, None), ("", 10)])
def test_a_meter_without_a_figure_shows_a_dash(value: Any, maximum: Any) -> None:
    assert render("{% meter value maximum %}", value=value, maximum=maximum).strip() == "–"


@pytest.mark.parametrize(("fraction", "width"), [(0.5, "50.00%"), (2, "100.00%"), (-1, "0.00%"), (None, "0.00%")])
def test_a_bar_stays_in_its_cell_and_uses_no_style_attribute(fraction: Any, width: str) -> None:
    shown = render("{% bar fraction %}", fraction=fraction)
    assert f'<rect width="{width}"' in shown
    assert "style=" not in shown


@pytest.mark.parametrize(
    ("value", "maximum", "expected"),
    [(0, 70, 0), (None, 70, 0), (1, 70, 1), (10, 70, 1), (11, 70, 2), (70, 70, 7), (99, 70, 7), (5, 0, 0)],
)
def test_heat_rises_in_equal_steps(value: Any, maximum: Any, expected: int) -> None:
    assert render("{% heat value maximum %}", value=value, maximum=maximum) == f"heat-{expected}"


def test_a_status_is_a_word_with_a_tone() -> None:
    assert render('{% status_tag "Active" %}') == '<span class="tag tag-good">Active</span>'
    assert render('{% status_tag "unheard of" %}') == '<span class="tag">unheard of</span>'
    assert render('{% status_tag "Active" tone="quiet" %}') == '<span class="tag tag-quiet">Active</span>'
    assert render('{% status_tag "" %}') == ""


def test_page_links_keep_the_filters() -> None:
    shown = render("{% pagination page %}", "office=tirana&page=2", page=Paginator(range(100), 10).page(2))
    assert 'href="?office=tirana&amp;page=3"' in shown
    assert "11 to 20 of 100" in shown
    assert shown.count('aria-current="page"') == 1


def test_a_single_page_needs_no_links() -> None:
    assert render("{% pagination page %}", page=Paginator(range(3), 10).page(1)).strip() == ""


def test_a_heading_sorts_up_then_down_and_starts_again_at_the_first_page() -> None:
    first = render('{% sort_header "Budget" "budget" number=True %}', "page=3&office=tirana")
    assert 'href="?office=tirana&amp;sort=budget"' in first
    assert "aria-sort" not in first
    assert 'class="n"' in first
    second = render('{% sort_header "Budget" "budget" %}', "sort=budget")
    assert 'href="?sort=-budget"' in second
    assert 'aria-sort="ascending"' in second
    assert 'aria-sort="descending"' in render('{% sort_header "Budget" "budget" %}', "sort=-budget")


def test_a_chart_has_words_a_table_a_source_and_downloads() -> None:
    shown = render(
        '{% chart "/c.svg" "Results" "Bars: 12 in 2024." columns=columns rows=rows source="Verified." downloads=downloads %}',
        columns=["Year", "Results"],
        rows=[("2024", 1200)],
        downloads={"PNG": "/c.png"},
    )
    assert 'alt="Bars: 12 in 2024."' in shown
    assert '<th scope="row">2024</th>' in shown
    assert '<td class="n">1,200</td>' in shown
    assert '<a href="/c.png">PNG</a>' in shown
    assert "Verified." in shown


class ShareForm(forms.Form):
    share = forms.IntegerField(label="Share", max_value=100, help_text="In percent.")
    note = forms.CharField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False)


def test_a_field_joins_label_help_and_errors_to_its_control() -> None:
    shown = render("{% field form.share %}", form=ShareForm({"share": "140"}))
    assert '<label for="id_share">' in shown
    assert 'aria-describedby="id_share_helptext id_share_error"' in shown
    assert 'id="id_share_helptext"' in shown
    assert 'id="id_share_error"' in shown
    assert 'aria-invalid="true"' in shown
    assert 'value="140"' in shown


def test_a_field_takes_attributes_for_its_control() -> None:
    shown = render('{% field form.note hx_get="/x/" label="Remark" %}', form=ShareForm())
    assert 'hx-get="/x/"' in shown
    assert "Remark" in shown
    assert "(optional)" in shown


def test_fields_of_a_form_can_be_chosen_and_hidden_ones_come_along() -> None:
    assert 'name="token"' in render("{% fields form %}", form=ShareForm())
    only = render('{% fields form only="note" %}', form=ShareForm())
    assert 'name="note"' in only
    assert 'name="share"' not in only
    assert 'name="share"' not in render('{% fields form without="share" %}', form=ShareForm())


@pytest.mark.parametrize(
    "source",
    [
        "{% status_tag evil %}",
        "{% empty_state evil %}",
        "{% sort_header evil 'x' %}",
        "{% chart '/c.svg' evil evil columns=rows.0 rows=rows source=evil %}",
        "{% meter 1 2 evil %}",
        "{% money 1 evil short=True %}",
        "{{ evil|number }}{{ evil|place }}{{ evil|day }}",
    ],
)
def test_nothing_typed_becomes_markup(source: str) -> None:
    evil = "<script>alert('1')</script>"
    assert "<script" not in render(source, evil=evil, rows=[(evil, evil)])


def test_two_letters_stand_for_a_person() -> None:
    assert render("{{ a|initials }} {{ b|initials }}", a="Ana Maria Hoxha", b="kim") == "AH K"


def test_an_empty_state_offers_the_first_step() -> None:
    shown = render('{% empty_state "No lessons yet." "/lessons/new/" "Write the first" %}')
    assert '<a class="btn btn-go" href="/lessons/new/">Write the first</a>' in shown
    assert "href" not in render('{% empty_state "No lessons yet." %}')
