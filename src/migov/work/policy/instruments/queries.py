"""Questions about instruments and requirements: which, in which order, what a place still lacks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.access import Viewer
from migov.foundation.people.models import Theme
from migov.foundation.places.models import Place
from migov.work.policy import answers
from migov.work.policy.instruments.standing import Standing, standings
from migov.work.policy.models import (
    Article,
    Body,
    Guidance,
    GuidanceParagraph,
    Instrument,
    Obligation,
    Requirement,
    RequirementGuidance,
    Weight,
)

LONGEST_WORDS = 200


def territories() -> list[Place]:
    """The office's territories, by sub-region and name. One query."""
    found = Place.objects.filter(is_territory=True).select_related("subregion")
    return list(found.order_by("subregion__order", "short_name"))


def requirements_of(instruments: Iterable[Instrument] | QuerySet[Instrument]) -> QuerySet[Requirement]:
    """The standing requirements of some instruments, in their order, with article and instrument. One query when it is read."""
    return (
        Requirement.objects.filter(retired_at__isnull=True, article__instrument__in=instruments)
        .select_related("article__instrument")
        .order_by("article__instrument__order", "article__instrument__code", "order", "pk")
    )


@dataclass(frozen=True, slots=True)
class InstrumentFilter:
    """What the list of instruments keeps. theme: instruments with a requirement of that theme."""

    words: str = ""
    body: str = ""
    theme: str = ""

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.body or self.theme)

    @property
    def query(self) -> str:
        return _query(q=self.words, body=self.body, theme=self.theme)

    def says(self) -> str:
        """The filter in words."""
        parts = [str(Body(self.body).label) if self.body else "", self.theme, f"“{self.words}”" if self.words else ""]
        return "; ".join(filter(None, parts)) or _("all")


def read_instrument_filter(given: Mapping[str, str]) -> InstrumentFilter:
    """The filter of an address; what it cannot read keeps everything."""
    return InstrumentFilter(_words(given), _one_of(given, "body", Body.values), given.get("theme", "")[:40])


def instruments(filter: InstrumentFilter) -> QuerySet[Instrument]:
    """The instruments that a filter keeps, with how many articles and standing requirements each has. One query when it is read."""
    found = Instrument.objects.all()
    for word in filter.words.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(short_title__icontains=word)
            | Q(number__icontains=word)
            | Q(celex__icontains=word)
        )
    if filter.body:
        found = found.filter(body=filter.body)
    standing = Requirement.objects.filter(retired_at__isnull=True)
    if filter.theme:
        found = found.filter(Exists(standing.filter(article__instrument=OuterRef("pk"), themes__code=filter.theme)))
    return found.annotate(
        article_count=Count("articles", distinct=True),
        requirement_count=Count(
            "articles__requirements", filter=Q(articles__requirements__retired_at__isnull=True), distinct=True
        ),
    )


@dataclass(frozen=True, slots=True)
class RequirementFilter:
    """What the list of requirements keeps. element: framework and code, or a framework alone with an empty code."""

    words: str = ""
    instrument: str = ""
    theme: str = ""
    type: str = ""
    weight: str = ""
    element: tuple[str, str] | None = None

    @property
    def is_set(self) -> bool:
        return bool(self.words or self.instrument or self.theme or self.type or self.weight or self.element)

    @property
    def element_words(self) -> str:
        return " ".join(self.element or ()).strip()

    @property
    def query(self) -> str:
        return _query(
            q=self.words, instrument=self.instrument, theme=self.theme, type=self.type, weight=self.weight,
            element=self.element_words,
        )  # fmt: skip

    def says(self) -> str:
        """The filter in words."""
        parts = [
            self.instrument, self.theme, str(Obligation(self.type).label) if self.type else "",
            str(Weight(self.weight).label) if self.weight else "", self.element_words,
            f"“{self.words}”" if self.words else "",
        ]  # fmt: skip
        return "; ".join(filter(None, parts)) or _("all")


def read_requirement_filter(given: Mapping[str, str]) -> RequirementFilter:
    """The filter of an address; what it cannot read keeps everything. Elements are written "gcm 10", frameworks "gcm"."""
    framework, _space, code = given.get("element", "").strip()[:80].partition(" ")
    return RequirementFilter(
        words=_words(given),
        instrument=given.get("instrument", "")[:40],
        theme=given.get("theme", "")[:40],
        type=_one_of(given, "type", Obligation.values),
        weight=_one_of(given, "weight", Weight.values),
        element=(framework, code) if framework else None,
    )


def requirements(filter: RequirementFilter) -> QuerySet[Requirement]:
    """The standing requirements that a filter keeps, in order, with article and instrument; themes and elements are fetched along.

    Every word must stand in the line, the heading of the article, or the terms. Three queries when it is read.
    """
    found = requirements_of(Instrument.objects.all())
    for word in filter.words.split():
        found = found.filter(
            Q(obligation__icontains=word)
            | Q(article__heading__icontains=word)
            | Q(terms__icontains=word)
            | Q(code__icontains=word)
        )
    if filter.instrument:
        found = found.filter(article__instrument__code=filter.instrument)
    if filter.theme:
        found = found.filter(
            pk__in=Requirement.themes.through.objects.filter(theme__code=filter.theme).values("requirement")
        )
    if filter.type:
        found = found.filter(type=filter.type)
    if filter.weight:
        found = found.filter(weight=filter.weight)
    if filter.element:
        found = found.filter(pk__in=serving(*filter.element).values("requirement"))
    return found.prefetch_related("themes", Prefetch("elements", Element.objects.select_related("framework")))


