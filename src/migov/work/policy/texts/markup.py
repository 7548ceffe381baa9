"""The words of a version as HTML: hundreds of provisions, for which a template would take most of a second."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from migov.work.policy.models import Provision
from migov.work.policy.models.texts import CONTAINERS

DEEPEST = 6


@dataclass(slots=True)
class Entry:
    """A part, chapter or article in the list at the side."""

    provision: Provision
    children: list[Entry] = field(default_factory=list)


def contents(entries: Iterable[Entry]) -> SafeString:
    """Parts, chapters and articles as nested lists of links to their places in the page; empty where there are none."""
    said: list[str] = []

    def put(level: Iterable[Entry]) -> None:
        said.append('<ol class="text-entries">')
        for entry in level:
            said.append(f'<li><a href="#{escape(entry.provision.eid)}">{_named(entry.provision)}</a>')
            if entry.children:
                put(entry.children)
            said.append("</li>")
        said.append("</ol>")

    given = list(entries)
    if given:
        put(given)
    return mark_safe("".join(said))  # noqa: S308  every word is escaped


def words(provisions: Sequence[Provision], correct_at: str = "") -> SafeString:
    """All provisions in reading order, each with its identifier as anchor. correct_at: where one is corrected, without its key."""
    depths = {one.pk: one.depth for one in provisions}
    correct, applies = escape(_("Correct")), escape(_("Applies:"))
    said: list[str] = []
    for one in provisions:
        base = depths.get(one.article_id or 0, one.depth)
        step = 0 if one.kind in CONTAINERS else min(max(one.depth - base, 0), DEEPEST)
        said.append(f'<div class="prov prov-{one.kind} step-{step}" id="{escape(one.eid)}">{_head(one)}')
        if one.text:
            said.append(f'<div class="prov-text">{str(escape(one.text)).replace(chr(10), "<br>")}</div>')
        if one.application:
            said.append(f'<p class="src">{applies} {escape(one.application)}</p>')
        if correct_at:
            label = f"{correct}: {escape(one.label)}"
            said.append(
                f'<a class="prov-correct" href="{escape(correct_at)}{one.pk}/" aria-label="{label}">{correct}</a>'
            )
        said.append("</div>")
    return mark_safe("".join(said))  # noqa: S308  likewise


def _head(one: Provision) -> str:
    """Number and heading."""
    if one.kind == "article":
        return f"<h3>{_named(one)}</h3>"
    if one.kind == "text":
        return ""
    if one.kind in ("paragraph", "point"):
        mark = f"{one.number}." if one.kind == "paragraph" and one.number else f"({one.number})" if one.number else "–"
        heading = f"<strong>{escape(one.heading)}</strong>" if one.heading else ""
        return f'<span class="prov-mark">{escape(mark)}</span>{heading}'
    return f"<h2>{_named(one)}</h2>"


def _named(one: Provision) -> str:
    """The label, and the heading where that says more."""
    more = f" <span>{escape(one.heading)}</span>" if one.heading and one.heading != one.label else ""
    return f"{escape(one.label)}{more}"
