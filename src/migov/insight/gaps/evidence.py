"""Laws and articles as evidence of an assessment: the provisions of the country's texts, and the articles of instruments."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import F, Max, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.insight.gaps.offers import visible
from migov.services.matching.terms import STOP_STEMS
from migov.services.matching.texts import words as read_words
from migov.work.governance.assess.sources import MOST, Found
from migov.work.policy.instruments.standing import standings
from migov.work.policy.models import Article, LegalText, Provision, TextVersion
from migov.work.policy.texts.addresses import provision_url, text_url

MOST_WORDS, MOST_READ = 6, 400
LONGEST_QUOTE = 600


def laws(country: Place, words: str, viewer: Viewer) -> Sequence[Found]:
    """Provisions of the newest version of each text of the country that the viewer may see, those that hold most of the words first.

    Texts whose titles hold a word follow. Three queries.
    """
    stems = stems_of(words)
    if not stems or not access.allowed(viewer, "policy.enter"):
        return []
    texts = LegalText.objects.filter(country=country, record__in=visible(viewer))
    newest = TextVersion.objects.annotate(last=Max("text__versions__number")).filter(number=F("last"), text__in=texts)
    rows = Provision.objects.filter(any_of(stems, "text", "heading"), version__in=newest.values("pk"))
    found = rows.select_related("version__text__record", "article").order_by("version", "order")[:MOST_READ]
    counted = ranked(found, stems, lambda one: f"{one.heading} {one.text} {one.article.heading if one.article else ''}")
    hits = [_provision(one, held) for one, held in counted[:MOST]]
    named = texts.filter(any_of(stems, "record__title", "citation")).select_related("record")[:MOST]
    return [*hits, *(_text(one) for one in named)][:MOST]


def articles(country: Place, words: str, viewer: Viewer) -> Sequence[Found]:
    """Articles of instruments whose heading, text or requirements hold the words, with whether the country is bound. Two queries."""
    stems = stems_of(words)
    if not stems or not access.allowed(viewer, "instruments.see"):
        return []
    asked = any_of(stems, "heading", "text", "requirements__obligation")
    rows = Article.objects.filter(asked).distinct().select_related("instrument").prefetch_related("requirements")
    counted = ranked(
        rows.order_by("instrument__order", "order")[:MOST_READ], stems,
        # A word of the heading tells more than one of the text, so it counts twice.
        lambda one: " ".join([one.heading, one.text, *(row.obligation for row in one.requirements.all())]), lambda one: one.heading,
    )[:MOST]  # fmt: skip
    held = standings(list({one.instrument_id: one.instrument for one, _number in counted}.values()), [country])
    return [_article(one, country, held[one.instrument_id, country.pk]) for one, _number in counted]


def stems_of(words: str) -> list[str]:
    """The first words that carry a meaning, without their endings, each once."""
    found = (stem for stem in read_words(words).stems if stem not in STOP_STEMS and len(stem) > 2)
    return list(dict.fromkeys(found))[:MOST_WORDS]


def any_of(stems: Iterable[str], *fields: str) -> Q:
    asked = Q()
    for stem in stems:
        for field in fields:
            asked |= Q(**{f"{field}__icontains": stem})
    return asked


def ranked(rows: Iterable[Any], stems: Sequence[str], text: Any, head: Any = None) -> list[tuple[Any, int]]:
    """Rows with how many of the words each holds: the most first, those that have them in the head before the others, then in the order
    in which they were read."""
    counted = [(row, _held(text(row), stems), _held(head(row), stems) if head else 0) for row in rows]
    found = sorted((one for one in counted if one[1]), key=lambda one: -(one[1] + one[2]))
    return [(row, held) for row, held, _more in found]


def _held(text: str, stems: Sequence[str]) -> int:
    words = text.lower()
    return sum(stem in words for stem in stems)


def _provision(one: Provision, held: int) -> Found:
    text = one.version.text
    day = text.in_force_on or text.adopted_on
    return Found(
        key=f"p{one.pk}", kind="article", title=str(text), record=text.pk, place=one.label,
        address=provision_url(one.version, one.eid), quote=(one.text or one.heading)[:LONGEST_QUOTE],
        source=_source(text), as_of=day,
        note=_("%(text)s; %(number)s of the words") % {"text": _source(text), "number": held},
    )  # fmt: skip


def _source(text: LegalText) -> str:
    """What kind of text it is and whether it is in force: a draft shows what is planned, not what holds."""
    return f"{text.get_kind_display()}, {text.get_status_display()}"


def _text(one: LegalText) -> Found:
    return Found(
        key=f"t{one.pk}", kind="article", title=str(one), record=one.pk, address=text_url(one), source=_source(one),
        as_of=one.in_force_on or one.adopted_on, note=_("the text as a whole"),
    )  # fmt: skip


def _article(one: Article, country: Place, standing: Any) -> Found:
    instrument = one.instrument
    asked = "" if one.text else "; ".join(row.obligation for row in one.requirements.all() if row.retired_at is None)
    said = _("%(country)s: %(status)s") % {"country": formats.place(country), "status": standing.label}
    return Found(
        key=f"a{one.pk}", kind="article", title=instrument.short_title, place=_("Article %(number)s") % {"number": one.number},
        # What an article asks is told in our own words: it is shown in the list, but is no quotation.
        address=reverse("policy:instrument", args=[instrument.code]), quote=one.text[:LONGEST_QUOTE],
        source=instrument.title[:300], as_of=standing.as_of, note=" · ".join(filter(None, [said, one.heading, asked])),
    )  # fmt: skip
