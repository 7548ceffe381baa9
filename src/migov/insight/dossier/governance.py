"""What a state has, needs and reports: parts of a country's dossier from the room of governance."""

from __future__ import annotations

from collections import defaultdict

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from migov.foundation.people.access import allowed
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.insight.dossier import blocks
from migov.insight.dossier.blocks import Ask, Block, Line
from migov.insight.dossier.said import dated
from migov.work.governance.assess import profile
from migov.work.governance.assess.queries import lists
from migov.work.governance.models import (
    Assessment,
    AssessmentState,
    GcmReport,
    PlanAction,
    PlanActionState,
    Pledge,
    PledgeState,
    PolicyDomain,
    Practice,
    PracticeState,
    PublishedCategory,
    RoadmapAction,
)
from migov.work.governance.unsdcf.queries import register as unsdcf


def _seen(ask: Ask) -> Q:
    return Q(record__in=Record.objects.visible_to(ask.viewer).standing())


def series(place: Place, ask: Ask) -> Block | None:
    """The official series of SDG indicator 10.7.2 for the country: one line a domain, with all years. One query."""
    if not place.is_territory or not allowed(ask.viewer, "scores.see"):
        return None
    rows = PublishedCategory.objects.current().filter(place=place).order_by("year")
    if ask.ends:
        rows = rows.filter(year__lte=ask.ends.year)
    by_domain: dict[str, list[PublishedCategory]] = defaultdict(list)
    for row in rows:
        by_domain[row.domain].append(row)
    lines, known = [], bool(by_domain) or PublishedCategory.objects.current().exists()
    for domain in PolicyDomain:
        found = by_domain.get(domain.value)
        if not found:
            continue
        last = found[-1]
        words = str(last.get_category_display())
        earlier = ", ".join(f"{row.year}: {row.get_category_display()}" for row in found[:-1]) or "–"
        lines.append(
            Line(
                f"10-7-2-{domain.value}",
                (str(domain.label), words, str(last.year), earlier),
                _("SDG indicator 10.7.2, %(domain)s: %(category)s (%(year)s).")
                % {"domain": domain.label, "category": words, "year": last.year},
                reverse("governance:series"),
                last.source,
                last.as_of,
            )
        )
    return Block(
        "series", _("SDG indicator 10.7.2, official series"), (_("Domain"), _("Category"), _("Year"), _("Earlier years")),
        tuple(lines[: ask.most]),
        empty=_("Not in the official series.") if known else _("The official series has not been loaded."),
        more=reverse("governance:series"), total=len(lines),
    )  # fmt: skip


def assessments(place: Place, ask: Ask) -> Block | None:
    """The newest assessment of each question set, domain by domain: what was published, else how it stands now, and that is said."""
    if not allowed(ask.viewer, "governance.enter"):
        return None
    found = lists.listed(ask.viewer).filter(country=place).exclude(state=AssessmentState.WITHDRAWN)
    seen = set(lists.live(ask.viewer).filter(country=place).values_list("pk", flat=True))
    newest: dict[str, Assessment] = {}
    for one in found.select_related("record", "set", "country", "snapshot").order_by("-year", "-pk"):
        newest.setdefault(one.set.code, one)
    lines = []
    for one in newest.values():
        published = one.state == AssessmentState.PUBLISHED
        if not published and one.pk not in seen:
            continue
        found_profile = profile.from_json(one.snapshot.content) if published else profile.of_rows(one, ask.viewer)
        state = str(one.get_state_display())
        for part in found_profile.domains:
            score = f"{formats.number(part.score, 0)} %" if part.score is not None else _("no score yet")
            lines.append(
                Line(
                    f"assessment-{one.set.code}-{part.code}",
                    (part.title, score, part.words or "–", f"{one.year}, {state}"),
                    _("In the assessment of %(year)s by %(set)s (%(state)s), %(domain)s: %(score)s.")
                    % {"set": one.set.title, "year": one.year, "domain": part.title, "score": score, "state": state},
                    reverse("governance:assessment", args=[one.pk]),
                    one.set.title,
                    one.published_on or one.record.changed_at.date(),
                )
            )
    return Block(
        "assessments", _("Assessments of migration governance"), (_("Domain"), _("Score"), _("Category"), _("State")),
        tuple(lines[: ask.most]), note=_("Only what is marked as published may be quoted.") if lines else "",
        empty=_("No assessment is held here."), more=f"{reverse('governance:assessments')}?country={place.code}", total=len(lines),
    )  # fmt: skip


