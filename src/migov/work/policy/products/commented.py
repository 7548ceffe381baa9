"""The commented draft: a text as it was read, with what the review says as Word comments on the provisions it cites."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from typing import Any

import docx
from django.conf import settings
from django.utils.translation import gettext as _
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.run import Run

from migov.services.documents import FORMATS, Rendered, Report
from migov.services.documents.docx_parts import add_text, set_up, shade, turn_if_right_to_left
from migov.services.documents.labels import page_dates
from migov.services.documents.values import clean_text, one_line, slug
from migov.work.policy.models import Provision, ProvisionKind
from migov.work.policy.models.texts import CONTAINERS
from migov.work.policy.products import edition as common
from migov.work.policy.products import gaps
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.table import Line, Source
from migov.work.policy.texts.tree import marked

INDENT = 7  # millimetres for each step below an article
COMMENT_STYLE = "CommentText"  # the name by which Word looks for it


def commented(edition: Edition, provisions: Sequence[Provision], preface: str = "") -> Rendered:
    """The text as DOCX with comments.

    provisions: of the version, in reading order. preface: the words before the first of them. Every judged row stands as a comment on
    each provision it cites, in full on the first; a row judged contrary, none or partial that cites none, or one that this version no
    longer has, stands at the end.
    """
    report = common.report(edition, _("Commented draft"), [], cover=False)
    writer = _Writer(edition, report)
    writer.write(provisions, preface)
    out = io.BytesIO()
    writer.document.save(out)
    made = FORMATS["docx"]
    name = f"{slug(one_line(report.name))}-{report.date.isoformat()}.{made.extension}"
    return Rendered(out.getvalue(), made.content_type, name)


class _Writer:
    def __init__(self, edition: Edition, report: Report) -> None:
        self.edition = edition
        self.report = report
        self.document: Any = docx.Document()
        self.author = one_line(settings.MIGOV_ORGANISATION)
        self.initials = "".join(word[0] for word in self.author.split() if word[0].isupper())[:4] or self.author[:2]
        self.sources = {source.code: source for source in edition.table.sources}
        self.anchors: dict[str, list[Run]] = {}  # identifier of a provision → its runs

    def write(self, provisions: Sequence[Provision], preface: str) -> None:
        set_up(self.document, self.report)
        style = self.document.styles.add_style("annotation text", WD_STYLE_TYPE.PARAGRAPH, builtin=True)
        style.element.set(qn("w:styleId"), COMMENT_STYLE)
        style.base_style = self.document.styles["Normal"]
        style.font.size = Pt(10)
        self.opening()
        for words in _paragraphs(preface):
            self.paragraph(words)
        if not provisions:
            self.paragraph(_("The structure of this version was not found; all comments stand below.")).runs[
                0
            ].italic = True
        for provision in provisions:
            self.provision(provision)
        left = self.comments(self.edition.table.lines)
        self.end(left)
        for number, note in enumerate(self.report.footnotes):
            if not number:
                self.document.add_heading(_("Notes"), level=1)
            self.paragraph(note)

    def opening(self) -> None:
        report = self.report
        if report.organisation:
            self.paragraph(one_line(report.organisation), "Organisation").paragraph_format.space_before = Pt(0)
        self.paragraph(one_line(self.edition.text_name), "Title")
        table = self.edition.table
        self.paragraph(" · ".join(filter(None, [report.title, table.country_name, table.version_label])), "Subtitle")
        self.paragraph("    ".join(f"{label}: {words}" for label, words in page_dates(report)), "Small")
        for notice in report.notices:
            shade(self.paragraph(notice), warning=True)
        words = _(
            "The text is set from the structure that was read from the file, not in its own layout. Each comment names the instrument, "
            "its place and the judgement; what the text lacks stands at the end under “Missing”."
        )
        shade(self.paragraph(words), warning=False)

    def paragraph(self, words: str, style: str | None = None) -> Any:
        made = self.document.add_paragraph(style=style)
        add_text(made, words)
        turn_if_right_to_left(made)
        return made

    def provision(self, provision: Provision) -> None:
        """Its heading or its numbered words; the runs are kept, so that comments can stand on them."""
        runs: list[Run] = []
        own = _paragraphs(provision.text)
        if provision.kind in CONTAINERS or provision.kind == ProvisionKind.ARTICLE:
            level = 3 if provision.kind == ProvisionKind.ARTICLE else min(provision.depth + 1, 2)
            heading = self.document.add_heading("", level=level)
            runs.append(add_text(heading, " – ".join(filter(None, [provision.label, one_line(provision.heading)]))))
            turn_if_right_to_left(heading)
            for words in own:
                self.paragraph(words)
        else:
            first = marked(provision.kind, provision.number, provision.heading or (own[0] if own else ""))
            rest = own if provision.heading else own[1:]
            for words in [first, *rest]:
                made = self.paragraph(words)
                made.paragraph_format.left_indent = Mm(INDENT * max(0, _steps(provision)))
                runs += made.runs
        self.anchors[provision.eid] = runs

    def comments(self, lines: Iterable[Line]) -> list[Line]:
        """Put every judged row on the provisions it cites. Returns the rows that found none."""
        left = []
        for line in lines:
            if not line.judgement or line.source not in self.sources:
                continue
            found = [one for one in line.provisions if self.anchors.get(one.eid)]
            for one in found:
                words = self.remark(line, found[0].label if one is not found[0] else "")
                self.document.add_comment(self.anchors[one.eid], clean_text(words), self.author, self.initials)
            if not found:
                left.append(line)
        return left

    def remark(self, line: Line, elsewhere: str) -> str:
        """What a comment says. elsewhere: the provision on which it stands in full."""
        source = self.sources[line.source]
        head = f"{source.short_title}, {common.place(source, line)}: {common.word(line.judgement)}"
        if elsewhere:
            return f"{head}\n{_('See the comment on %(label)s.') % {'label': elsewhere}}"
        return "\n".join([head, *_remarks(line)])

    def end(self, left: Sequence[Line]) -> None:
        """The rows for which the text has no provision, or no longer."""
        missing = [gap for gap in gaps.ranked(self.edition) if gap.line in left and not gap.line.provisions]
        gone = [line for line in left if line.provisions]
        if missing:
            self.document.add_heading(_("Missing"), level=1)
            self.paragraph(_("Requirements for which the text has no provision, by rank."))
            for gap in missing:
                self.entry(gap.source, gap.line)
        if gone:
            self.document.add_heading(_("On provisions that this version no longer has"), level=1)
            for line in gone:
                self.entry(self.sources[line.source], line)

    def entry(self, source: Source, line: Line) -> None:
        words = f"{source.short_title}, {common.place(source, line)}: {common.word(line.judgement)}"
        self.document.add_heading(one_line(words), level=3)
        if line.provisions:
            self.paragraph(common.cited(line))
        remarks = _remarks(line)
        if line.judgement in common.GAPS and not common.advice(line):
            remarks.insert(1, gaps.advised(line))
        for words in remarks:
            self.paragraph(words)


def _remarks(line: Line) -> list[str]:
    """What is said on a row, a paragraph each: what is asked, the comment, wording, what is planned, the answer."""
    planned = ", ".join(filter(None, [line.planned_act.strip(), line.planned_for.strip()]))
    said = [
        _("Requirement: %(obligation)s") % {"obligation": line.obligation},
        line.comment.strip(),
        _("Proposed wording: %(wording)s") % {"wording": line.wording.strip()} if line.wording.strip() else "",
        _("Planned: %(planned)s") % {"planned": planned} if planned else "",
        common.answer(line),
    ]
    return [words for words in said if words]


def _paragraphs(words: str) -> list[str]:
    return [part.strip() for part in words.split("\n") if part.strip()]


def _steps(provision: Provision) -> int:
    """How far a paragraph or point is set in: points below paragraphs, points of points below these."""
    return {ProvisionKind.POINT: 1}.get(ProvisionKind(provision.kind), 0) + _nested(provision.eid)


def _nested(eid: str) -> int:
    """How many points a point stands in, as its identifier says."""
    return max(0, eid.count("__point_") - 1)
