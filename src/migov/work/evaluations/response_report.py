"""The management response as a document, in the order and the words of its form: DOCX, PDF and XLSX."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Block, Column, Emphasis, Paragraph, Report, Section, Strong, Table
from migov.work.evaluations.models import Evaluation, ManagementResponse, ResponseForm
from migov.work.evaluations.queries.followup import ActionLine, RecommendationLine, recommendations

FORMATS = ("docx", "pdf", "xlsx")
KOSOVO = "Kosovo"


def report(evaluation: Evaluation, *, names: bool, base_url: str = "") -> Report:
    """The response as a report. names: whether people are named (for people of the office). Bounded queries."""
    response: ManagementResponse = evaluation.management_response
    record = evaluation.record
    lines = recommendations(evaluation)
    blocks: list[Block] = [Section(_("The response"), _head(response, names=names))]
    blocks += [_recommendation(line, response, names=names) for line in lines]
    blocks.append(Section(_("All key actions"), [_table(lines, names=names)]))
    said = " ".join([record.title, response.comment, *(line.recommendation.text for line in lines)])
    state = [] if response.is_issued else [_("Draft: this response has not been issued.")]
    return Report(
        title=_("Management response and action plan"),
        subtitle=record.title,
        organisation=settings.MIGOV_ORGANISATION,
        date=timezone.localdate(),
        base_url=base_url,
        notices=[*state, *([_("Written for the demonstration; nothing in it is real.")] if record.illustrative else [])],
        footnotes=[notes()["kosovo_footnote"]] if KOSOVO in said else [],
        metadata={_("Form"): str(response.get_form_display()), _("Evaluation"): f"{record.reference} {record.title}".strip()},
        blocks=blocks,
    )  # fmt: skip


def _head(response: ManagementResponse, *, names: bool) -> list[Block]:
    named = response.coordinator_words if names else response.coordinator_function
    return [
        _pair(_("Coordinator of the management response"), named),
        _pair(_("Date"), formats.day(response.date)),
        _pair(_("Overall comment on the evaluation"), response.comment),
    ]


def _pair(label: str, text: str) -> Paragraph:
    return Paragraph((Strong(f"{label}: "), text or formats.DASH))


def _recommendation(line: RecommendationLine, response: ManagementResponse, *, names: bool) -> Section:
    row, answer = line.recommendation, line.answer
    to = [row.addressee_words, str(row.person or "") if names else ""]
    blocks: list[Block] = [Paragraph(row.text), _pair(_("Recommendation to"), ", ".join(filter(None, to)))]
    if row.priority:
        blocks.append(_pair(_("Priority"), str(row.get_priority_display())))
    if answer is None:
        blocks.append(Paragraph((Emphasis(_("Not answered yet.")),)))
    else:
        blocks += [
            _pair(_("Responsible unit(s)"), answer.responsible),
            _pair(_("Management response"), str(answer.get_verdict_display())),
            _pair(_("Comment"), answer.comment),
        ]
    if line.actions:
        blocks.append(_table([line], names=names))
    if response.form == ResponseForm.OF_2024 and line.actions:
        blocks.append(_pair(_("Implementation status"), line.status))
        if answer is not None and answer.final_status:
            words = f"{answer.get_final_status_display()}, {formats.day(answer.final_on)}. {answer.final_comment}"
            blocks.append(_pair(_("Final implementation status"), words))
    return Section(_("Recommendation %(number)s") % {"number": row.number}, blocks)


def _table(lines: Sequence[RecommendationLine], *, names: bool) -> Table:
    columns = [
        Column("number", _("No."), width=1),
        Column("action", _("Key action"), width=5),
        Column("responsible", _("Responsible"), width=3),
        Column("due", _("Time frame or deadline"), width=2),
        Column("funds", _("Depends on funds"), width=1),
        Column("status", _("Status"), width=2),
        Column("comment", _("Comments or action taken"), width=3),
    ]
    rows = [_row(line, one, names=names) for line in lines for one in line.actions]
    return Table(_("Key actions"), columns, rows, empty_text=_("No key action."))


def _row(line: RecommendationLine, one: ActionLine, *, names: bool) -> dict[str, Any]:
    action = one.action
    responsible = action.owner_words if names else action.unit_words
    when = ", ".join(filter(None, [formats.day(action.due) if action.due else "", action.time_frame]))
    return {
        "number": f"{line.recommendation.number}.{action.number}",
        "action": action.text,
        "responsible": responsible,
        "due": when,
        "funds": _("yes") if action.needs_funds else "",
        "status": one.state_words,
        "comment": one.note.text if one.note and names else "",
    }
