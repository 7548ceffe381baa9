"""What a dossier offers to who writes: facts for inputs, with source and day, and what a Global Compact report can begin from."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Viewer
from migov.foundation.places.models import Place
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask
from migov.work.cooperation.inputs import facts
from migov.work.cooperation.inputs.facts import Context, Offered
from migov.work.governance.gcm import known
from migov.work.governance.gcm.known import Evidence, Known
from migov.work.governance.models import GcmReport, Topic
from migov.work.policy.instruments.queries import place_standings
from migov.work.policy.models import Body

PULLED = (
    ("results", gettext_lazy("Results of projects")),
    ("projects", gettext_lazy("Projects under way")),
    ("ratifications", gettext_lazy("Treaties")),
    ("laws", gettext_lazy("Laws and policies")),
    ("series", gettext_lazy("SDG indicator 10.7.2")),
    ("assessments", gettext_lazy("Assessments")),
    ("unsdcf", gettext_lazy("Cooperation Framework")),
)
MOST = 10  # lines of a part, for each country
COUNTRIES = 6  # of a meeting


def _places(context: Context) -> list[Place]:
    """The countries that the input is about: its own, those whose offices were asked or that are named; else the office's territories
    among those that come to the meeting."""
    if context.places:
        return list(context.places)
    if context.place is not None:
        return [context.place]
    if context.meeting is None:
        return []
    coming = Q(pk__in=context.meeting.delegations.values("place"))
    return list(Place.objects.filter(coming, is_territory=True)[:COUNTRIES])


def offered(code: str, context: Context, viewer: Viewer) -> list[Offered]:
    """The lines of one part of the dossiers of the countries in question, as sentences with their source."""
    found = []
    for place in _places(context):
        for block in blocks.of_country(place, Ask(viewer, context.themes, most=MOST), [code]):
            found += [
                Offered(
                    f"{place.code}-{line.key}"[:200], f"{place.name}: {line.text}", line.source, line.last_day, line.url
                )
                for line in block.lines
                if line.source
            ]
    return found


def treaties(report: GcmReport) -> Iterator[Known]:
    """The instruments a country is bound by, and those that it is known not to be bound by: under the policy environment. Two queries."""
    if report.country is None or not report.country.is_territory:
        return
    found, standings = place_standings(report.country)
    held = [(one, standings[one.pk]) for one in found if one.body != Body.EU and standings[one.pk].held]
    gaps = [(one, standings[one.pk]) for one in found if one.body != Body.EU and standings[one.pk].gap]
    address = reverse("policy:place", args=[report.country.code])
    for key, topic, rows, words in (
        ("bound", Topic.PROGRESS, held, _("%(country)s is bound by: %(instruments)s.")),
        ("not-bound", Topic.GAP, gaps, _("By the sources at hand, %(country)s is not bound by: %(instruments)s.")),
    ):
        if not rows:
            continue
        names = "; ".join(f"{one.short_title or one.title}{_since(standing)}" for one, standing in rows)
        known_on = max((standing.as_of for _one, standing in rows if standing.as_of), default=None)
        sources = sorted({standing.preferred.source for _one, standing in rows if standing.preferred})
        proof = Evidence(_("Treaty status"), address=address, source="; ".join(sources)[:300], as_of=known_on)
        yield Known(
            f"treaties-{key}",
            "environment",
            topic,
            words % {"country": report.country.name, "instruments": names},
            (proof,),
        )


def _since(standing: object) -> str:
    since = getattr(standing, "since", "")
    return f" ({since})" if since else ""


def register() -> None:
    """Called once, when the house is loaded."""
    for code, label in PULLED:
        facts.register(f"dossier-{code}", label, _FINDERS[code])
    known.register("treaties", treaties)


_FINDERS = {code: partial(offered, code) for code, _label in PULLED}
