"""What every document of a review has in common: its table, the words for its judgements, what stands on each page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.utils.translation import pgettext as _in

from migov.foundation.places.actions import notes
from migov.foundation.shell import formats
from migov.services.documents import Block, Report, Tone, Toned
from migov.work.policy.models import Judgement, Stance, TextKind
from migov.work.policy.products import citing
from migov.work.policy.review.table import Cited, Concordance, Line, Source

KOSOVO = "Kosovo"
TONES: dict[str, Tone] = {
    Judgement.FULL: "positive", Judgement.PARTIAL: "mixed", Judgement.NONE: "negative", Judgement.CONTRARY: "alarm",
    Judgement.NOT_APPLICABLE: "quiet", Judgement.DISCRETIONARY: "quiet", "": "quiet",
}  # fmt: skip
JUDGEMENTS = (*Judgement.values, "")
GAPS = (Judgement.CONTRARY, Judgement.NONE, Judgement.PARTIAL)
NOT_JUDGED = gettext_lazy("not judged")


@dataclass(frozen=True, slots=True)
class Edition:
    """A table for which documents are made.

    kind: code of models.TextKind, for how the text is called. base_url: of the site, put before addresses in files.
    rows_url: of the page with the rows; that of the office takes ?judgement= and ?source=.
    """

    table: Concordance
    kind: str = TextKind.LAW
    base_url: str = ""
    rows_url: str = ""

    @property
    def is_draft(self) -> bool:
        """Whether it was made from the office's own rows, and not from what was released."""
        return self.table.release is None

    @property
    def text_name(self) -> str:
        """The title of the text, with its citation where that says something else."""
        title, citation = self.table.text_title.strip(), self.table.citation.strip()
        return f"{title} ({citation})" if citation and citation.casefold() not in title.casefold() else title

    @property
    def short_name(self) -> str:
        """The citation of the text, or its title."""
        return self.table.citation.strip() or self.table.text_title.strip()

    def rows(self, *, judgement: str = "", source: str = "") -> str:
        """The address of the rows behind a figure."""
        asked = {name: value for name, value in (("judgement", judgement), ("source", source)) if value}
        return f"{self.rows_url}?{urlencode(asked)}" if asked and self.is_draft else self.rows_url


def word(judgement: str) -> str:
    """A judgement in words."""
    return str(Judgement(judgement).label if judgement else NOT_JUDGED)


def toned(judgement: str, words: str = "") -> Toned:
    """A judgement as a cell of a table; words: other ones than its own."""
    return Toned(words or word(judgement), TONES[judgement])


def place(source: Source, line: Line) -> str:
    """How a table cites what a row asks: "Article 16(4)" of an instrument, the code of an element."""
    return _("Article %(place)s") % {"place": line.place} if source.kind == "instrument" else line.place


def cited(line: Line) -> str:
    """The labels of the provisions that answer a row."""
    return "; ".join(one.label for one in line.provisions)


def words_of(provision: Cited) -> str:
    """The heading of a provision and all its words."""
    heading, text = provision.heading.strip(), provision.text.strip()
    return text if not heading or text.startswith(heading) else f"{heading}\n{text}".strip()


def advice(line: Line) -> str:
    """The comment of a row and the wording it proposes."""
    wording = _("Proposed wording: %(wording)s") % {"wording": line.wording.strip()} if line.wording.strip() else ""
    return "\n".join(filter(None, [line.comment.strip(), wording]))


def answer(line: Line) -> str:
    """What the government answered, in a line; empty where it has not."""
    if line.answer is None:
        return ""
    said = str(Stance(line.answer.stance).label) if line.answer.stance in Stance.values else line.answer.stance
    day = f" ({formats.day(line.answer.on)})" if line.answer.on else ""
    text = f". {line.answer.text.strip()}" if line.answer.text.strip() else ""
    return _("Answer of the government: %(answer)s") % {"answer": f"{said}{day}{text}"}


def notices(edition: Edition) -> list[str]:
    """What a reader must know first; it stands on every page."""
    found = []
    if edition.is_draft:
        found.append(_("Draft – confidential"))
    if edition.table.illustrative:
        found.append(_("Written for the demonstration; nothing in it is real."))
    return found


def footnotes(table: Concordance) -> list[str]:
    """The notes of the places that a table names."""
    found = list(dict.fromkeys(table.footnotes))
    note = str(notes()["kosovo_footnote"])
    if note not in found and KOSOVO in "\n".join(_everything(table)):
        found.append(note)
    return found


def _everything(table: Concordance) -> list[str]:
    said = [table.title, table.text_title, table.citation, table.country_name, table.summary]
    for line in table.lines:
        said += [line.obligation, line.content, line.comment, line.wording, line.planned_act]
        said += [part for one in line.provisions for part in (one.heading, one.text)]
        said += [line.answer.text] if line.answer else []
    return said


def report(edition: Edition, title: str, blocks: Sequence[Block], **changes: Any) -> Report:
    """A document about the table: what it is about, and for which day and version it holds. changes: of fields of the Report."""
    table = edition.table
    version = _("Version: %(label)s") % {"label": table.version_label} if table.version_label else ""
    about = {_("Text"): edition.text_name, _("Version"): table.version_label or "–", _("Review"): table.title,
             _("Compared with"): "; ".join(citing.act(source) for source in table.sources) or "–",
             _("Made from"): made_from(edition)}  # fmt: skip
    fields: dict[str, Any] = {
        "title": title,
        "subtitle": " · ".join(filter(None, [edition.text_name, table.country_name, version])),
        "organisation": settings.MIGOV_ORGANISATION,
        "date": table.on,
        "base_url": edition.base_url,
        "name": f"{title} {edition.short_name}",
        "notices": notices(edition),
        "footnotes": footnotes(table),
        "metadata": about,
        "blocks": blocks,
    }
    return Report(**(fields | changes))


def made_from(edition: Edition) -> str:
    """Whether a document holds what was released, or the rows as the office has them."""
    table = edition.table
    words = {
        "day": formats.day(table.on),
        "number": table.release or 0,
        "judged": table.judged,
        "rows": len(table.lines),
    }
    if edition.is_draft:
        return _("the rows as the office had them on %(day)s; %(judged)s of %(rows)s judged. Not released.") % words
    return _in("made from", "release %(number)s to the government, of %(day)s") % words