def serving(framework: str, code: str = "") -> QuerySet[Any]:
    """The links of requirements to an element and those below it, or to any element of a framework."""
    wanted = Element.objects.filter(framework__code=framework)
    if code:
        wanted = wanted.filter(
            Q(code=code) | Q(main__code=code, main__framework__code=framework) | Q(parent__code=code)
        )
    return Requirement.elements.through.objects.filter(element__in=wanted)


def element_choices() -> list[tuple[Framework, list[Element]]]:
    """Frameworks and their main elements that requirements serve, for the filter. One query."""
    used = Requirement.elements.through.objects.filter(element__main=OuterRef("pk"))
    found: dict[int, tuple[Framework, list[Element]]] = {}
    mains = Element.objects.filter(Exists(used)).select_related("framework")
    for element in mains.order_by("framework__order", "framework__title", "order"):
        found.setdefault(element.framework_id, (element.framework, []))[1].append(element)
    return list(found.values())


def themes() -> list[Theme]:
    """Themes for the filters."""
    return list(Theme.objects.all())


@dataclass(slots=True)
class Group:
    """An article with its requirements."""

    article: Article
    requirements: list[Requirement]


def by_article(found: Iterable[Requirement]) -> list[Group]:
    """Requirements grouped by their article, in order."""
    groups: dict[int, Group] = {}
    for one in found:
        groups.setdefault(one.article_id, Group(one.article, [])).requirements.append(one)
    return list(groups.values())


def met_by(place: Place, found: Sequence[Requirement], viewer: Viewer) -> dict[int, list[tuple[str, str]]]:
    """Requirement → the reviewed texts of the place that meet it, as far as the viewer may see: a government reads it from what was
    released to it."""
    return answers.met_by(place, [one.pk for one in found], viewer)


def unmet(place: Place, viewer: Viewer, instruments: Collection[Instrument] | None = None) -> list[Requirement]:
    """Standing requirements of some instruments (all) that no reviewed text of the place meets, as far as the viewer may know."""
    wanted = Instrument.objects.all() if instruments is None else instruments
    found = list(requirements_of(wanted))
    met = met_by(place, found, viewer)
    return [one for one in found if one.pk not in met]


@dataclass(frozen=True, slots=True)
class Accession:
    """An instrument that a place is not bound by, with how many requirements it would bring and how many reviewed texts meet."""

    instrument: Instrument
    standing: Standing
    total: int
    met: int


def accessions(place: Place, held: Mapping[int, Standing], viewer: Viewer) -> list[Accession]:
    """Instruments with requirements that the place is not bound by; acts of the Union among them. Two queries, and those of answers."""
    open_ones = [key for key, standing in held.items() if not standing.held]
    found = list(requirements_of(Instrument.objects.filter(pk__in=open_ones)))
    met = met_by(place, found, viewer)
    rows: dict[int, list[Requirement]] = {}
    for one in found:
        rows.setdefault(one.article.instrument_id, []).append(one)
    return [
        Accession(rows[key][0].article.instrument, held[key], len(rows[key]), sum(one.pk in met for one in rows[key]))
        for key in rows
    ]


def place_standings(place: Place) -> tuple[list[Instrument], dict[int, Standing]]:
    """All instruments in order, and the standing of one place towards each. Two queries."""
    found = list(Instrument.objects.all())
    return found, {instrument: one for (instrument, _place), one in standings(found, [place]).items()}


def articles(of: Instrument) -> list[Group]:
    """The articles of an instrument with their standing requirements and the guidance on these. Four queries."""
    standing = Requirement.objects.filter(retired_at__isnull=True).prefetch_related(
        Prefetch("guidance", RequirementGuidance.objects.select_related("guidance"))
    )
    found = of.articles.prefetch_related(Prefetch("requirements", standing))
    return [Group(article, list(article.requirements.all())) for article in found]


def guidance_paragraphs(cited: Iterable[RequirementGuidance]) -> list[tuple[Guidance, str, list[GuidanceParagraph]]]:
    """Guidance on a requirement: the comment, the paragraphs as cited, and those of them that are loaded. One query."""
    rows = list(cited)
    loaded: dict[int, list[GuidanceParagraph]] = {}
    for one in GuidanceParagraph.objects.filter(guidance__in=[row.guidance_id for row in rows]):
        loaded.setdefault(one.guidance_id, []).append(one)
    return [
        (
            row.guidance,
            row.paragraphs,
            [one for one in loaded.get(row.guidance_id, ()) if cites(row.paragraphs, one.number)],
        )
        for row in rows
    ]


def cites(paragraphs: str, number: str) -> bool:
    """Whether "23-28, 31" names paragraph "25". An empty citation names the comment as a whole, and no paragraph."""
    for part in paragraphs.replace("–", "-").split(","):
        first, _dash, last = (word.strip() for word in part.partition("-"))
        if first and number == first:
            return True
        if first.isdigit() and last.isdigit() and number.isdigit() and int(first) <= int(number) <= int(last):
            return True
    return False


def _words(given: Mapping[str, str]) -> str:
    return " ".join(given.get("q", "").replace("\x00", "").split())[:LONGEST_WORDS]


def _one_of(given: Mapping[str, str], name: str, known: Collection[str]) -> str:
    value = given.get(name, "")
    return value if value in known else ""


def _query(**given: str) -> str:
    return urlencode({name: value for name, value in given.items() if value})
