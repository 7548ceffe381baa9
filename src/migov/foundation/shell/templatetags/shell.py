"""Template tags and filters of the page skeleton. They are built in: no template needs to load them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from decimal import Decimal
from math import ceil
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm, BoundField, CheckboxInput, ClearableFileInput, RadioSelect
from django.forms.widgets import CheckboxSelectMultiple
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from migov.foundation.shell import formats

register = template.Library()

register.filter("number", formats.number)
register.filter("compact", formats.compact)
register.filter("percent", formats.percent)
register.filter("day", formats.day)
register.filter("moment", formats.moment)
register.filter("place", formats.place)

# Words that people read → how the tag looks. Colour is never the only sign: the word is always there.
TONES = {
    "good": {"active", "endorsed", "confirmed", "verified", "done", "achieved", "on track", "met", "principal"},
    "warn": {"late", "suspended", "proposed", "stale", "review", "partly done", "behind", "overdue", "draft"},
    "bad": {"rejected", "withdrawn", "failed", "refused", "off track", "missed"},
    "quiet": {"closed", "idea", "significant", "derived", "stopped", "removed", "superseded"},
}


@register.filter
def initials(person: Any) -> str:
    """Up to two letters that stand for a person."""
    words = str(person).replace(".", " ").split()
    return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


@register.filter
def button_class(attrs: Mapping[str, Any]) -> str:
    """Our classes for a button of the sign-in pages, from the tags that django-allauth gives it."""
    tags = set(attrs.get("tags") or ())
    if tags & {"danger", "delete"}:
        return "btn btn-bad"
    if "link" in tags:
        return "btn btn-link"
    leads_on = not (attrs.get("href") or attrs.get("form") or tags & {"outline", "secondary"})
    return "btn btn-go" if leads_on else "btn"


@register.filter
def share(value: Any, decimals: int = 0) -> str:
    """A figure that is a percentage already: 65 → "65 %"."""
    found = formats.as_decimal(value)
    return formats.DASH if found is None else f"{formats.number(found, decimals)}{formats.NBSP}%"


@register.filter
def minutes(span: timedelta) -> int:
    """A time span in whole minutes, at least one."""
    return max(1, round(span.total_seconds() / 60))


@register.simple_tag
def period(starts: Any, ends: Any) -> str:
    """A time span in the fewest words."""
    return formats.period(starts, ends)


@register.simple_tag
def money(amount: Any, currency: str = "", short: bool = False) -> str:
    """An amount with its currency; short: "8.4 M USD" with the full amount as title."""
    full = formats.money(amount, currency)
    if not short or full == formats.DASH:
        return full
    brief = f"{formats.compact(amount)}{formats.NBSP}{currency}".rstrip(formats.NBSP)
    return format_html('<span title="{}">{}</span>', full, brief)


@register.inclusion_tag("shell/meter.html")
def meter(value: Any, maximum: Any = 1, label: str = "", tone: str = "") -> dict[str, Any]:
    """A filled line with the percentage beside it ("–" for an empty value or maximum). tone: "", "warn" or "good"."""
    part, whole = formats.as_decimal(value), formats.as_decimal(maximum)
    fraction = part / whole if part is not None and whole else None
    shown = None if fraction is None else f"{_within(fraction):.4f}"
    return {"shown": shown, "text": formats.percent(fraction), "label": label, "tone": tone}


@register.simple_tag
def bar(fraction: Any, tone: str = "") -> SafeString:
    """A bar as wide as the fraction (0 to 1) of its cell. Write the figure beside it; the bar is decoration."""
    width = f"{_within(formats.as_decimal(fraction)) * 100:.2f}%"
    return format_html(
        '<svg class="bar-fill{}" width="100%" height="14" aria-hidden="true" focusable="false">'
        '<rect width="{}" height="14" rx="3"></rect></svg>',
        f" bar-fill-{tone}" if tone else "",
        width,
    )


@register.simple_tag
def heat(value: Any, maximum: Any) -> str:
    """The class of a heat-map cell: "heat-0" for nothing, "heat-1" to "heat-7" in equal steps up to the maximum."""
    part, whole = formats.as_decimal(value), formats.as_decimal(maximum)
    if not part or not whole or part <= 0:
        return "heat-0"
    return f"heat-{min(7, ceil(part * 7 / whole))}"


@register.simple_tag
def status_tag(word: Any, tone: str = "") -> SafeString:
    """A state as a small tag; its tone follows the word unless one is given ("good", "warn", "bad", "quiet")."""
    text = str(word)
    if not text:
        return SafeString("")
    tone = tone or next((tone for tone, words in TONES.items() if text.lower() in words), "")
    return format_html('<span class="tag{}">{}</span>', f" tag-{tone}" if tone else "", text)


@register.simple_tag
def kosovo_note() -> SafeString:
    """The footnote that is printed wherever Kosovo* is named."""
    return format_html('<p class="footnote">{}</p>', formats.KOSOVO_NOTE)


@register.inclusion_tag("shell/map_note.html")
def map_note() -> dict[str, Any]:
    """The disclaimer that stands under every map."""
    return {}


@register.inclusion_tag("shell/pagination.html", takes_context=True)
def pagination(context: template.Context, page: Page[Any], parameter: str = "page") -> dict[str, Any]:
    """Links to the other pages of a list, keeping its filters."""
    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    query = _query(context)
    steps = [(n if isinstance(n, int) else None, _with(query, {parameter: n}), n == page.number) for n in numbers]
    return {
        "page": page,
        "steps": steps,
        "previous": _with(query, {parameter: page.number - 1}) if page.has_previous() else "",
        "next": _with(query, {parameter: page.number + 1}) if page.has_next() else "",
    }


@register.inclusion_tag("shell/sort_header.html", takes_context=True)
def sort_header(
    context: template.Context, label: str, key: str, number: bool = False, parameter: str = "sort"
) -> dict[str, Any]:
    """A column heading that sorts: ?sort=key, then ?sort=-key. number: the column is right-aligned."""
    query = _query(context)
    now = query.get(parameter, "")
    direction = "ascending" if now == key else "descending" if now == f"-{key}" else ""
    target = f"-{key}" if now == key else key
    return {
        "label": label,
        "number": number,
        "direction": direction,
        "url": _with(query, {parameter: target, "page": None}),
    }


@register.simple_tag
def table_head(*labels: str, numbers: int = 0) -> SafeString:
    """The head of a table, one column for each label that is not empty. numbers: how many of the last labels stand over numbers."""
    first = len(labels) - numbers
    cells = [(SafeString(' class="n"') if at >= first else "", label) for at, label in enumerate(labels) if label]
    return format_html("<thead><tr>{}</tr></thead>", format_html_join("", '<th scope="col"{}>{}</th>', cells))


@register.inclusion_tag("shell/chart.html")
def chart(
    src: str,
    title: str,
    alt: str,
    columns: Sequence[str] = (),
    rows: Iterable[Sequence[Any]] = (),
    source: str = "",
    downloads: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """A picture made on the server with its table, source line and downloads.

    src: address of the SVG. alt: what the picture shows, in words. columns, rows: the table (text first, then figures).
    downloads: label → address.
    """
    return {
        "src": src, "title": title, "alt": alt, "columns": list(columns), "rows": list(rows), "source": source,
        "downloads": downloads or {},
    }  # fmt: skip


@register.inclusion_tag("shell/fields.html")
def fields(
    form: BaseForm, only: str = "", without: str = "", help_after: bool = False, placeholders: bool = True
) -> dict[str, Any]:
    """All fields of a form with labels, help and errors; only, without: names separated by spaces."""
    chosen = [
        bound for bound in form.visible_fields()
        if (not only or bound.name in only.split()) and bound.name not in without.split()
    ]  # fmt: skip
    if not placeholders:
        for bound in chosen:
            bound.field.widget.attrs.pop("placeholder", None)
    hidden = [] if only else form.hidden_fields()
    return {"form": form, "chosen": chosen, "hidden": hidden, "help_after": help_after}


@register.inclusion_tag("shell/field.html")
def field(bound: BoundField, label: str = "", help_after: bool = False, **attrs: Any) -> dict[str, Any]:
    """One field of a form with its label, help and errors beside it; further arguments are attributes of the control."""
    widget = bound.field.widget
    return {
        "bound": bound,
        "label": label or bound.label,
        "help_after": help_after,
        "optional": not bound.field.required,
        "is_check": isinstance(widget, CheckboxInput),
        "is_group": isinstance(widget, RadioSelect | CheckboxSelectMultiple),
        "is_file": isinstance(widget, ClearableFileInput),
        "control": bound.as_widget(attrs={name.replace("_", "-"): value for name, value in attrs.items()}),
    }


@register.inclusion_tag("shell/empty.html")
def empty_state(message: str, url: str = "", action: str = "") -> dict[str, Any]:
    """What belongs here, with the first step: a link with its label."""
    return {"message": message, "url": url, "action": action or _("Start")}


def _within(fraction: Decimal | None) -> float:
    """The fraction, held between 0 and 1."""
    return min(max(float(fraction or 0), 0.0), 1.0)


def _query(context: template.Context) -> QueryDict:
    request: HttpRequest | None = context.get("request")
    return request.GET.copy() if request else QueryDict(mutable=True)


def _with(query: QueryDict, changes: Mapping[str, Any]) -> str:
    changed = query.copy()
    for name, value in changes.items():
        if value is None:
            changed.pop(name, None)
        else:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"
