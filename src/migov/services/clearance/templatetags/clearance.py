"""Tags of the clearance pages: the address of a place within the page, what changed by word, values as people read them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django import template
from django.template.defaultfilters import linebreaksbr
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from migov.services.clearance.comparison import PartChange, State
from migov.services.clearance.content import Heading
from migov.services.clearance.models import Clearance, Opinion, Outcome, Submission
from migov.services.clearance.wording import Span, differences
from migov.services.documents.values import format_value

if TYPE_CHECKING:
    from migov.services.clearance.views_places import Run

register = template.Library()

TONES = {
    Opinion.CLEAR: "good", Opinion.COMMENTS: "good", Opinion.CHANGES: "warn", Opinion.NOT_CLEARED: "bad",
    Outcome.CLEARED: "good", Outcome.REFUSED: "bad", Outcome.RETURNED: "warn",
    "open": "warn", "answered": "", "accepted": "good", "settled": "quiet", "withdrawn": "quiet",
    "added": "good", "removed": "bad", "changed": "warn", "same": "quiet",
}  # fmt: skip
NOT_IN_ID = re.compile(r"[^A-Za-z0-9]+")


@register.filter
def place_id(anchor: str) -> str:
    """The id of a place in the page: "section:rationale" → "at-section-rationale"."""
    return f"at-{NOT_IN_ID.sub('-', anchor)}"


@register.filter
def tone(code: str) -> str:
    """How the tag of a verdict, a decision, or a comment's state looks; its words are always there too."""
    return TONES.get(code, "")


@register.simple_tag
def pieces(spans: Iterable[Span]) -> SafeString:
    """A text with what went and what came, told by words for those who do not see it."""
    row = list(spans)
    following = [*row[1:], None]
    return mark_safe("".join(map(_piece, row, following)))  # noqa: S308  each piece escapes what it holds


@register.simple_tag
def difference(before: str, after: str) -> SafeString:
    """What became of one text, word by word."""
    return pieces(differences(before, after))


def _piece(span: Span, following: Span | None) -> str:
    if span.kind == "same":
        return format_html("{}", span.text)
    kept = span.text.rstrip()
    tail = span.text[len(kept) :]
    if span.kind == "out":
        if following is not None and following.kind == "in":
            tail = " "  # what comes in its place brings the end of the paragraph
        return format_html('<del><span class="unseen">{} </span>{}</del>{}', _("[removed:"), _closed(kept), tail)
    return format_html('<ins><span class="unseen">{} </span>{}</ins>{}', _("[added:"), _closed(kept), tail)


def _closed(text: str) -> SafeString:
    return format_html('{}<span class="unseen">]</span>', text)


@register.simple_tag
def said(value: Any, heading: Heading) -> str:
    """A value of a column as people read it, with its unit: "1,240 USD"; "–" where there is none."""
    text = words(value, heading)
    unit = f"\u00a0{heading.unit}" if heading.unit and value not in (None, "") else ""
    return f"{text or '–'}{unit}"


def words(value: Any, heading: Heading) -> str:
    """A value of a column without its unit; nothing for none."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, str) and heading.kind in ("text", "link"):
        return value
    return format_value(value, heading.kind, language=get_language() or "en")


@register.simple_tag
def joined(items: Iterable[Any], between: str = ", ") -> SafeString:
    """Things in a row."""
    return format_html_join(between, "{}", ((item,) for item in items))


@register.filter
def state_tone(state: str) -> str:
    """How the tag of a clearance's state looks."""
    return {"open": "warn", "returned": "warn", "cleared": "good", "refused": "bad"}.get(state, "quiet")


@register.simple_tag
def came_of(submission: Submission, clearance: Clearance) -> str:
    """What came of a round: what was decided on it; else how its clearance stands, or that a newer round followed."""
    decided = list(submission.decisions.all())
    if decided:
        return str(decided[-1].get_outcome_display())
    return str(clearance.get_state_display() if submission.number == clearance.round else _("a newer round followed"))


@register.filter
def lines_in(part: PartChange, state: State) -> int:
    """How many rows of a part were added, removed, or changed."""
    return part.count(state)


@register.simple_tag
def runs(items: Iterable[Run]) -> SafeString:
    """Words of the work, those that a comment quotes as a link to it. Line ends stay."""
    return mark_safe("".join(map(_run, items)))  # noqa: S308  each run is escaped


def _run(run: Run) -> str:
    text = linebreaksbr(run.text, autoescape=True)
    return text if run.thread is None else format_html('<mark><a href="#c-{}">{}</a></mark>', run.thread, text)
