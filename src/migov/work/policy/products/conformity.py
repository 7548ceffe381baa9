"""The conformity footnote of a text: with which instruments it is aligned, fully or in part, as the judgements say."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.services.documents import Block, Bullets, Paragraph, Strong
from migov.work.policy.models import Judgement, Obligation, TextKind
from migov.work.policy.products import citing
from migov.work.policy.products import edition as common
from migov.work.policy.products.edition import Edition
from migov.work.policy.review.table import Line, Source

# What has to be met for "fully": what an instrument lays down, not what it allows or only defines.
BINDING_TYPES = frozenset({Obligation.SHALL, Obligation.INSTITUTIONAL})
SETTLED = frozenset({Judgement.FULL, Judgement.NOT_APPLICABLE, Judgement.DISCRETIONARY})
ALIGNED = frozenset({Judgement.FULL, Judgement.PARTIAL})
NAMES = {
    TextKind.LAW: gettext_lazy("This Law"),
    TextKind.BILL: gettext_lazy("This Law"),
    TextKind.BYLAW: gettext_lazy("This Regulation"),
    TextKind.POLICY: gettext_lazy("This Policy"),
    TextKind.STRATEGY: gettext_lazy("This Strategy"),
    TextKind.AGREEMENT: gettext_lazy("This Agreement"),
}
SHOWN = 12


@dataclass(frozen=True, slots=True)
class Conformity:
    """How far a text is aligned with one instrument. degree: "full", "partial", or empty where nothing may be said.

    preventing: the rows that stand against "fully". why: why nothing may be said, else empty.
    """

    source: Source
    degree: str
    preventing: tuple[Line, ...] = ()
    why: str = ""


def of(source: Source, lines: Sequence[Line]) -> Conformity:
    """The degree that the rows of an instrument bear out.

    Fully: every row on what the instrument lays down (shall, institutional) is full, not applicable or discretionary, no row of
    any type is contrary, and at least one is full. Partially: at least one is full or partial. Else nothing is said.
    """
    preventing = tuple(line for line in lines if _prevents(line))
    met = {line.judgement for line in lines}
    if not met & ALIGNED:
        why = _("No row is judged full or partial.") if met - {""} else _("No row is judged yet.")
        return Conformity(source, "", preventing, why)
    full = not preventing and Judgement.FULL in met
    return Conformity(source, "full" if full else "partial", preventing)


def _prevents(line: Line) -> bool:
    if line.judgement == Judgement.CONTRARY:
        return True
    return line.type in BINDING_TYPES and line.judgement not in SETTLED


def all_of(edition: Edition) -> list[Conformity]:
    """One for each instrument of the table. Frameworks have none: a text is not transposed from them."""
    return [
        of(source, edition.table.of(source.code)) for source in edition.table.sources if source.kind == "instrument"
    ]


def statement(edition: Edition, cite: Callable[[Source], str] = citing.act) -> str:
    """The footnote, ready to be copied; empty where nothing may be said. cite: how it names an act."""
    found = all_of(edition)
    name = str(NAMES.get(TextKind(edition.kind), _("This text")))
    lines = []
    for degree, words in (
        ("full", _("%(name)s is fully aligned with: %(acts)s.")),
        ("partial", _("%(name)s is partially aligned with: %(acts)s.")),
    ):
        acts = [cite(one.source) for one in found if one.degree == degree]
        if acts:
            lines.append(words % {"name": name, "acts": "; ".join(acts)})
    return "\n".join(lines)


def prevented(one: Conformity) -> str:
    """The rows that stand against "fully", in one line: "Articles 16(4) (none), 17 (not judged)"; at most twelve are named."""
    named = [f"{common.place(one.source, line)} ({common.word(line.judgement)})" for line in one.preventing[:SHOWN]]
    more = len(one.preventing) - SHOWN
    if more > 0:
        named.append(_("and %(count)s more") % {"count": more})
    return ", ".join(named)


def blocks(edition: Edition) -> list[Block]:
    """The footnote and what stands against "fully", for a document."""
    found = all_of(edition)
    if not found:
        return []
    said = statement(edition)
    made: list[Block] = [Paragraph(line) for line in said.split("\n")] if said else []
    if not said:
        made = [Paragraph(_("No statement of conformity can be made from the judgements so far."))]
    against = [one for one in found if one.preventing and one.degree]
    if against:
        made.append(Paragraph((Strong(_("What stands against “fully”")),)))
        made.append(Bullets([(Strong(f"{one.source.short_title}: "), prevented(one)) for one in against]))
    return made
