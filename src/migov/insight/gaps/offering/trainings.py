"""Trainings: what the office has handed over to governments, and training outputs of projects."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from django.utils.translation import gettext as _

from migov.foundation.records.kinds import url_of
from migov.foundation.shell import formats
from migov.insight.gaps.likeness import Likeness
from migov.insight.gaps.offering.aligned import LEAST_SCORE, add_words, places_of, shared_elements
from migov.insight.gaps.offers import TRAINING, Asked, Found, Offer, best, visible
from migov.insight.gaps.reach import NOTHING
from migov.work.policy.models import Product, ProductKind
from migov.work.results.models import Level, Result

OF_A_PROJECT = 0.6  # what speaks for a project speaks so much for a training that it gave
MOST_PRODUCTS = 500
WORD = "train"


def trainings(asked: Asked, projects: Found) -> Found:
    """Trainings handed over for requests that the viewer sees, and training outputs of the projects that are offered. Five queries.

    projects: what was offered for the same gaps (see work.projects).
    """
    products = list(
        Product.objects.filter(
            kind=ProductKind.TRAINING, handed_on__isnull=False, request__record__in=visible(asked.viewer)
        )
        .select_related("request__record", "request__country").order_by("-handed_on")[:MOST_PRODUCTS]
    )  # fmt: skip
    outputs = list(
        Result.objects.filter(
            project__in={one.record for found in projects.values() for one in found if one.record},
            level__in=(Level.OUTPUT, Level.ACTIVITY),
            record__title__icontains=WORD, record__in=visible(asked.viewer),
        ).select_related("record", "project__record")
    )  # fmt: skip
    texts = {f"p{one.pk}": f"{one.title}\n{one.note}\n{one.request.record.title}" for one in products}
    texts |= {f"o{one.pk}": one.record.title for one in outputs}
    if not texts:
        return {}
    like = Likeness(texts, {gap.question.pk: gap.text for gap in asked.gaps})
    found: Found = {}
    _products(asked, products, like, found)
    _outputs(asked, outputs, projects, like, found)
    return {gap: best(offers) for gap, offers in found.items()}


def _products(asked: Asked, products: list[Product], like: Likeness, found: Found) -> None:
    if not products:
        return
    requests = [one.request_id for one in products]
    shared = shared_elements(asked, requests)
    places = places_of(asked, requests)
    keys = [f"p{one.pk}" for one in products]
    for gap in asked.gaps:
        words = like.of(gap.question.pk, keys)
        for one in products:
            made = Offer(TRAINING, f"p{one.pk}", one.title, url_of(one.request.record), _handed(one), one.request_id)
            share = shared.get(one.request_id, {}).get(gap.question.pk, NOTHING)
            made.add(share.score, share.words)
            add_words(made, words.get(f"p{one.pk}"))
            if made.score < LEAST_SCORE:
                continue
            made.add(*asked.near(places.get(one.request_id, set())))
            made.add(*asked.fresh(one.handed_on))
            found.setdefault(gap.question.pk, []).append(made)


def _handed(one: Product) -> str:
    said = [_("given on %(day)s") % {"day": formats.day(one.handed_on)}]
    if one.people_reached:
        said.append(_("%(number)s people reached") % {"number": formats.number(one.people_reached)})
    return " · ".join(said)


def _outputs(asked: Asked, outputs: Iterable[Result], projects: Found, like: Likeness, found: Found) -> None:
    by_project: dict[int, list[Result]] = {}
    for one in outputs:
        by_project.setdefault(one.project_id, []).append(one)
    for gap, offers in projects.items():
        known: Mapping[int, Offer] = {one.record: one for one in offers if one.record in by_project}
        keys = [f"o{one.pk}" for key in known for one in by_project[key]]
        words = like.of(gap, keys)
        for key, project in known.items():
            for one in by_project[key]:
                made = Offer(TRAINING, f"o{one.pk}", one.record.title, project.url, _years(one), key)
                title = one.project.record.title
                made.add(project.score * OF_A_PROJECT, _("output of “%(project)s”") % {"project": title})
                add_words(made, words.get(f"o{one.pk}"))
                found.setdefault(gap, []).append(made)


def _years(one: Result) -> str:
    record = one.project.record
    starts: date | None = record.starts
    return formats.period(starts, record.ends)