def framework(place: Place, ask: Ask) -> Block | None:
    """The Cooperation Frameworks of the country and how far migration is in them. Three queries."""
    if not allowed(ask.viewer, "unsdcf.list"):
        return None
    lines = []
    for one in unsdcf.of_country(place, ask.viewer):
        if one.framework is None:
            continue
        count = one.outcomes
        share = f"{formats.percent(count.share)}" if count.share is not None else "–"
        judged = _("%(judged)s of %(all)s outcomes judged") % {"judged": count.judged, "all": count.total}
        taken = _("%(up)s of %(all)s") % {"up": one.taken.up, "all": one.taken.total} if one.taken.total else "–"
        lines.append(
            Line(
                f"unsdcf-{one.framework.pk}",
                (one.framework.record.title, one.period, share, judged, taken),
                _("%(title)s (%(period)s): migration in %(share)s of the outcomes that concern it (%(judged)s).")
                % {"title": one.framework.record.title, "period": one.period, "share": share, "judged": judged},
                reverse("governance:unsdcf", args=[one.framework.pk]),
                one.framework.source or _("Register of Cooperation Frameworks"),
                one.framework.record.changed_at.date(),
            )
        )
    return Block(
        "unsdcf", _("Cooperation Framework: is migration in it?"),
        (_("Framework"), _("Period"), _("Coverage"), _("Judged"), _("Suggestions taken up")), tuple(lines[: ask.most]),
        empty=_("No Cooperation Framework of this country is in the register."), more=reverse("governance:unsdcfs"), total=len(lines),
    )  # fmt: skip


def roadmap_actions(place: Place, ask: Ask) -> Block | None:
    """Open lines of the roadmaps of the country that the viewer may see, the first due first. Two queries."""
    if not allowed(ask.viewer, "governance.enter"):
        return None
    records = Record.objects.visible_to(ask.viewer).standing()
    found = (
        RoadmapAction.objects.filter(roadmap__country=place, roadmap__record__in=records)
        .exclude(state__in=["done", "dropped"])
        .select_related("roadmap")
    )
    rows = list(found.order_by("due", "order", "pk")[: ask.most])
    lines = tuple(
        Line(
            f"action-{one.pk}", (one.title, one.owner or "–", formats.day(one.due), dated(one.get_state_display(), one.due)),
            _("%(action)s: %(owner)s, %(due)s.")
            % {"action": one.title.rstrip("."), "owner": one.owner or "–", "due": formats.day(one.due) or _("no date")},
            reverse("governance:roadmap", args=[one.roadmap_id]), _("Roadmap of the country"), one.roadmap.agreed_on,
        )
        for one in rows
    )  # fmt: skip
    return Block(
        "roadmap", _("Roadmap: what is still to be done"), (_("Action"), _("Owner"), _("Due"), _("State")), lines,
        empty=_("No roadmap has an open line."), more=f"{reverse('governance:roadmaps')}?country={place.code}",
        total=found.count() if len(rows) == ask.most else len(rows),
    )  # fmt: skip


