"""Obligations that a country has not taken on, and requirements that its laws do not meet, as far as released reviews say."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.places.models import Place
from migov.foundation.shell import formats
from migov.insight.gaps.likeness import Likeness
from migov.insight.gaps.offering.aligned import add_words
from migov.insight.gaps.offers import OBLIGATION, REQUIREMENT, Asked, Found, Offer, best, visible
from migov.insight.gaps.reach import Share
from migov.work.policy.answers import met_by
from migov.work.policy.instruments.standing import Standing, standings
from migov.work.policy.models import Instrument, Judgement, Release, ReleasedRow, Requirement

UNMET = {Judgement.CONTRARY: 0.3, Judgement.NONE: 0.2, Judgement.PARTIAL: 0.1}
NEIGHBOURS = 0.2  # where all of the sub-region are bound
MORE_REQUIREMENTS = 0.05
PLACES_SHOWN = 4


def obligations(asked: Asked) -> Found:
    """Instruments to which the country is known not to be bound, whose requirements touch the elements of a gap. Three queries."""
    if not asked.reach.elements:
        return {}
    found = list(Instrument.objects.filter(kind__in=("convention", "protocol", "agreement")).exclude(body="eu"))
    family = [asked.place, *(one for one in asked.territories.values() if _same(one, asked.place))]
    held = standings(found, family)
    lacking = {one.pk: one for one in found if held[one.pk, asked.place.pk].gap}
    touching = _touching(asked, lacking)
    offers: Found = {}
    for gap, by_instrument in touching.items():
        made = [
            _obligation(asked, lacking[key], rows, held[key, asked.place.pk], _bound(key, family[1:], held))
            for key, rows in by_instrument.items()
        ]
        offers[gap] = best(made)
    return offers


def _same(one: Place, place: Place) -> bool:
    return one.pk != place.pk and one.subregion_id == place.subregion_id


Touching = dict[int, dict[int, list[tuple[Share, Requirement]]]]


def _touching(asked: Asked, instruments: Any) -> Touching:
    """Gap → instrument → its requirements that share elements with the gap. Two queries."""
    links = Requirement.elements.through.objects.filter(
        element_id__in=list(asked.reach.elements), requirement__retired_at__isnull=True,
        requirement__article__instrument__in=list(instruments),
    )  # fmt: skip
    elements: defaultdict[int, list[int]] = defaultdict(list)
    for requirement, element in links.values_list("requirement_id", "element_id"):
        elements[requirement].append(element)
    rows = Requirement.objects.select_related("article").in_bulk(list(elements))
    found: Touching = {}
    for key, row in sorted(rows.items(), key=lambda pair: pair[1].order):
        for gap, share in asked.reach.score(elements[key]).items():
            found.setdefault(gap, {}).setdefault(row.article.instrument_id, []).append((share, row))
    return found


def _bound(instrument: int, places: list[Place], held: dict[tuple[int, int], Standing]) -> tuple[int, int]:
    """How many of some places are bound, of how many that a depositary counts."""
    counted = [held[instrument, one.pk] for one in places if not one.needs_footnote]
    return sum(one.held for one in counted), len(counted)


def _obligation(
    asked: Asked,
    one: Instrument,
    rows: list[tuple[Share, Requirement]],
    standing: Standing,
    bound: tuple[int, int],
) -> Offer:
    url = reverse("policy:accession", args=[asked.place.code, one.code])
    rows.sort(key=lambda row: -row[0].score)
    articles = list(dict.fromkeys(row.place for _share, row in rows))
    asks = ngettext("asks for this in Article %(articles)s", "asks for this in Articles %(articles)s", len(articles))
    shown = ", ".join(articles[:PLACES_SHOWN]) + ("…" if len(articles) > PLACES_SHOWN else "")
    made = Offer(OBLIGATION, one.code, one.short_title, url, rows[0][1].obligation)
    country, source = formats.place(asked.place), standing.preferred
    said = _("%(country)s: %(status)s") % {"country": country, "status": standing.label}
    if source is not None:
        said += _(" (%(source)s, as of %(day)s)") % {"source": source.source, "day": formats.day(source.as_of)}
    made.add(0.0, said)
    made.add(rows[0][0].score, rows[0][0].words)
    made.add(min(4, len(articles)) * MORE_REQUIREMENTS, asks % {"articles": shown})
    if bound[1]:
        words = _("%(bound)s of %(all)s others of the sub-region are bound") % {"bound": bound[0], "all": bound[1]}
        made.add(NEIGHBOURS * bound[0] / bound[1], words if bound[0] else "")
    return made


def requirements(asked: Asked) -> Found:
    """Requirements that the newest released reviews of the country's texts judge not met, or met in part, and that no other reviewed
    text meets. At most six queries."""
    newest: dict[int, Release] = {}
    releases = Release.objects.filter(
        review__version__text__country=asked.place, review__record__in=visible(asked.viewer)
    )
    for one in releases.order_by("number").select_related("review__version__text__record"):
        newest[one.review_id] = one
    if not newest or not asked.reach.elements:
        return {}
    of_release = {one.pk: one for one in newest.values()}
    rows = list(
        ReleasedRow.objects.filter(release__in=list(of_release), judgement__in=list(UNMET))
        .select_related("row__requirement__article__instrument", "row__element__framework")
        .order_by("release", "order")
    )  # fmt: skip
    asks = [row.row.requirement_id for row in rows if row.row.requirement_id]
    met = met_by(asked.place, asks, asked.viewer) if asks else {}
    elements: defaultdict[int, list[int]] = defaultdict(list)
    links = Requirement.elements.through.objects.filter(requirement_id__in=asks)
    for requirement, element in links.values_list("requirement_id", "element_id"):
        elements[requirement].append(element)
    things = {str(row.pk): _obliges(row) for row in rows}
    like = Likeness(things, {gap.question.pk: gap.text for gap in asked.gaps})
    offers: Found = {}
    for row in rows:
        asked_for = row.row
        if asked_for.requirement_id in met:
            continue
        shared = elements[asked_for.requirement_id] if asked_for.requirement_id else [asked_for.element_id or 0]
        for gap, share in asked.reach.score(shared).items():
            release = of_release[row.release_id]
            words = like.of(gap, [str(row.pk)]).get(str(row.pk))
            offers.setdefault(gap, []).append(_requirement(row, release, share, words))
    return {gap: best(_once(found)) for gap, found in offers.items()}


def _obliges(row: ReleasedRow) -> str:
    one = row.row
    if one.requirement is not None:
        return one.requirement.obligation
    return one.element.title if one.element is not None else ""


def _requirement(
    row: ReleasedRow, release: Release, share: Share, words: tuple[float, tuple[str, ...]] | None
) -> Offer:
    one, judgement = row.row, Judgement(row.judgement)
    name = str(one.requirement or one.element)
    if one.requirement is not None:
        name = _("%(instrument)s, Article %(place)s") % {
            "instrument": one.requirement.article.instrument, "place": one.requirement.place,
        }  # fmt: skip
    text = release.about.get("citation") or release.about.get("text_title") or str(release.review.version.text)
    url = reverse("policy:released", args=[release.review_id])
    made = Offer(REQUIREMENT, str(row.pk), name, url, _obliges(row))
    found = _("%(text)s answers it: %(judgement)s (review released on %(day)s)")
    made.add(UNMET[judgement], found % {"text": text, "judgement": judgement.label, "day": formats.day(release.at)})
    made.add(share.score, share.words)
    add_words(made, words)
    return made


def _once(found: list[Offer]) -> list[Offer]:
    """One offer for each requirement: of several texts the one that weighs most."""
    kept: dict[str, Offer] = {}
    for one in sorted(found, key=lambda one: -one.score):
        kept.setdefault(one.title, one)
    return list(kept.values())
