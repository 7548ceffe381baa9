"""A profile beside what it is compared with: the one before, what the region published, the official series."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.work.governance.assess import profile
from migov.work.governance.assess.profile import Change, Part, Profile
from migov.work.governance.assess.queries.region import Region, official, region
from migov.work.governance.assess.radar import Series, radar
from migov.work.governance.models import PublishedCategory


@dataclass(frozen=True, slots=True)
class Row:
    """A domain with its neighbours. before, change, mean: percent and percentage points, None where there is none; of: how many
    countries the mean is of."""

    part: Part
    before: Decimal | None
    change: Decimal | None
    mean: Decimal | None
    of: int


@dataclass(frozen=True, slots=True)
class Comparison:
    """A profile and what stands beside it."""

    profile: Profile
    before: Profile | None
    rows: Sequence[Row]
    changes: Sequence[Change]
    region: Region
    official: Sequence[PublishedCategory]

    @property
    def name(self) -> str:
        """Country (with its mark) and year."""
        return f"{place_name(self.profile)} {self.profile.year}"


def place_name(of: Profile) -> str:
    """The short name of the country, with an asterisk where its footnote is printed."""
    return f"{of.country_name.rstrip('*')}*" if of.footnote else of.country_name


def compare(now: Profile, before: Profile | None) -> Comparison:
    """A profile beside the one before, the region and the official series. Three queries."""
    around = region(now)
    then = {part.code: part.score for part in before.domains} if before else {}
    differences = profile.differences(before, now) if before else {}
    rows = [
        Row(part, then.get(part.code), differences.get(part.code), around.means.get(part.code), around.reporting.get(part.code, 0))
        for part in now.domains
    ]  # fmt: skip
    changed = profile.changes(before, now) if before else []
    return Comparison(now, before, rows, changed, around, official(now.country))


def picture(of: Comparison) -> SafeString:
    """The radar of the profile, the one before, and the mean of what the region published; nothing for fewer than three domains."""
    series = []
    if any(row.mean is not None for row in of.rows):
        series.append(Series(_("Mean of what the region published"), "region", [row.mean for row in of.rows]))
    if of.before is not None:
        series.append(Series(str(of.before.year), "before", [row.before for row in of.rows]))
    series.append(Series(of.name, "now", [row.part.score for row in of.rows]))
    return radar([row.part.title for row in of.rows], series, _("Score by domain, in percent: %s") % of.name)


def signed(points: Decimal | None) -> str:
    """Percentage points with their sign; a dash for none."""
    if points is None:
        return formats.DASH
    return f"+{formats.number(points, 1)}" if points > 0 else formats.number(points, 1)
