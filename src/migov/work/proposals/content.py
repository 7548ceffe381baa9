"""What a proposal says, as the content that clearance freezes, shows, compares and prints; and the rows that are frozen with it."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from migov.foundation.shell import formats
from migov.services.alignment.models import Alignment, Status
from migov.services.clearance.content import Content, Heading, Line, Part, Rows, Text, Value
from migov.services.files.models import Document
from migov.work.proposals import donors, freezing
from migov.work.proposals.models import Amendment, AmendmentKind, Proposal
from migov.work.proposals.queries import costs, markers, matrix, risks, schedule, writing
from migov.work.proposals.queries.outline import Numbered, outline

rows = freezing.rows
restore = freezing.restore


def content(proposal: Proposal) -> Content:
    """All that a proposal says now, in reading order. The number of queries does not depend on its size."""
    return Content(proposal.project.record.title, tuple(_parts(proposal)))


def amendment_content(amendment: Amendment) -> Content:
    """What an amendment says: what it asks for and why, then the proposal as it would be."""
    proposal = amendment.proposal
    record = proposal.project.record
    kinds = dict(AmendmentKind.choices)
    facts: list[tuple[str, str, Value]] = [
        ("kinds", _("Change"), ", ".join(str(kinds.get(code, code)) for code in amendment.kinds)),
        ("end", _("Last day as agreed"), record.ends),
    ]
    if amendment.new_end:
        facts.append(("new_end", _("New last day"), amendment.new_end))
    title = _("%(title)s: amendment %(number)s") % {"title": record.title, "number": amendment.number}
    asked = _facts("amendment", _("What is asked for"), facts)
    return Content(title, (asked, Text("reason", _("Why"), amendment.reason), *_parts(proposal)))


def _parts(proposal: Proposal) -> Iterator[Part]:
    plan = outline(proposal)
    yield _header(proposal)
    for section, text in writing.texts(proposal):
        yield Text(section.anchor, section.title, text, _("Text"))
    yield Rows("matrix", _("Results matrix"), matrix.headings(), matrix.rows(proposal))
    yield _budget(proposal, plan)
    yield _plan(proposal, plan)
    yield _risks(proposal)
    yield _markers(proposal)
    yield _alignments(proposal)
    yield _documents(proposal)


def _facts(anchor: str, title: str, facts: list[tuple[str, str, Value]]) -> Rows:
    headings = (Heading("what", ""), Heading("value", _("Value")))
    lines = [
        Line(f"{anchor}:{code}", label, {"what": label, "value": value if value not in ("", None) else formats.DASH})
        for code, label, value in facts
    ]
    return Rows(anchor, title, headings, lines)


def _header(proposal: Proposal) -> Rows:
    """The facts of the first page. Three queries."""
    record = proposal.project.record
    places = record.places.filter(superseded_at__isnull=True).select_related("place").order_by("place__short_name")
    themes = record.record_themes.filter(superseded_at__isnull=True).select_related("theme").order_by("theme__order")
    authors = proposal.authors.select_related("person").order_by("added_at")
    facts: list[tuple[str, str, Value]] = [
        ("title", _("Title"), record.title),
        ("reference", _("Reference"), record.reference),
        ("office", _("Office"), str(record.office or "")),
        ("places", _("Countries and areas"), ", ".join(formats.place(one.place) for one in places)),
        ("themes", _("Themes"), ", ".join(str(one.theme) for one in themes)),
        ("donor", _("Donor"), proposal.donor),
        ("rules", _("Rules of the donor"), donors.rules_of(proposal).name),
        ("starts", _("First day"), record.starts),
        ("ends", _("Last day"), record.ends),
        ("months", _("Months"), proposal.months),
        ("partners", _("Partners"), proposal.partners),
        ("government_request", _("Request of the government"), proposal.government_request),
        ("owner", _("Owner"), str(record.owner or "")),
        ("authors", _("Other authors"), ", ".join(str(one.person) for one in authors)),
    ]
    return _facts("header", _("The project"), facts)


def _budget(proposal: Proposal, plan: list[Numbered]) -> Rows:
    """One query."""
    currency = proposal.currency
    headings = (
        Heading("category", _("Category")), Heading("output", _("Output")), Heading("title", _("Line")),
        Heading("unit", _("Unit")), Heading("quantity", _("Quantity"), "number"),
        Heading("unit_cost", _("Unit cost"), "money", currency), Heading("amount", _("Amount"), "money", currency),
        Heading("year", _("Year"), "integer"), Heading("funded_by", _("Paid by")), Heading("note", _("Note")),
    )  # fmt: skip
    known = costs.lines(proposal, plan)
    lines = [
        Line(
            one.anchor, one.title or one.category_label,
            {"category": one.category_label, "output": one.output, "title": one.title, "unit": one.unit, "quantity": one.quantity,
             "unit_cost": one.unit_cost, "amount": one.amount, "year": one.year, "funded_by": one.funded_by, "note": one.note},
        )
        for one in known
    ]  # fmt: skip
    return Rows("budget", _("Budget"), headings, lines)


def _plan(proposal: Proposal, plan: list[Numbered]) -> Rows:
    """No query."""
    headings = (
        Heading("number", _("No.")), Heading("title", _("Activity")), Heading("responsible", _("Responsible")),
        Heading("first", _("First month"), "integer"), Heading("last", _("Last month"), "integer"),
    )  # fmt: skip
    lines = [
        Line(
            f"plan:{one.pk}", one.name,
            {"number": one.number, "title": one.title, "responsible": one.responsible, "first": one.first_month, "last": one.last_month},
        )
        for one in schedule.lines(proposal, plan)
    ]  # fmt: skip
    return Rows("plan", _("Work plan"), headings, lines)


def _risks(proposal: Proposal) -> Rows:
    """One query."""
    headings = (
        Heading("title", _("Risk")), Heading("category", _("Category")), Heading("likelihood", _("Likelihood"), "integer"),
        Heading("impact", _("Impact"), "integer"), Heading("score", _("Score"), "integer"), Heading("level", _("Level")),
        Heading("treatment", _("Treatment")), Heading("measures", _("What is done")), Heading("owner", _("Owner")),
        Heading("status", _("Status")),
    )  # fmt: skip
    lines = [
        Line(
            one.anchor, one.title,
            {"title": one.title, "category": one.category, "likelihood": one.likelihood, "impact": one.impact, "score": one.score,
             "level": one.level_label, "treatment": one.treatment_label, "measures": one.measures, "owner": one.owner,
             "status": one.status_label},
        )
        for one in risks.lines(proposal)
    ]  # fmt: skip
    return Rows("risks", _("Risks"), headings, lines)


def _markers(proposal: Proposal) -> Rows:
    """The self-assessment: each marker with its level, under it the answers. One query."""
    headings = (
        Heading("title", _("Marker or question")), Heading("answer", _("Level or answer")),
        Heading("justification", _("Justification")),
    )  # fmt: skip
    lines = []
    for one in markers.lines(proposal):
        lines.append(Line(one.anchor, one.title, {"title": one.title, "answer": one.level_label, "justification": ""}))
        lines += [
            Line(
                answer.anchor, str(answer.question.text),
                {"title": str(answer.question.text), "answer": answer.answer_label or _("not answered"),
                 "justification": answer.justification},
                depth=1,
            )
            for answer in one.answers
        ]  # fmt: skip
    return Rows("markers", _("Cross-cutting markers"), headings, lines)


def _alignments(proposal: Proposal) -> Rows:
    """What the project is said to contribute to. One query."""
    headings = (
        Heading("framework", _("Framework")), Heading("code", _("Element")), Heading("title", _("Title")),
        Heading("significance", _("Weight")),
    )  # fmt: skip
    confirmed = (
        Alignment.objects.current()
        .filter(record_id=proposal.pk, status=Status.CONFIRMED)
        .select_related("element__framework")
        .order_by("element__framework__order", "element__framework_id", "element__order", "element_id")
    )
    lines = [
        Line(
            f"element:{one.element_id}", f"{one.element.framework.short_title} {one.element.code}",
            {"framework": one.element.framework.short_title, "code": one.element.code, "title": one.element.title,
             "significance": str(one.get_significance_display())},
        )
        for one in confirmed
    ]  # fmt: skip
    return Rows("alignments", _("What it contributes to"), headings, lines)


def _documents(proposal: Proposal) -> Rows:
    """The names of the documents that are filed with it. One query."""
    headings = (Heading("title", _("Document")), Heading("kind", _("Kind")), Heading("name", _("File")))
    filed = Document.objects.standing().filter(of_id=proposal.pk).select_related("record").order_by("pk")
    lines = [
        Line(
            f"document:{one.pk}", one.record.title,
            {"title": one.record.title, "kind": str(one.get_kind_display()), "name": one.name},
        )
        for one in filed
    ]  # fmt: skip
    return Rows("documents", _("Documents"), headings, lines)
