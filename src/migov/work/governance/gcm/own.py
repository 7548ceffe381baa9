"""What governance itself knows for a report: pledges, practices, assessments, the official series, network plans, the last report."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.aligned import YEARS, cut, parts_of
from migov.work.governance.gcm.known import Evidence, Known
from migov.work.governance.models import (
    Assessment,
    AssessmentState,
    GcmReport,
    Paragraph,
    PlanAction,
    PlanActionState,
    Pledge,
    PledgeProgress,
    Practice,
    PracticeState,
    PublishedCategory,
    Topic,
)

OUT = (PracticeState.REVIEWED, PracticeState.SUBMITTED, PracticeState.PUBLISHED)


def pledges(report: GcmReport) -> Iterator[Known]:
    """Pledges of the report's country (all, for the region), under their objectives; else under the next steps. Three queries."""
    rows = Pledge.objects.filter(record__removed_at__isnull=True).select_related("record", "country", "round")
    found = list(rows.filter(country=report.country_id) if report.country_id else rows)
    parts = parts_of(one.pk for one in found)
    latest = {
        one.pledge_id: one
        for one in PledgeProgress.objects.current().filter(pledge__in=found).order_by("day", "recorded_at")
    }
    allowed = set(ground.audience(report))
    for one in found:
        told = latest.get(one.pk)
        said = [_pledged(one)]
        if one.record.summary:
            said.append(cut(one.record.summary))
        if told is not None:
            words = {"state": one.get_state_display(), "day": formats.day(told.day), "text": cut(told.text, 300)}
            said.append(_("On %(day)s it was %(state)s: %(text)s") % words)
        else:
            said.append(_("No progress is recorded yet."))
        proof = Evidence(
            one.record.title[:300], record=one.record, url=(told.url if told else "") or one.url,
            source=one.source, as_of=told.day if told else one.made_on,
        )  # fmt: skip
        shared = one.record.visibility in allowed
        for part in parts.get(one.pk) or ["next-steps"]:
            yield Known(f"pledge:{one.pk}:{part}", part, Topic.PLEDGE, " ".join(said), (proof,), shared)


def _pledged(pledge: Pledge) -> str:
    """The first sentence on a pledge: what it is called, and its days as far as they are known."""
    title = pledge.record.title.strip().rstrip(".")
    if pledge.made_on and pledge.due:
        words = _("The pledge “%(title)s” was made on %(made)s and is due on %(due)s.")
    elif pledge.made_on:
        words = _("The pledge “%(title)s” was made on %(made)s.")
    elif pledge.due:
        words = _("The pledge “%(title)s” is due on %(due)s.")
    else:
        words = _("The pledge “%(title)s” was made.")
    return words % {"title": title, "made": formats.day(pledge.made_on), "due": formats.day(pledge.due)}


def practices(report: GcmReport) -> Iterator[Known]:
    """Practices that were reviewed, under the objectives that they are confirmed for. Two queries."""
    rows = Practice.objects.filter(record__removed_at__isnull=True, state__in=OUT).select_related("record")
    found = list(rows.filter(country=report.country_id) if report.country_id else rows)
    parts = parts_of(one.pk for one in found)
    allowed = set(ground.audience(report))
    for one in found:
        said = [f"{one.record.title.rstrip('.')}.", cut(one.record.summary), cut(one.results)]
        proof = Evidence(one.record.title[:300], record=one.record, url=one.url, source=str(one.get_state_display()))
        for part in parts.get(one.pk, ()):
            topic, shared = Topic.PRACTICE, one.record.visibility in allowed
            yield Known(f"practice:{one.pk}:{part}", part, topic, " ".join(filter(None, said)), (proof,), shared)


def assessments(report: GcmReport) -> Iterator[Known]:
    """Published assessments of the country, in the years of the round. One query."""
    if report.country_id is None:
        return
    year = report.round.year
    rows = Assessment.objects.filter(
        country=report.country_id, state=AssessmentState.PUBLISHED, record__removed_at__isnull=True,
        year__gt=year - YEARS, year__lte=year,
    )  # fmt: skip
    allowed = set(ground.audience(report))
    for one in rows.select_related("record").order_by("-year"):
        said = [
            _("A self-assessment of migration governance for %(year)d was published on %(day)s.")
            % {"year": one.year, "day": formats.day(one.published_on)},
            cut(one.summary),
        ]
        proof = Evidence(one.record.title[:300], record=one.record, as_of=one.published_on)
        shared = one.record.visibility in allowed
        yield Known(f"assessment:{one.pk}", "environment", Topic.DATA, " ".join(filter(None, said)), (proof,), shared)


