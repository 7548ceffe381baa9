"""A report as a document: DOCX and PDF. Every paragraph carries the numbers of its evidence, which is listed in an annex."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.people.access import Viewer
from migov.foundation.places.actions import notes
from migov.foundation.records.models import Record
from migov.foundation.shell import formats
from migov.services.documents import Block, Column, Emphasis, Link, Paragraph, Report, Section, Table
from migov.services.documents.tree import Inline
from migov.work.governance.gcm import ground, outline
from migov.work.governance.gcm.queries import parts
from migov.work.governance.gcm.queries.contributions import asked
from migov.work.governance.gcm.queries.pledges import rows
from migov.work.governance.models import GcmReport, GcmReportState, Pledge, Topic

FORMATS = ("docx", "pdf")
# Headings of narrow columns, so that no word of them is broken.
SHORT = {
    Topic.PROGRESS: gettext_lazy("Progress"),
    Topic.GAP: gettext_lazy("Gaps"),
    Topic.PRACTICE: gettext_lazy("Practices"),
    Topic.DATA: gettext_lazy("Data"),
    Topic.PLEDGE: gettext_lazy("Pledges"),
    Topic.SUPPORT: gettext_lazy("Support"),
}


@dataclass
class Notes:
    """The evidence of a document, numbered as it is first named; the same source keeps its number."""

    found: dict[tuple[object, ...], int] = field(default_factory=dict)
    rows: list[dict[str, object]] = field(default_factory=list)

    def number(self, proof: parts.Proof) -> int:
        """The number of a piece of evidence."""
        row = proof.row
        title = proof.title or _("A source kept within the office")
        key = (row.record_id, title, row.place, row.url, row.source, row.as_of)
        if key not in self.found:
            self.found[key] = len(self.found) + 1
            words = ", ".join(filter(None, [title, row.place if proof.title else ""]))
            self.rows.append(
                {
                    "number": self.found[key], "title": Link(words, proof.url or row.url) if proof.url or row.url else words,
                    "source": proof.source if proof.title else "", "day": row.as_of,
                }
            )  # fmt: skip
        return self.found[key]


def document(report: GcmReport, viewer: Viewer, *, base_url: str = "") -> Report:
    """The report as a document tree: an outline of headings, paragraphs with numbered evidence, four annexes.

    Only what the viewer may see.
    """
    whole = outline.outline()
    found = parts.written(report, viewer)
    proofs = Notes()
    blocks: list[Block] = []
    for group in whole.groups:
        inner = [section for part in group.parts if (section := _part(part, found.get(part.code, {}), proofs))]
        if not inner:
            continue
        if group.title.startswith(_("Round table")) or len(group.parts) > 4:
            blocks.append(Section(group.title, inner))
        else:
            blocks += inner
    blocks.append(_overview(whole, found))
    blocks.append(_pledges(report, viewer))
    blocks.append(_contributors(report))
    blocks.append(_evidence(proofs))
    record = report.record
    draft = report.state not in (GcmReportState.CLEARED, GcmReportState.SUBMITTED)
    notices = [_("Draft: it has not been cleared, and its words may still change.")] if draft else []
    if record.illustrative:
        notices.append(_("Written for the demonstration; nothing in it is real."))
    return Report(
        title=record.title, subtitle=_subtitle(report), organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(), base_url=base_url, notices=notices, name=record.title, blocks=blocks,
        footnotes=[words] if (words := _footnote(report)) else [], sources=[whole.source],
        metadata=_about(report),
    )  # fmt: skip


def _subtitle(report: GcmReport) -> str:
    """The round; where the title names it, its year and region."""
    if report.round.title not in report.record.title:
        return f"{report.round.title}, {report.round.year}"
    return ", ".join(filter(None, [str(report.round.year), report.round.region]))


def _footnote(report: GcmReport) -> str:
    """The footnote on Kosovo where the report may name it; empty for a country's report that does not."""
    if report.country is not None and not report.country.needs_footnote:
        words = " ".join([report.record.title, *report.paragraphs.values_list("text", flat=True)])
        if "Kosovo" not in words:
            return ""
    return str(notes()["kosovo_footnote"])


def _about(report: GcmReport) -> dict[str, str]:
    found = {
        _("Round"): f"{report.round.title}, {report.round.year}",
        _("Country or area"): formats.place(report.country) if report.country else _("The region"),
        _("State"): capfirst(str(report.get_state_display())),
    }
    if report.submitted_on:
        found[_("Submitted")] = formats.day(report.submitted_on)
    return found


def _part(part: outline.Part, topics: dict[str, list[parts.Written]], proofs: Notes) -> Section | None:
    order = [topic for topic in dict.fromkeys([*part.topics, *Topic.values]) if topics.get(topic)]
    if not order:
        return None
    inner: list[Block] = []
    for topic in order:
        said: list[Block] = [block for one in topics[topic] for block in _paragraph(one, proofs)]
        if len(order) == 1 and topic == Topic.PROGRESS and part.kind in ("general", "cluster"):
            inner += said
        else:
            inner.append(Section(capfirst(str(Topic(topic).label)), said))
    return Section(part.label, inner)


