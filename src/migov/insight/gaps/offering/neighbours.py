"""Other countries that answered the question better, as far as they have published it: the copy that was published, nothing else."""

from __future__ import annotations

from decimal import Decimal

from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.access import is_internal
from migov.foundation.shell import formats
from migov.insight.gaps.gaps import Gaps
from migov.insight.gaps.offers import COUNTRY, SAME_SUBREGION, Asked, Found, Offer, best
from migov.work.governance.assess.profile import of_sheet
from migov.work.governance.assess.queries.region import region

EVIDENCE_SHOWN = 2


def countries(asked: Asked, of: Gaps) -> Found:
    """For each gap the countries whose published answer scores more. Two queries."""
    found: Found = {}
    by_code = {place.code: place for place in asked.territories.values()}
    internal = is_internal(asked.viewer)
    for neighbour in region(of_sheet(of.sheet)).neighbours:
        profile, place = neighbour.profile, by_code.get(neighbour.profile.country)
        questions = profile.questions
        url = reverse("governance:assessment", args=[neighbour.key]) if internal else ""
        for gap in asked.gaps:
            one = questions.get(gap.question.code)
            if one is None or one.score is None or one.score <= gap.score:
                continue
            name = formats.place(place) if place else profile.country_name
            evidence = "; ".join(shown.words for shown in one.evidence[:EVIDENCE_SHOWN])
            made = Offer(COUNTRY, f"{neighbour.key}", f"{name}: {one.label}", url, evidence)
            made.add(
                float(one.score - gap.score),
                _("scores %(theirs)s, here %(ours)s") % {"theirs": _score(one.score), "ours": _score(gap.score)},
            )
            if place is not None and place.subregion_id == asked.place.subregion_id:
                made.add(SAME_SUBREGION, _("of the same sub-region"))
            made.add(0.0, _("assessment of %(year)s, published") % {"year": profile.year})
            found.setdefault(gap.question.pk, []).append(made)
    return {gap: best(offers) for gap, offers in found.items()}


def _score(value: Decimal) -> str:
    return formats.number(value)
