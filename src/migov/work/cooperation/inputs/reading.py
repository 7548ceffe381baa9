"""An input as its writers read it: its sections as they stand, facts of which a newer value is known, and what is missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from migov.foundation.people.access import Viewer
from migov.services.writing import standing
from migov.services.writing.standing import EMPTY, LONG, Standing
from migov.work.cooperation.inputs import facts, queries, templates
from migov.work.cooperation.inputs.actions.writing import DESK
from migov.work.cooperation.inputs.facts import Offered
from migov.work.cooperation.inputs.index import NOTE
from migov.work.cooperation.inputs.templates import Part
from migov.work.cooperation.models import Input, PulledFact, SetAside

FAR_BEYOND = 1.5  # times the limit, from which a section cannot be handed in


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to mend. must: it hinders handing in. url: where it is mended."""

    text: str
    must: bool
    anchor: str
    url: str


@dataclass(frozen=True, slots=True)
class Newer:
    """A fact in the text of which another value is known by now."""

    pulled: PulledFact
    now: Offered


def sections_of(paper: Input, user: Viewer | None = None) -> list[Standing[Part]]:
    """The sections as they stand, in reading order. Two queries at most."""
    return standing.sections_of(DESK, paper, templates.parts_of(paper), user)


def section_of(paper: Input, code: str, user: Viewer | None = None) -> Standing[Part] | None:
    """One section; None where the input has none of that code."""
    part = templates.part_of(paper, code)
    return standing.section_of(DESK, paper, part, user) if part else None


def in_text(pulled: Iterable[PulledFact], texts: Mapping[str, str]) -> list[PulledFact]:
    """The facts whose numbers stand in their sections: one that was taken out with its sentence is no longer in question."""
    return [one for one in pulled if _mark(one.note) in texts.get(one.section, "")]


def newer(pulled: list[PulledFact], known: Mapping[str, Offered]) -> list[Newer]:
    """The facts in a text whose words are others by now. known: what is offered, by key."""
    return [
        Newer(one, now) for one in pulled if (now := known.get(one.key)) is not None and now.plain != one.text
    ]  # fmt: skip


def all_newer(paper: Input, viewer: Viewer) -> list[Newer]:
    """The same for the whole input. The queries of what is offered, and two; two where nothing was pulled."""
    pulled = in_text(queries.pulled(paper), _texts(paper))
    if not pulled:
        return []
    return newer(pulled, facts.by_key(facts.offered(facts.context_of(paper), viewer)))


def _texts(paper: Input) -> dict[str, str]:
    return dict(paper.sections.values_list("code", "text"))


def _mark(note: int) -> str:
    return f"[{note}]"


def _notes(paper: Input) -> Iterator[Finding]:
    """Sources that no sentence refers to any more, and numbers in the text that have no source. Two queries."""
    texts = _texts(paper)
    listed: dict[str, set[str]] = {}
    for one in queries.pulled(paper):
        listed.setdefault(one.section, set()).add(_mark(one.note))
    for part in templates.parts_of(paper):
        url = reverse("cooperation:section", args=[paper.pk, part.code])
        known, said = listed.get(part.code, set()), {found.strip() for found in NOTE.findall(texts.get(part.code, ""))}
        for mark in sorted(known - said):
            words = _(
                "Source %(note)s of “%(title)s” is listed, but its number is no longer in the text. Take it out, or refer to it."
            )
            yield Finding(words % {"note": mark, "title": part.title}, False, part.anchor, url)
        for mark in sorted(said - known):
            words = _("“%(title)s” refers to %(note)s, but no such source is listed for it.")
            yield Finding(words % {"note": mark, "title": part.title}, False, part.anchor, url)


def findings(paper: Input) -> list[Finding]:
    """What is missing or too long, what must be mended first. Five queries."""
    return sorted(_found(paper), key=lambda one: not one.must)


def _found(paper: Input) -> Iterator[Finding]:
    for section in sections_of(paper):
        part = section.part
        url = reverse("cooperation:section", args=[paper.pk, part.code])
        words = {"title": part.title, "words": section.words, "limit": part.limit}
        if section.state == EMPTY and part.required:
            yield Finding(_("“%(title)s” is not written yet.") % words, True, part.anchor, url)
        elif section.state == LONG:
            text = _("“%(title)s” has %(words)s words; at most %(limit)s fit.") % words
            yield Finding(text, section.words > part.limit * FAR_BEYOND, part.anchor, url)
    for kept in SetAside.objects.filter(section__input=paper, settled_at__isnull=True).select_related("section", "by"):
        url = reverse("cooperation:aside", args=[paper.pk, kept.section.code, kept.pk])
        named = {"name": kept.by, "title": templates.title_of(kept.section.code)}
        text = _("Words of %(name)s in “%(title)s” were set aside and wait to be settled.") % named
        yield Finding(text, False, f"section:{kept.section.code}", url)
    yield from _notes(paper)
    waiting = paper.asked.filter(answer="").count()
    if waiting:
        text = ngettext(
            "%d office that was asked has not answered.", "%d offices that were asked have not answered.", waiting
        )
        yield Finding(text % waiting, False, "header", f"{reverse('cooperation:input', args=[paper.pk])}#offices")