def _paragraph(one: parts.Written, proofs: Notes) -> Iterable[Block]:
    pieces = [piece.strip() for piece in one.paragraph.text.split("\n\n") if piece.strip()]
    numbers = sorted({proofs.number(proof) for proof in one.proofs})
    mark: Inline = " " + "".join(f"[{number}]" for number in numbers) if numbers else Emphasis(" " + _("[no evidence]"))
    for at, piece in enumerate(pieces):
        yield Paragraph([piece, mark] if at == len(pieces) - 1 else piece)


def _overview(whole: outline.Outline, found: dict[str, dict[str, list[parts.Written]]]) -> Section:
    """Objectives × topics: how many paragraphs say something; and of which objectives nothing is said."""
    topics = Topic.values
    columns = [Column("title", _("Objective"), width=7)]
    columns += [Column(topic, str(SHORT[Topic(topic)]), "integer", width=2.2) for topic in topics]
    lines, silent = [], []
    for part in whole.objectives():
        counts = {topic: len(found.get(part.code, {}).get(topic, ())) or None for topic in topics}
        if any(counts.values()):
            lines.append({"title": f"{part.element}. {part.title}", **counts})
        else:
            silent.append(part.element)
    title = _("Annex 1: objectives and topics")
    said = _("Nothing is said on these objectives: %s.") % ", ".join(silent)
    if not lines:
        return Section(title, [Paragraph((Emphasis(_("Nothing is said on any objective.")),))])
    table = Table(
        _("Paragraphs by objective and topic"), columns, lines,
        note=_("A dash: nothing is said under this topic."), wrap=True,
    )  # fmt: skip
    return Section(title, [table, Paragraph(said)] if silent else [table])


def _pledges(report: GcmReport, viewer: Viewer) -> Section:
    title = _("Annex 2: pledges")
    seen = Record.objects.visible_to(viewer).standing().filter(visibility__in=ground.audience(report))
    found = Pledge.objects.filter(record__in=seen)
    if report.country_id is not None:
        found = found.filter(country=report.country_id)
    listed = rows(found.order_by("due", "pk").values_list("pk", flat=True))
    if not listed:
        return Section(title, [Paragraph((Emphasis(_("No pledge is registered.")),))])
    columns = [
        Column("pledge", _("Pledge"), width=3), Column("who", _("Made by")), Column("objectives", _("Objectives")),
        Column("due", _("Due"), "date"), Column("state", _("State")), Column("told", _("Last progress"), width=2),
    ]  # fmt: skip
    lines = [
        {"pledge": one.pledge.record.title, "who": one.who, "objectives": ", ".join(one.objectives), "due": one.pledge.due,
         "state": ", ".join(filter(None, [str(one.pledge.get_state_display()), one.late])),
         "told": f"{formats.day(one.progress.day)}: {one.progress.text}" if one.progress else ""}
        for one in listed
    ]  # fmt: skip
    return Section(title, [Table(_("Pledges"), columns, lines)])


def _contributors(report: GcmReport) -> Section:
    title = _("Annex 3: who contributed")
    found = [one for one in asked(report) if one.invitation.handed_in_at]
    if not found:
        return Section(title, [Paragraph((Emphasis(_("No contribution was handed in.")),))])
    whole = {part.code: part for part in outline.outline().parts}
    columns = [
        Column("body", _("Body"), width=2), Column("group", _("Kind")), Column("parts", _("Parts"), width=3),
        Column("day", _("Handed in"), "date"),
    ]  # fmt: skip
    lines = [
        {"body": one.invitation.body, "group": capfirst(str(one.invitation.get_group_display())),
         "parts": _parts_words([part.part for part in one.contributions], whole),
         "day": timezone.localdate(one.invitation.handed_in_at)}
        for one in found
    ]  # fmt: skip
    return Section(title, [Table(_("Contributions"), columns, lines)])


def _parts_words(codes: Sequence[str], whole: dict[str, outline.Part]) -> str:
    found = []
    for code in dict.fromkeys(codes):
        part = whole.get(code)
        if part is None:
            continue
        found.append(_("objective %s") % part.element if part.kind == "objective" else part.title)
    return capfirst("; ".join(found))


def _evidence(proofs: Notes) -> Section:
    title = _("Annex 4: evidence")
    if not proofs.rows:
        return Section(title, [Paragraph((Emphasis(_("No evidence is named.")),))])
    columns = [
        Column("number", _("No."), "integer"), Column("title", _("Evidence"), "link", width=4),
        Column("source", _("Source"), width=3), Column("day", _("Day"), "date"),
    ]  # fmt: skip
    return Section(title, [Table(_("Evidence by number"), columns, proofs.rows)])
