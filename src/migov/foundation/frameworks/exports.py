"""A framework as files: CSV in the form that packs have, and SKOS (JSON-LD) with its crosswalks."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from django.db.models import Q

from migov.foundation.frameworks.crosswalks import inverse
from migov.foundation.frameworks.models import Crosswalk, Element, Framework
from migov.foundation.frameworks.packs import ELEMENT_COLUMNS, OPTIONAL_COLUMNS

BOM = "\ufeff"
MATCH = {
    "exact": "skos:exactMatch",
    "close": "skos:closeMatch",
    "broad": "skos:broadMatch",
    "narrow": "skos:narrowMatch",
    "related": "skos:relatedMatch",
}


def csv_lines(framework: Framework) -> Iterator[str]:
    """The framework's elements as CSV lines with a byte order mark, as Excel expects. It can be loaded again as
    elements.csv.
    """
    columns = [*ELEMENT_COLUMNS, *OPTIONAL_COLUMNS]
    yield BOM + _line(columns)
    for element in _elements(framework):
        yield _line([_cell(element, column) for column in columns])


def _elements(framework: Framework) -> list[Element]:
    return list(framework.elements.filter(retired_at__isnull=True).select_related("parent").order_by("order", "pk"))


def _cell(element: Element, column: str) -> str:
    value = getattr(element, column)
    if column == "parent":
        return element.parent.code if element.parent else ""
    if isinstance(value, bool):
        return str(int(value))
    words = "|".join(value) if isinstance(value, list) else str(value)
    # A spreadsheet would run a cell that begins like a formula.
    return f"'{words}" if words.startswith(("=", "+", "-", "@", "\t", "\r")) else words


def _line(cells: list[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()


def skos(framework: Framework, address: str) -> dict[str, Any]:
    """The framework as a SKOS concept scheme in JSON-LD. `address`: the absolute address of the site, where concepts
    live.
    """
    root = address.rstrip("/")

    def uri(code: str, element: str) -> str:
        return f"{root}/frameworks/{code}/{element}/"

    scheme = f"{root}/frameworks/{framework.code}/"
    links: dict[int, dict[str, list[str]]] = {}
    crosswalk = Crosswalk.objects.filter(Q(element__framework=framework) | Q(target__framework=framework))
    for link in crosswalk.select_related("element__framework", "target__framework"):
        for own, other, relation in (
            (link.element, link.target, link.relation),
            (link.target, link.element, inverse(link.relation)),
        ):
            if own.framework_id == framework.pk:
                found = links.setdefault(own.pk, {}).setdefault(MATCH[str(relation)], [])
                found.append(uri(other.framework.code, other.code))
    concepts = []
    for element in _elements(framework):
        concept: dict[str, Any] = {
            "@id": uri(framework.code, element.code),
            "@type": "skos:Concept",
            "skos:inScheme": scheme,
            "skos:notation": element.code,
            "skos:prefLabel": _english(element.title),
        }
        if element.scope:
            concept["skos:scopeNote"] = _english(element.scope)
        if element.text:
            concept["skos:definition"] = _english(element.text)
        if element.terms:
            concept["skos:hiddenLabel"] = [_english(term) for term in element.terms]
        if element.parent:
            concept["skos:broader"] = uri(framework.code, element.parent.code)
        else:
            concept["skos:topConceptOf"] = scheme
        if element.source:
            concept["dcterms:source"] = element.source
        concepts.append(concept | {match: sorted(ends) for match, ends in links.get(element.pk, {}).items()})
    return {
        "@context": {"skos": "http://www.w3.org/2004/02/skos/core#", "dcterms": "http://purl.org/dc/terms/"},
        "@graph": [
            {
                "@id": scheme,
                "@type": "skos:ConceptScheme",
                "skos:prefLabel": _english(framework.title),
                "dcterms:publisher": framework.issuer,
                "dcterms:hasVersion": framework.version,
                "dcterms:source": framework.source,
            },
            *concepts,
        ],
    }


def _english(words: str) -> dict[str, str]:
    return {"@value": words, "@language": "en"}