def series(report: GcmReport) -> Iterator[Known]:
    """The latest published categories of SDG indicator 10.7.2 for the country. One query."""
    if report.country_id is None:
        return
    rows = list(
        PublishedCategory.objects.current()
        .filter(place=report.country_id, year__lte=report.round.year)
        .order_by("-year", "domain")
    )
    if not rows:
        return
    latest = [one for one in rows if one.year == rows[0].year]
    words = "; ".join(f"{one.get_domain_display()} ({one.get_category_display()})" for one in latest)
    said = _("SDG indicator 10.7.2 as published for %(year)d: %(words)s.") % {"year": rows[0].year, "words": words}
    title = _("SDG indicator 10.7.2, official series, %d") % rows[0].year
    proof = Evidence(title, source=rows[0].source, as_of=rows[0].as_of)
    yield Known(f"series:{rows[0].year}", "environment", Topic.DATA, said, (proof,))


def plan_actions(report: GcmReport) -> Iterator[Known]:
    """Actions of the network's work plans by objective: of the country's network, or of the regional one. Two queries."""
    year = report.round.year
    rows = PlanAction.objects.filter(
        plan__record__removed_at__isnull=True, plan__country=report.country_id, plan__ends__gt=year - YEARS,
        plan__starts__lte=year,
    ) if report.country_id else PlanAction.objects.filter(
        plan__record__removed_at__isnull=True, plan__country__isnull=True, plan__ends__gt=year - YEARS, plan__starts__lte=year
    )  # fmt: skip
    allowed = set(ground.audience(report))
    found = rows.exclude(state=PlanActionState.STOPPED).select_related("plan__record")
    for one in found.prefetch_related("objectives__main"):
        said = _("Action of the %(network)s, %(state)s: %(text)s.") % {
            "network": one.plan.network, "text": one.text.strip().rstrip("."), "state": one.get_state_display(),
        }  # fmt: skip
        whole = [said, one.result, _("Lead: %s.") % one.lead if one.lead else ""]
        proof = Evidence(one.plan.record.title[:300], record=one.plan.record, place=one.code, source=one.plan.source)
        shared = one.plan.record.visibility in allowed
        for part in dict.fromkeys(filter(None, (outline.part_of(element) for element in one.objectives.all()))):
            yield Known(f"plan:{one.pk}:{part}", part, Topic.PROGRESS, " ".join(filter(None, whole)), (proof,), shared)


def earlier(report: GcmReport) -> Iterator[Known]:
    """Gaps and needs of the report before, so that this one says what became of them. One query."""
    if report.previous_id is None:
        return
    rows = Paragraph.objects.filter(
        Q(topic=Topic.GAP) | Q(topic=Topic.SUPPORT), report=report.previous_id, removed_at__isnull=True
    ).select_related("report__record", "report__round")
    for one in rows:
        record = one.report.record
        said = _("The report for “%(round)s” said: “%(text)s”") % {
            "round": one.report.round.title, "text": cut(one.text, 400),
        }  # fmt: skip
        proof = Evidence(record.title[:300], record=record, as_of=one.report.submitted_on)
        shared = record.visibility in ground.audience(report) and record.removed_at is None
        yield Known(f"earlier:{one.pk}", one.part, one.topic, said, (proof,), shared)


def of_countries(report: GcmReport) -> Iterator[Known]:
    """For the region: the progress that reports of countries for the same round tell, once they were cleared. One query."""
    if report.country_id is not None:
        return
    rows = (
        Paragraph.objects.filter(
            report__round=report.round_id, report__country__isnull=False, report__submission__isnull=False,
            report__record__removed_at__isnull=True, removed_at__isnull=True, part__in=outline.codes(),
            topic__in=[Topic.PROGRESS, Topic.GAP, Topic.SUPPORT],
        )
        .select_related("report__record", "report__country")
        .order_by("report__country__short_name", "pk")
    )  # fmt: skip
    for one in rows:
        if one.report.country is None:
            continue
        proof = Evidence(one.report.record.title[:300], record=one.report.record, as_of=one.report.submitted_on)
        said = f"{formats.place(one.report.country)}: {cut(one.text, 400)}"
        shared = one.report.record.visibility in ground.audience(report)
        yield Known(f"country:{one.pk}", one.part, one.topic, said, (proof,), shared)


SOURCES = {
    "pledges": pledges,
    "practices": practices,
    "assessments": assessments,
    "series": series,
    "plans": plan_actions,
    "earlier": earlier,
    "countries": of_countries,
}
