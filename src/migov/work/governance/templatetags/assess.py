"""Words and tones of assessments and profiles.

What stands once for each question or piece of evidence is put together here and not in templates: a page of 120 questions with 400
pieces of evidence is made in a fraction of the time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import cache
from html import escape
from typing import Any, cast

from django import template
from django.template.context import Context
from django.template.defaultfilters import linebreaks_filter
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.work.governance.assess import comparing
from migov.work.governance.assess.profile import Profile, Shown
from migov.work.governance.assess.queries.sheets import Line
from migov.work.governance.assess.standing import How
from migov.work.governance.models import Answer, AnswerEvidence, Category, Side

register = template.Library()

TONES = {Category.FULLY: "good", Category.MEETS: "good", Category.PARTIAL: "warn", Category.FURTHER: "bad"}
HOW_TONES = {
    How.AGREED: "good", How.SAME: "good", How.DISPUTED: "warn", How.ONE: "warn", How.DIFFERS: "bad", How.OPEN: "quiet",
}  # fmt: skip
# get_kind_display() makes the table of labels anew for each of hundreds of pieces.
KINDS = dict(AnswerEvidence.Kind.choices)
OOB = SafeString(' hx-swap-oob="true"')
CHECKED = SafeString(" checked")
TALK = (
    '<details class="fold"><summary>{words}{count}</summary>'
    '<p hx-get="{base}{code}/talk/" hx-trigger="toggle from:closest details once" hx-target="#talk-{code}" hx-swap="outerHTML">'
    '<a href="{base}{code}/#talk-{code}">{open}</a></p></details>'
)
FORM = (
    '<form class="assess-side assess-form" method="post" action="{base}{code}/answer/" hx-post="{base}{code}/answer/"'
    ' hx-trigger="change, submit" hx-target="#said-{code}" hx-sync="this:queue last" data-answer>'
    '<input type="hidden" name="csrfmiddlewaretoken" value="{csrf}"><input type="hidden" name="side" value="{side}">'
    '<input type="hidden" name="next" value="{here}">{number}'
    '<fieldset class="assess-options"><legend>{legend}</legend>{radios}</fieldset>{disputed}'
    '<label class="unseen" for="note-{code}">{label}</label>'
    '<textarea id="note-{code}" name="note" rows="{rows}" placeholder="{hint}" data-note>{note}</textarea>'
    '<div class="assess-said" id="said-{code}" aria-live="polite">{said}</div>'
    '<button type="submit" class="btn btn-small">{save}</button></form>'
)


def _escaped(value: Any) -> str:
    return str(value) if hasattr(value, "__html__") else escape(str(value))


def _html(words: str, /, *args: Any, **kwargs: Any) -> SafeString:
    """As format_html, without its detour for lazy results: a page calls it some thousand times."""
    return SafeString(words.format(*map(_escaped, args), **{name: _escaped(value) for name, value in kwargs.items()}))


def _joined(words: str, rows: Iterable[Sequence[Any]]) -> SafeString:
    return SafeString("".join([_html(words, *row) for row in rows]))


@cache
def _words_in(language: str) -> dict[str, str]:
    """The words that come with every question, looked up once for a language and not some thousand times for a page."""
    return {
        "Add evidence, comment": _("Add evidence, comment"),
        "Agreed in validation": _("Agreed in validation"),
        "Agreed": _("Agreed"),
        "Both maintain their answers; the note says what each holds": _(
            "Both maintain their answers; the note says what each holds"
        ),
        "Comments": _("Comments"),
        "Evidence": _("Evidence"),
        "Evidence:": _("Evidence:"),
        "Government": _("Government"),
        "Note": _("Note"),
        "Note: why, or what is planned": _("Note: why, or what is planned"),
        "Office": _("Office"),
        "Open the question": _("Open the question"),
        "Save": _("Save"),
        "What it asks, and what counts as evidence": _("What it asks, and what counts as evidence"),
        "both maintain their answers": _("both maintain their answers"),
        "changed since it was agreed": _("changed since it was agreed"),
        "no answer yet": _("no answer yet"),
        "no answer": _("no answer"),
        "nothing agreed": _("nothing agreed"),
        "In %(year)s: %(answer)s": _("In %(year)s: %(answer)s"),
        **{how.value: str(how.label) for how in How},
    }


def _words() -> dict[str, str]:
    return _words_in(get_language() or "")


@register.simple_tag(takes_context=True)
def question_head(context: Context, line: Line) -> SafeString:
    """A question with what it asks, the answers of both sides, and the form of the side for which the viewer speaks."""
    question, side = line.question, context.get("side")
    code, parts = question.code, []
    parts.append(
        _html(
            '<header class="card-head"><h3 id="t-{}"><a href="{}{}/">{}</a> {}</h3>{}</header>',
            code, context["base"], code, code, question.text, how_tag(line),
        )
    )  # fmt: skip
    if question.scope or question.evidence:
        counts = _html("<p><strong>{}</strong> {}</p>", _words()["Evidence:"], question.evidence)
        parts.append(
            _html(
                '<details class="fold"><summary>{}</summary>{}{}</details>', _words()["What it asks, and what counts as evidence"],
                linebreaks_filter(question.scope) if question.scope else "", counts if question.evidence else "",
            )
        )  # fmt: skip
    boxes = [
        answer_form(context, line, said) if side == mine else side_box(words, said)
        for mine, words, said in (
            (Side.GOVERNMENT, _words()["Government"], line.government), (Side.OFFICE, _words()["Office"], line.office),
        )
    ]  # fmt: skip
    parts.append(_html('<div class="assess-sides">{}{}</div>', *boxes))
    if context.get("validating"):
        parts.append(answer_form(context, line, line.agreed))
    elif line.agreed is not None:
        parts.append(side_box(_words()["Agreed in validation"], line.agreed))
    if line.before is not None:
        said = _words()["In %(year)s: %(answer)s"] % {
            "year": context["assessment"].previous.year,
            "answer": line.before.label,
        }
        parts.append(_html('<p class="src">{}</p>', said))
    return SafeString("".join(parts))


def answer_form(context: Context, line: Line, mine: Answer | None) -> SafeString:
    """The form in which a side answers a question, or what is agreed is noted. What was refused stays in it as it was typed."""
    typed, side = context.get("typed"), context["side"]
    agreed = side == Side.AGREED
    legends = {
        Side.AGREED: _words()["Agreed"],
        Side.GOVERNMENT: _words()["Government"],
        Side.OFFICE: _words()["Office"],
    }
    note = typed["note"] if typed else (mine.note if mine is not None else "")
    both = typed["disputed"] if typed else (mine is not None and mine.disputed)
    disputed = _html(
        '<label class="assess-check"><input type="checkbox" name="disputed" value="yes"{}> {}</label>',
        CHECKED if both else "", _words()["Both maintain their answers; the note says what each holds"],
    )  # fmt: skip
    problem = context.get("problem")
    return _html(
        FORM, base=context["base"], code=line.question.code, csrf=context.get("csrf_token") or "", side=side,
        here=context.get("here", ""), number=number_field(line, mine, typed), legend=legends[Side(side)],
        radios=option_radios(line, mine, typed, _words()["nothing agreed"] if agreed else _words()["no answer"]),
        disputed=disputed if agreed else "", label=_words()["Note"], rows=3 if context.get("full") else 1,
        hint=_words()["Note: why, or what is planned"], note=note, save=_words()["Save"],
        said=_said(context, line) if problem else "",
    )  # fmt: skip


def _said(context: Context, line: Line) -> SafeString:
    told = {**cast(dict[str, Any], context.flatten()), "line": line}
    return SafeString(render_to_string("governance/assess/said_words.html", told))


@register.simple_tag
def number_field(
    line: Line, mine: Answer | None, typed: Mapping[str, Any] | None = None, oob: bool = False
) -> SafeString:
    """The hidden field that says which answer was on the screen. oob: to take the place of the one on the page."""
    number = typed["number"] if typed else (mine.number if mine is not None else 0)
    said = '<input type="hidden" id="number-{}" name="number" value="{}"{}>'
    return _html(said, line.question.code, number, OOB if oob else "")


@register.simple_tag(takes_context=True)
def talk_brief(context: Context, line: Line) -> SafeString:
    """Evidence of a question, and the fold that fetches its comments and the forms."""
    code, parts = line.question.code, []
    if line.evidence:
        parts.append(
            _html('<ul class="assess-evidence" aria-label="{}">{}</ul>', _words()["Evidence"], evidence_list(line.evidence))
        )  # fmt: skip
    may_talk, number = context.get("may_talk"), len(line.comments)
    if may_talk or number:
        words = ngettext("%d comment", "%d comments", number) % number
        parts.append(
            _html(
                TALK, words=_words()["Add evidence, comment"] if may_talk else _words()["Comments"], base=context["base"], code=code,
                count=_html(' <span class="quiet">{}</span>', words) if number else "", open=_words()["Open the question"],
            )
        )  # fmt: skip
    return _html('<div id="talk-{}" class="assess-talk">{}</div>', code, SafeString("".join(parts)))


@register.simple_tag
def how_tag(line: Line, oob: bool = False) -> SafeString:
    """How a question stands, as a tag. oob: to take the place of the one on the page."""
    since = line.standing.since
    words = _words()["changed since it was agreed"] if since else _words()[line.standing.how]
    tone = "bad" if since else HOW_TONES[line.standing.how]
    return _html(
        '<span id="how-{}"{} class="tag tag-{}">{}</span>', line.question.code, OOB if oob else "", tone, words
    )


@register.simple_tag
def side_box(words: str, said: Answer | None) -> SafeString:
    """What a side answered, with its note, who and when."""
    parts: list[SafeString] = []
    if said is not None and (said.option is not None or said.disputed):
        both = _words()["both maintain their answers"] if said.disputed else ""
        answer = said.option.label if said.option is not None else both
        after = _html(' <span class="quiet">({})</span>', both) if both and said.option is not None else ""
        parts.append(_html("<p><strong>{}</strong>{}</p>", answer, after))
    else:
        parts.append(_html('<p class="quiet">{}</p>', _words()["no answer yet"]))
    if said is not None:
        if said.note:
            parts.append(_html('<p class="assess-note">{}</p>', said.note))
        parts.append(_html('<p class="sub">{}, {}</p>', said.by or formats.DASH, formats.day(said.recorded_at)))
    return _html('<div class="assess-side"><h4>{}</h4>{}</div>', words, SafeString("".join(parts)))


@register.simple_tag
def option_radios(
    line: Line, mine: Answer | None, typed: Mapping[str, Any] | None = None, nothing: str = ""
) -> SafeString:
    """The answers of a question as choices; the last takes the answer back. typed: what was not saved yet, chosen before `mine`."""
    code = line.question.code
    kept = next((one.code for one in line.options if mine is not None and one.pk == mine.option_id), "")
    chosen = typed["option"] if typed else kept
    radios = _joined(
        '<label><input type="radio" name="option" id="o-{}-{}" value="{}" data-key="{}"{}> {}</label>',
        (
            (code, one.code, one.code, place, CHECKED if one.code == chosen else "", one.label)
            for place, one in enumerate(line.options, start=1)
        ),
    )
    return _html(
        '{}<label class="quiet"><input type="radio" name="option" id="o-{}-" value=""{}> {}</label>',
        radios, code, CHECKED if not chosen else "", nothing,
    )  # fmt: skip


@register.simple_tag
def evidence_line(one: AnswerEvidence, full: bool = False) -> SafeString:
    """A piece of evidence: kind, title with its link, where in it, figure, source and day. full: with its words."""
    url = one.address or one.url or (reverse("files:page", args=[one.document_id]) if one.document_id else "")
    rel = SafeString(' rel="noopener noreferrer"') if url and url == one.url else ""
    title = _html('<a href="{}"{}>{}</a>', url, rel, one.title) if url else one.title
    source = " ".join(filter(None, [one.source, formats.day(one.as_of) if one.as_of else ""]))
    return _html(
        '<span class="tag tag-code">{}</span> {}{}{}{}{}', KINDS[one.kind], title,
        f", {one.place}" if one.place else "", _html(": <strong>{}</strong>", one.figure) if one.figure else "",
        _html(' <span class="quiet">{}</span>', source) if source else "",
        _html('<q class="assess-quote">{}</q>', one.quote) if full and one.quote else "",
    )  # fmt: skip


@register.simple_tag
def evidence_list(evidence: Sequence[AnswerEvidence]) -> SafeString:
    """Pieces of evidence as entries of a list, without their words."""
    return _joined("<li>{}</li>", ((evidence_line(one),) for one in evidence))


@register.filter
def shown_evidence(evidence: Sequence[Shown]) -> SafeString | str:
    """The evidence of a profile, a line for each piece."""
    lines = ((_html('<a href="{}">{}</a>', one.href, one.words) if one.href else one.words,) for one in evidence)
    return _joined('<span class="sub">{}</span>', lines) or formats.DASH


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
