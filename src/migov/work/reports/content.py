"""What a report says, as the content that clearance freezes, shows, compares and prints; and where each of its figures comes from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal

from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.clearance.content import Content, Heading, Line, Part, Rows, Text, Value
from migov.services.writing.standing import Standing
from migov.work.reports import outlines
from migov.work.reports.facts import AHEAD, DONE, RUNNING, Facts
from migov.work.reports.models import Report
from migov.work.reports.reading import sections_of
from migov.work.results.models import Level

HEADER, FACTS = "header", "facts:"


def content(report: Report, facts: Facts | None = None) -> Content:
    """All that a report says now, in reading order. The number of queries does not depend on its size."""
    facts = facts or Facts(report)
    sections = sections_of(report, facts=facts)
    return Content(report.record.title, tuple(_parts(report, facts, sections)))


def _parts(report: Report, facts: Facts, sections: Sequence[Standing[outlines.Part]]) -> Iterator[Part]:
    yield _header(report, facts)
    shown: set[str] = set()
    for one in sections:
        part = one.part
        yield Text(part.anchor, part.title, one.text, _("Text"))
        for code in part.facts:
            if part.result is None and code not in shown:
                shown.add(code)
                yield TABLES[code](facts)


def _header(report: Report, facts: Facts) -> Rows:
    """The facts of the first page. Three queries."""
    project = report.project.record
    places = project.places.filter(superseded_at__isnull=True).select_related("place").order_by("place__short_name")
    donors = report.project.participations.filter(role="1").select_related("organisation")
    donor = facts.proposal.donor if facts.proposal else "; ".join(str(one.organisation) for one in donors)
    said: list[tuple[str, str, Value]] = [
        ("project", _("Project"), project.title), ("reference", _("Reference"), project.reference),
        ("type", _("Type"), capfirst(report.get_type_display())), ("office", _("Office"), str(project.office or "")),
        ("places", _("Countries and areas"), ", ".join(formats.place(one.place) for one in places)),
        ("donor", _("Donor"), donor), ("starts", _("Project from"), project.starts), ("ends", _("Project to"), project.ends),
        ("period_starts", _("Period from"), report.starts), ("period_ends", _("Period to"), report.ends),
        ("as_of", _("Figures of"), facts.day),
    ]  # fmt: skip
    headings = (Heading("what", ""), Heading("value", _("Value")))
    lines = [
        Line(f"{HEADER}:{code}", label, {"what": label, "value": value if value not in ("", None) else formats.DASH})
        for code, label, value in said
    ]
    return Rows(HEADER, _("The report"), headings, lines)


def _results(facts: Facts) -> Rows:
    headings = (
        Heading("title", _("Result or indicator")), Heading("unit", _("Unit")), Heading("baseline", _("Baseline"), "number"),
        Heading("target", _("Target to date"), "number"), Heading("actual", _("Reached to date"), "number"),
        Heading("state", _("State")), Heading("final", _("Target in the end"), "number"), Heading("comment", _("Comment")),
    )  # fmt: skip
    lines: list[Line] = []
    for row in facts.results:
        if row.level == Level.ACTIVITY and not row.indicators:
            continue  # what is done stands in the work plan
        lines.append(Line(row.anchor, row.name, {"title": row.name}, row.depth))
        lines += [
            Line(
                one.anchor, one.title,
                {"title": one.title, "unit": one.unit, "baseline": one.baseline, "target": one.target, "actual": one.actual,
                 "state": one.state_words, "final": one.final, "comment": one.comment},
                row.depth + 1,
            )
            for one in row.indicators
        ]  # fmt: skip
    return Rows(f"{FACTS}results", _("Progress against targets"), headings, lines)


def _people(facts: Facts) -> Rows:
    headings = (
        Heading("title", _("Indicator")), Heading("reached", _("Reached to date"), "number"),
        Heading("target", _("Target to date"), "number"),
        Heading("female", _("Women and girls"), "number"), Heading("male", _("Men and boys"), "number"), Heading("ages", _("By age")),
    )  # fmt: skip
    lines = [
        Line(
            f"people:{one.indicator.key}", one.indicator.title,
            {"title": one.indicator.title, "reached": one.indicator.actual, "target": one.indicator.target, "female": one.female,
             "male": one.male, "ages": one.age_words},
        )
        for one in facts.people
    ]  # fmt: skip
    return Rows(f"{FACTS}people", _("People reached, by sex and age"), headings, lines)


PLAN_WORDS: dict[str, Callable[[], str]] = {
    DONE: lambda: _("planned to be finished"),
    RUNNING: lambda: _("planned to be under way"),
    AHEAD: lambda: _("planned for later"),
}


def _plan(facts: Facts) -> Rows:
    headings = (
        Heading("title", _("Activity")), Heading("output", _("Output")), Heading("starts", _("Planned from"), "date"),
        Heading("ends", _("Planned to"), "date"), Heading("state", _("By the end of the period")), Heading("responsible", _("Responsible")),
    )  # fmt: skip
    lines = [
        Line(
            f"activity:{one.line.pk}", one.line.name,
            {"title": one.line.name, "output": one.line.output, "starts": one.line.starts, "ends": one.line.ends,
             "state": PLAN_WORDS[one.state]() if one.state in PLAN_WORDS else "", "responsible": one.line.responsible},
        )
        for one in facts.plan
    ]  # fmt: skip
    return Rows(f"{FACTS}plan", _("The work plan"), headings, lines)


def _risks(facts: Facts) -> Rows:
    headings = (
        Heading("title", _("Risk")), Heading("score", _("Score"), "integer"), Heading("level", _("Level")),
        Heading("measures", _("What is done")), Heading("owner", _("Owner")), Heading("status", _("Status")),
    )  # fmt: skip
    lines = [
        Line(
            one.anchor, one.title,
            {"title": one.title, "score": one.score, "level": one.level_label, "measures": one.measures, "owner": one.owner,
             "status": one.status_label},
        )
        for one in facts.risks
    ]  # fmt: skip
    return Rows(f"{FACTS}risks", _("The risk register"), headings, lines)


def _markers(facts: Facts) -> Rows:
    headings = (Heading("title", _("Marker")), Heading("level", _("Level in the proposal")))
    lines = [
        Line(f"marker:{one.code}", one.title, {"title": one.title, "level": one.level_label})
        for one in facts.markers
        if one.level is not None
    ]
    return Rows(f"{FACTS}markers", _("What the proposal promised"), headings, lines)


def _alignments(facts: Facts) -> Rows:
    headings = (Heading("framework", _("Framework")), Heading("code", _("Element")), Heading("title", _("Title")),
                Heading("significance", _("Weight")))  # fmt: skip
    lines = [
        Line(
            f"element:{one.element_id}", f"{one.element.framework.short_title} {one.element.code}",
            {"framework": one.element.framework.short_title, "code": one.element.code, "title": one.element.title,
             "significance": str(one.get_significance_display())},
        )
        for one in facts.alignments
    ]  # fmt: skip
    return Rows(f"{FACTS}alignments", _("What the project contributes to"), headings, lines)


def _money(facts: Facts) -> Rows:
    headings = (
        Heading("currency", _("Currency")), Heading("budget", _("Budget"), "money"),
        Heading("received", _("Received to date"), "money"),
        Heading("within", _("Spent in the period"), "money"), Heading("spent", _("Spent to date"), "money"),
        Heading("share", _("Share spent"), "percent"), Heading("left", _("Left"), "money"),
    )  # fmt: skip
    lines = [
        Line(
            f"money:{one.currency}", one.currency,
            {"currency": one.currency, "budget": one.budget, "received": one.received, "within": one.within, "spent": one.spent,
             "share": None if one.share is None else one.share.quantize(Decimal("0.0001")), "left": one.left},
        )
        for one in facts.money
    ]  # fmt: skip
    return Rows(f"{FACTS}money", _("Budget and spending"), headings, lines)


def _evidence(facts: Facts) -> Rows:
    headings = (
        Heading("title", _("Document or indicator")), Heading("kind", _("Kind")), Heading("said", _("File or source")),
        Heading("day", _("Date"), "date"),
    )  # fmt: skip
    lines = [
        Line(
            one.anchor,
            one.title,
            {"title": one.title, "kind": one.kind or _("source of a value"), "said": one.said, "day": one.day},
        )
        for one in facts.evidence
    ]
    return Rows(f"{FACTS}evidence", _("Evidence"), headings, lines)


TABLES: dict[str, Callable[[Facts], Rows]] = {
    "results": _results, "people": _people, "plan": _plan, "risks": _risks, "markers": _markers, "alignments": _alignments,
    "money": _money, "evidence": _evidence,
}  # fmt: skip


def source_of(report: Report, anchor: str) -> str:
    """Address of the rows behind a line of the content; empty where it has none of its own."""
    kind, _colon, key = anchor.partition(":")
    project = report.project_id
    match kind:
        case "indicator" | "people":
            return reverse("results:indicator", args=[key])
        case "result":
            return f"{reverse('projects:panel', args=[project, 'results'])}#result-{key}"
        case "money":
            return reverse("projects:money", args=[project])
        case "activity":
            return reverse("proposals:plan", args=[project])
        case "risk":
            return reverse("proposals:risks", args=[project])
        case "marker":
            return reverse("proposals:markers", args=[project])
        case "element":
            return reverse("projects:panel", args=[project, "alignments"])
        case "source":
            return reverse("results:indicator", args=[key.partition("-")[0]])
        case "document":
            return reverse("files:page", args=[key])
    return ""
