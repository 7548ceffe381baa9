"""Words and tones of assessments and profiles.

What stands once for each question or piece of evidence is put together here and not in templates: a page of 120 questions with 400
pieces of evidence is made in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.work.governance.assess import comparing
from migov.work.governance.assess.profile import Profile, Shown
from migov.work.governance.assess.queries.sheets import Line
from migov.work.governance.assess.standing import How
from migov.work.governance.models import Answer, AnswerEvidence, Category

register = template.Library()

TONES = {Category.FULLY: "good", Category.MEETS: "good", Category.PARTIAL: "warn", Category.FURTHER: "bad"}
HOW_TONES = {
    How.AGREED: "good", How.SAME: "good", How.DISPUTED: "warn", How.ONE: "warn", How.DIFFERS: "bad", How.OPEN: "quiet",
}  # fmt: skip
# get_kind_display() makes the table of labels anew for each of hundreds of pieces.
KINDS = dict(AnswerEvidence.Kind.choices)
OOB = SafeString(' hx-swap-oob="true"')
CHECKED = SafeString(" checked")


@register.simple_tag
def how_tag(line: Line, oob: bool = False) -> SafeString:
    """How a question stands, as a tag. oob: to take the place of the one on the page."""
    since = line.standing.since
    words = _("changed since it was agreed") if since else line.standing.how.label
    tone = "bad" if since else HOW_TONES[line.standing.how]
    return format_html(
        '<span id="how-{}"{} class="tag tag-{}">{}</span>', line.question.code, OOB if oob else "", tone, words
    )


@register.simple_tag
def side_box(words: str, said: Answer | None) -> SafeString:
    """What a side answered, with its note, who and when."""
    parts: list[SafeString] = []
    if said is not None and (said.option is not None or said.disputed):
        both = _("both maintain their answers") if said.disputed else ""
        answer = said.option.label if said.option is not None else both
        after = format_html(' <span class="quiet">({})</span>', both) if both and said.option is not None else ""
        parts.append(format_html("<p><strong>{}</strong>{}</p>", answer, after))
    else:
        parts.append(format_html('<p class="quiet">{}</p>', _("no answer yet")))
    if said is not None:
        if said.note:
            parts.append(format_html('<p class="assess-note">{}</p>', said.note))
        parts.append(format_html('<p class="sub">{}, {}</p>', said.by or formats.DASH, formats.day(said.recorded_at)))
    return format_html('<div class="assess-side"><h4>{}</h4>{}</div>', words, SafeString("".join(parts)))


@register.simple_tag
def option_radios(
    line: Line, mine: Answer | None, typed: Mapping[str, Any] | None = None, nothing: str = ""
) -> SafeString:
    """The answers of a question as choices; the last takes the answer back. typed: what was not saved yet, chosen before `mine`."""
    code = line.question.code
    kept = next((one.code for one in line.options if mine is not None and one.pk == mine.option_id), "")
    chosen = typed["option"] if typed else kept
    radios = format_html_join(
        "",
        '<label><input type="radio" name="option" id="o-{}-{}" value="{}" data-key="{}"{}> {}</label>',
        (
            (code, one.code, one.code, place, CHECKED if one.code == chosen else "", one.label)
            for place, one in enumerate(line.options, start=1)
        ),
    )
    return format_html(
        '{}<label class="quiet"><input type="radio" name="option" id="o-{}-" value=""{}> {}</label>',
        radios, code, CHECKED if not chosen else "", nothing,
    )  # fmt: skip


@register.simple_tag
def evidence_line(one: AnswerEvidence, full: bool = False) -> SafeString:
    """A piece of evidence: kind, title with its link, where in it, figure, source and day. full: with its words."""
    url = one.address or one.url or (reverse("files:page", args=[one.document_id]) if one.document_id else "")
    rel = SafeString(' rel="noopener noreferrer"') if url and url == one.url else ""
    title = format_html('<a href="{}"{}>{}</a>', url, rel, one.title) if url else one.title
    source = " ".join(filter(None, [one.source, formats.day(one.as_of) if one.as_of else ""]))
    return format_html(
        '<span class="tag tag-code">{}</span> {}{}{}{}{}', KINDS[one.kind], title,
        f", {one.place}" if one.place else "", format_html(": <strong>{}</strong>", one.figure) if one.figure else "",
        format_html(' <span class="quiet">{}</span>', source) if source else "",
        format_html('<q class="assess-quote">{}</q>', one.quote) if full and one.quote else "",
    )  # fmt: skip


@register.simple_tag
def evidence_list(evidence: Sequence[AnswerEvidence]) -> SafeString:
    """Pieces of evidence as entries of a list, without their words."""
    return format_html_join("", "<li>{}</li>", ((evidence_line(one),) for one in evidence))


@register.filter
def shown_evidence(evidence: Sequence[Shown]) -> SafeString | str:
    """The evidence of a profile, a line for each piece."""
    lines = ((format_html('<a href="{}">{}</a>', one.href, one.words) if one.href else one.words,) for one in evidence)
    return format_html_join("", '<span class="sub">{}</span>', lines) or formats.DASH


@register.filter
def category_tone(category: int | None) -> str:
    """The tone of a category's tag; the word is always there."""
    return TONES.get(category, "quiet")  # type: ignore[call-overload]


@register.filter
def signed(points: Decimal | None) -> str:
    """Percentage points with their sign."""
    return comparing.signed(points)


@register.filter
def how_words(how: str) -> str:
    """How an answer stands, in words."""
    return str(How(how).label)


@register.filter
def country_name(of: Profile) -> str:
    """The country of a profile, with the mark of its footnote."""
    return comparing.place_name(of)