def compact(place: Place, ask: Ask) -> Block | None:
    """Reports, pledges and practices of the country under the Global Compact. Three queries."""
    if not allowed(ask.viewer, "governance.enter"):
        return None
    seen, lines = _seen(ask), []
    for report in (
        GcmReport.objects.filter(seen, country=place).select_related("record", "round").order_by("-round__year")
    ):
        state = str(report.get_state_display())
        lines.append(
            Line(
                f"gcm-report-{report.pk}",
                (report.record.title, _("Report"), state, formats.day(report.submitted_on) or "–"),
                f"{report.record.title}: {state}.",
                reverse("governance:gcm-report", args=[report.pk]),
                report.round.title,
                report.submitted_on,
            )
        )
    pledges = Pledge.objects.filter(seen, country=place).exclude(state=PledgeState.DROPPED).select_related("record")
    for pledge in pledges.order_by("due", "pk"):
        state = str(pledge.get_state_display())
        lines.append(
            Line(
                f"pledge-{pledge.pk}",
                (pledge.record.title, _("Pledge"), state, formats.day(pledge.due) or "–"),
                _("Pledge: %(pledge)s (%(state)s).") % {"pledge": pledge.record.title.rstrip("."), "state": state},
                reverse("governance:pledge", args=[pledge.pk]),
                pledge.source or _("Register of pledges"),
                pledge.made_on,
            )
        )
    practices = Practice.objects.filter(seen, country=place).exclude(
        state__in=[PracticeState.DRAFT, PracticeState.WITHDRAWN]
    )
    for practice in practices.select_related("record").order_by("-pk"):
        state = str(practice.get_state_display())
        lines.append(
            Line(
                f"practice-{practice.pk}",
                (practice.record.title, _("Practice"), state, formats.day(practice.submitted_on) or "–"),
                f"{practice.record.title}: {state}.",
                reverse("governance:practice", args=[practice.pk]),
                practice.url or _("Register of practices"),
                practice.submitted_on,
            )
        )
    return Block(
        "gcm", _("Global Compact: reports, pledges, practices"), (_("Title"), _("What"), _("State"), _("Day")),
        tuple(lines[: ask.most]), empty=_("No report, pledge or practice of this country is held here."),
        more=f"{reverse('governance:gcm')}?country={place.code}", total=len(lines), widths=(5, 1, 2, 2),
    )  # fmt: skip


def network(place: Place, ask: Ask) -> Block | None:
    """Open actions of the United Nations network in the country. Two queries."""
    if not allowed(ask.viewer, "plans.list"):
        return None
    records = Record.objects.visible_to(ask.viewer).standing()
    found = PlanAction.objects.filter(plan__country=place, plan__record__in=records).exclude(
        state__in=[PlanActionState.DONE, PlanActionState.STOPPED]
    )
    rows = list(found.select_related("plan").order_by("due", "order", "pk")[: ask.most])
    lines = tuple(
        Line(
            f"plan-action-{one.pk}", (one.text, one.lead or "–", dated(one.get_state_display(), one.due), formats.day(one.due)),
            _("%(network)s: %(action)s (%(lead)s).")
            % {"network": one.plan.network, "action": one.text.rstrip("."), "lead": one.lead or "–"},
            reverse("governance:plan", args=[one.plan_id]), one.plan.source or one.plan.network, one.plan.adopted_on,
        )
        for one in rows
    )  # fmt: skip
    total = found.count() if len(rows) == ask.most else len(rows)
    return Block(
        "network", _("United Nations network on migration"), (_("Action"), _("Lead"), _("State"), _("Due")), lines,
        note=ngettext("%s action is open.", "%s actions are open.", total) % total if total else "",
        empty=_("No work plan of a network has an open action."), more=reverse("governance:plans"), total=total,
    )  # fmt: skip


def register() -> None:
    """Called once, when the house is loaded."""
    group = gettext_lazy("Migration governance")
    blocks.register_country("series", gettext_lazy("SDG indicator 10.7.2"), 45, series, brief=7, group=group)
    blocks.register_country("assessments", gettext_lazy("Assessments"), 48, assessments, brief=6, group=group)
    blocks.register_country("unsdcf", gettext_lazy("Cooperation Framework"), 60, framework, brief=2, group=group)
    blocks.register_country("roadmap", gettext_lazy("Roadmap"), 52, roadmap_actions, brief=4, group=group)
    blocks.register_country("gcm", gettext_lazy("Global Compact"), 55, compact, brief=4, group=group)
    blocks.register_country("network", gettext_lazy("Network plans"), 62, network, brief=3, group=group)
