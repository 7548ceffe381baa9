"""The brief of one Cooperation Framework: what it says on migration, what we suggested, and what became of it."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from migov.foundation.people.access import Viewer
from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Block, Column, Fact, Facts, Link, Note, Paragraph, Report, Section, Table, Toned
from migov.work.governance.models import CooperationFramework, PartElement, PartKind
from migov.work.governance.unsdcf.groups import labels
from migov.work.governance.unsdcf.queries import coverage
from migov.work.governance.unsdcf.queries.counting import FORMULA, Count, Coverage
from migov.work.governance.unsdcf.queries.judging import Judged, matching, shown
from migov.work.governance.unsdcf.queries.suggestions import suggestions
from migov.work.governance.unsdcf.words import STATES

TONES: dict[str, Any] = {"named": "positive", "implied": "mixed", "absent": "negative", "na": "quiet"}


def report(framework: CooperationFramework, *, viewer: Viewer, base_url: str, today: date) -> Report:
    """The brief. A bounded number of queries."""
    counted = coverage(framework)
    judged = shown(framework, matching(framework))
    blocks: list[Block] = [_facts(counted)]
    if counted.outcomes.unjudged:
        words = _("%(number)d of %(total)d outcomes are not judged yet; the coverage leaves them out.")
        blocks.append(Note(words % {"number": counted.outcomes.unjudged, "total": counted.outcomes.total}, "warning"))
    if framework.summary:
        blocks.append(
            Section(_("Conclusion"), [Paragraph(line) for line in framework.summary.splitlines() if line.strip()])
        )
    blocks.append(Section(_("By priority"), [_priorities(counted), Paragraph(str(FORMULA))]))
    for title, kind in ((_("Outcomes"), PartKind.OUTCOME), (_("Outputs"), PartKind.OUTPUT)):
        rows = [one for one in judged if one.part.kind == kind]
        if rows:
            blocks.append(Section(title, [_parts(title, rows)]))
    if counted.by_group or counted.by_element:
        blocks.append(Section(_("For whom, and towards what"), _breakdowns(counted)))
    suggested = suggestions(viewer, framework=framework.pk)
    if suggested:
        lines = [
            {
                "part": f"{one.part.get_kind_display()} {one.part.number}".strip(), "wording": one.judgement.wording,
                "state": str(STATES[one.state][0]), "day": one.day, "note": one.uptake.note if one.uptake else "",
            }
            for one in suggested
        ]  # fmt: skip
        columns = [
            Column("part", _("Part"), width=1.5), Column("wording", _("We suggested"), width=5),
            Column("state", _("What became of it"), width=2), Column("day", _("On"), "date", width=1.6),
            Column("note", _("Note"), width=3),
        ]  # fmt: skip
        title = _("What we suggested and what became of it")
        blocks.append(Section(title, [Table(title, columns, lines, wrap=True)]))
    sources: list[str | Link] = []
    if framework.url:
        sources.append(Link(framework.record.title, framework.url))
    if framework.source:
        sources.append(framework.source)
    return Report(
        title=_("Migration in the Cooperation Framework of %(country)s, %(starts)d–%(ends)d")
        % {"country": formats.place(framework.country), "starts": framework.starts, "ends": framework.ends},
        subtitle=f"{framework.record.title}, {framework.get_status_display()}", blocks=blocks, date=today,
        organisation=settings.MIGOV_ORGANISATION, sources=sources, base_url=base_url, cover=False,
        notices=[_("Written for the demonstration; nothing in it is real.")] if framework.record.illustrative else [],
        footnotes=[notes()["kosovo_footnote"]] if framework.country.needs_footnote else [],
        name=_("Cooperation Framework brief %(country)s") % {"country": framework.country.code},
        metadata={_("Register"): f"{base_url}{reverse('governance:unsdcf', args=[framework.pk])}"},
    )  # fmt: skip


def _facts(counted: Coverage) -> Facts:
    count = counted.outcomes
    parts = _("%(named)d named, %(implied)d meant, %(absent)d absent") % {
        "named": count.named, "implied": count.implied, "absent": count.absent
    }  # fmt: skip
    facts = [
        Fact(_("Coverage of outcomes"), count.share, parts, "percent"),
        Fact(_("Outcomes judged"), count.judged, _("of %(total)d") % {"total": count.total}),
    ]
    if counted.outputs.total:
        said = _("of %(total)d") % {"total": counted.outputs.total}
        facts.append(Fact(_("Outputs judged"), counted.outputs.judged, said))
    if counted.taken.total:
        said = _("of %(total)d made") % {"total": counted.taken.total}
        facts.append(Fact(_("Suggestions taken up"), counted.taken.up, said))
    return Facts(facts)


def _priorities(counted: Coverage) -> Table:
    def row(name: str, count: Count) -> dict[str, Any]:
        return {
            "name": name, "share": count.share, "named": count.named, "implied": count.implied, "absent": count.absent,
            "na": count.na, "unjudged": count.unjudged,
        }  # fmt: skip

    columns = [
        Column("name", _("Priority"), width=5), Column("share", _("Coverage"), "percent", width=1.4),
        Column("named", _("Named"), "integer", width=1.2), Column("implied", _("Meant"), "integer", width=1.2),
        Column("absent", _("Absent"), "integer", width=1.2), Column("na", _("Not concerned"), "integer", width=1.5),
        Column("unjudged", _("Not judged"), "integer", width=1.5),
    ]  # fmt: skip
    rows = [
        row(f"{part.number} {part.text}".strip() if part else _("Under no priority"), count)
        for part, count in counted.by_priority
    ]
    return Table(_("Outcomes by priority"), columns, rows, total=row(_("All outcomes"), counted.outcomes))


def _parts(title: str, rows: list[Judged]) -> Table:
    columns = [
        Column("number", _("No."), width=1), Column("text", _("It reads"), width=5), Column("presence", _("Migration"), width=2),
        Column("groups", _("For whom"), width=2.2), Column("elements", _("Serves"), width=1.8),
        Column("comment", _("Comment"), width=3.5), Column("wording", _("Suggested wording"), width=4),
    ]  # fmt: skip
    if not any(one.confirmed for one in rows):
        columns = [one for one in columns if one.key != "elements"]
    made = []
    for one in rows:
        now = one.judgement
        made.append(
            {
                "number": one.part.number, "text": one.part.text,
                "presence": Toned(str(now.get_presence_display()), TONES[now.presence]) if now else _("not judged"),
                "groups": ", ".join(labels(now.groups)) if now else "", "elements": _serves(one.confirmed),
                "comment": now.comment if now else "", "wording": now.wording if now else "",
            }
        )  # fmt: skip
    return Table(title, columns, made, wrap=True, missing="")


def _serves(elements: list[PartElement]) -> str:
    return ", ".join(str(one.element) for one in elements)


def _breakdowns(counted: Coverage) -> list[Block]:
    blocks: list[Block] = []
    number = Column("number", _("Outcomes and outputs"), "integer", width=1.5)
    if counted.by_group:
        rows = [{"name": label, "number": found} for _code, label, found in counted.by_group]
        blocks.append(Table(_("Population groups"), [Column("name", _("Group"), width=4), number], rows))
    if counted.by_element:
        rows = [{"name": f"{one} {one.title}", "number": found} for one, found in counted.by_element]
        blocks.append(
            Table(
                _("Objectives of the Global Compact and targets of the SDGs"),
                [Column("name", _("Objective or target"), width=5), number],
                rows,
            )
        )
    return blocks
