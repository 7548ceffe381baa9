"""What a profile is compared with: what neighbours published, and the official series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from migov.foundation.places.models import Place
from migov.work.governance.assess.profile import Profile, from_json
from migov.work.governance.models import Assessment, AssessmentState, PolicyDomain, PublishedCategory, Snapshot


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The newest published assessment of another country with the same set."""

    key: int
    profile: Profile


@dataclass(frozen=True, slots=True)
class Region:
    """What the other countries published. means: percent by domain code; reporting: how many countries have a score there.

    countries: of so many territories (without the one that is compared), `neighbours` have published.
    """

    neighbours: Sequence[Neighbour]
    countries: int
    means: dict[str, Decimal]
    reporting: dict[str, int]


def region(of: Profile) -> Region:
    """What was published by the other territories with the same set of questions, the newest of each. Two queries."""
    rows = (
        Snapshot.objects.filter(
            assessment__state=AssessmentState.PUBLISHED, assessment__record__removed_at__isnull=True,
            assessment__record__visibility="public", assessment__set__code=of.set_code,
            assessment__country__is_territory=True, assessment__year__lte=of.year,
        )
        .exclude(assessment__country__code=of.country)
        .order_by("assessment__country", "-assessment__year")
        .values_list("assessment__country", "assessment", "content")
    )  # fmt: skip
    newest: dict[int, Neighbour] = {}
    for country, key, content in rows:
        if country not in newest:
            newest[country] = Neighbour(key, from_json(content))
    values: dict[str, list[Decimal]] = defaultdict(list)
    for one in newest.values():
        for part in one.profile.domains:
            if part.score is not None:
                values[part.code].append(part.score)
    means = {
        code: (sum(found, Decimal(0)) / len(found)).quantize(Decimal("0.01"), ROUND_HALF_UP)
        for code, found in values.items()
    }
    countries = Place.objects.filter(is_territory=True).exclude(code=of.country).count()
    ordered = sorted(newest.values(), key=lambda one: one.profile.country_name)
    return Region(ordered, countries, means, {code: len(found) for code, found in values.items()})


def official(country: Place | str) -> list[PublishedCategory]:
    """The newest official categories of a country (or of the code of one) in SDG indicator 10.7.2, domain by domain. One query."""
    code = country if isinstance(country, str) else country.code
    rows = PublishedCategory.objects.current().filter(place__code=code)
    newest: dict[str, PublishedCategory] = {}
    for row in rows.order_by("-year"):
        newest.setdefault(row.domain, row)
    return [newest[one] for one in PolicyDomain.values if one in newest]


def newest_before(of: Assessment) -> Assessment | None:
    """The assessment that it is compared with; None where there is none, or it was withdrawn or taken out."""
    found = Assessment.objects.select_related("record", "country", "set").filter(
        pk=of.previous_id, record__removed_at__isnull=True
    )
    return found.exclude(state=AssessmentState.WITHDRAWN).first() if of.previous_id else None
