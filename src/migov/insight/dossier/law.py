"""Treaties a country is bound by, its laws under review, what its government asked for: parts of its dossier."""

from __future__ import annotations

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import allowed
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.work.policy.instruments.queries import place_standings
from migov.work.policy.models import OPEN_STATES, AssistanceRequest, LegalText, Release


def ratifications(place: Place, ask: Ask) -> Block | None:
    """How the country stands towards each instrument, with source and the day to which it speaks. Three queries."""
    if not place.is_territory or not allowed(ask.viewer, "instruments.see"):
        return None
    found, standings = place_standings(place)
    known = [
        (one, standings[one.pk]) for one in found if one.pk in standings and standings[one.pk].preferred is not None
    ]
    # What a reader has to know first: not bound, or not certain.
    shown = sorted(known, key=lambda pair: not (pair[1].gap or pair[1].disagrees))[: ask.most]
    lines = []
    for instrument, standing in shown:
        since = standing.since or "–"
        differs = "; ".join(standing.reasons)
        label = _("%(status)s; sources differ") % {"status": standing.label} if differs else standing.label
        source = standing.preferred.source if standing.preferred else ""
        lines.append(
            Line(
                f"instrument-{instrument.code}",
                (instrument.short_title or instrument.title, label, since),
                _("%(instrument)s: %(status)s%(since)s.")
                % {
                    "instrument": instrument.short_title or instrument.title,
                    "status": standing.label,
                    "since": f" ({standing.since})" if standing.since else "",
                },
                reverse("policy:place", args=[place.code]),
                source,
                standing.as_of,
            )
        )
    return Block(
        "ratifications", _("Instruments: who is bound by what"), (_("Instrument"), _("Standing"), _("Since")), tuple(lines),
        note=_("As the sources knew it on the day stated; check the depositary before you quote it."),
        empty=_("No treaty status has been loaded for this country or area."), more=reverse("policy:place", args=[place.code]),
        total=len(known),
    )  # fmt: skip


def laws(place: Place, ask: Ask) -> Block | None:
    """Laws, drafts and strategies of the country, with the newest release of a review. Three queries."""
    if not allowed(ask.viewer, "policy.enter"):
        return None
    seen = Record.objects.visible_to(ask.viewer).standing()
    released = Release.objects.filter(review__record__in=seen).select_related("review__version").order_by("-at")
    found = (
        LegalText.objects.filter(country=place, record__in=seen)
        .select_related("record")
        .order_by("-record__changed_at", "pk")
    )
    rows = list(found[: ask.most].prefetch_related(Prefetch("versions")))
    newest: dict[int, Release] = {}
    for one in released.filter(review__version__text__in=[text.pk for text in rows]):
        newest.setdefault(one.review.version.text_id, one)
    lines = []
    for text in rows:
        release = newest.get(text.pk)
        reviewed = formats.day(release.at) if release else "–"
        words = _("reviewed, shared on %s") % reviewed if release else _("no review shared yet")
        lines.append(
            Line(
                f"text-{text.pk}",
                (text.record.title, str(text.get_status_display()), reviewed),
                f"{text.record.title}: {words}.",
                reverse("policy:text", args=[text.pk]),
                text.citation or _("Texts of the office"),
                text.record.changed_at.date(),
            )
        )
    return Block(
        "laws", _("Laws and policies"), (_("Text"), _("State"), _("Review shared")), tuple(lines),
        empty=_("No law or policy of this country is held here."),
        more=f"{reverse('policy:texts')}?country={place.code}", total=found.count() if len(rows) == ask.most else len(rows),
    )  # fmt: skip


def requests(place: Place, ask: Ask) -> Block | None:
    """Open requests of the government, and those of the period. Two queries."""
    if not allowed(ask.viewer, "policy.enter"):
        return None
    seen = Record.objects.visible_to(ask.viewer).standing()
    found = AssistanceRequest.objects.filter(country=place, record__in=seen).select_related("record")
    if ask.starts:
        found = found.filter(received_on__gte=ask.starts)
    else:
        found = found.filter(state__in=OPEN_STATES)
    if ask.ends:
        found = found.filter(received_on__lte=ask.ends)
    rows = list(found.order_by("-received_on", "-pk")[: ask.most])
    lines = tuple(
        Line(
            f"request-{one.pk}", (one.record.title, one.sender, str(one.get_state_display()), formats.day(one.received_on)),
            _("%(sender)s asked on %(day)s: %(title)s (%(state)s).")
            % {
                "sender": one.sender, "day": formats.day(one.received_on), "title": one.record.title.rstrip("."),
                "state": one.get_state_display(),
            },
            reverse("policy:request", args=[one.pk]),
            _("Letter %s") % one.letter if one.letter else _("Requests of the office"), one.received_on,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "requests", _("Requests for assistance"), (_("Request"), _("From"), _("State"), _("Received")), lines,
        empty=_("No request that is open."), more=f"{reverse('policy:requests')}?country={place.code}&show=all",
        total=found.count() if len(rows) == ask.most else len(rows),
    )  # fmt: skip


def register() -> None:
    """Called once, when the house is loaded."""
    group = gettext_lazy("Law and policy")
    blocks.register_country("ratifications", gettext_lazy("Instruments"), 30, ratifications, brief=6, group=group)
    blocks.register_country("laws", gettext_lazy("Laws and policies"), 35, laws, brief=3, group=group)
    blocks.register_country("requests", gettext_lazy("Requests"), 40, requests, brief=3, group=group)
