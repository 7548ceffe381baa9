"""Sectors, policy markers and tags: as published, and what people decided here as tags.

A confirmed alignment is published as a tag: SDG goals and targets in their own vocabularies, all other frameworks as vocabulary 99 with
the framework's address, so that the import finds the element again (alignments.py).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from django.conf import settings

from migov.exchange.iati.export_elements import child, from_shape, is_shape, narrate, number
from migov.exchange.iati.export_rows import Aligned
from migov.work.projects.models import Classification

if TYPE_CHECKING:
    from migov.exchange.iati.export_activity import ActivityBuilder

OWN = "99"
SDG = "sdg"
GOAL = re.compile(r"\d{1,2}").fullmatch
TARGET = re.compile(r"\d{1,2}\.[0-9a-z]{1,2}").fullmatch
SDG_GOALS, SDG_TARGETS = "2", "3"
DAC = "1"
ENGLISH = "en"
Kind = Classification.Kind


def _classified(builder: ActivityBuilder, tag: str, wanted: Kind) -> int:
    """Write the classifications of a kind; how many there were."""
    written = 0
    for kind, vocabulary, code, name, percentage, significance, details in builder.loaded.classifications:
        if kind != wanted:
            continue
        written += 1
        if details and is_shape(details):
            from_shape(builder.activity, tag, details)
            continue
        attributes = {"vocabulary": vocabulary, "code": code} if vocabulary else {"code": code}
        if percentage is not None:
            attributes["percentage"] = number(percentage)
        if significance:
            attributes["significance"] = significance
        element = child(builder.activity, tag, attributes)
        if name:
            narrate(element, name)
    return written


def sectors(builder: ActivityBuilder) -> None:
    """The sectors; of a project made here that has none, the one that the settings name."""
    if not _classified(builder, "sector", Kind.SECTOR) and builder.loaded.made_here and settings.MIGOV_IATI_SECTOR:
        child(builder.activity, "sector", {"vocabulary": DAC, "code": settings.MIGOV_IATI_SECTOR})


def markers(builder: ActivityBuilder) -> None:
    """The policy markers."""
    _classified(builder, "policy-marker", Kind.MARKER)


def tags(builder: ActivityBuilder) -> None:
    """The tags, and the confirmed alignments that they do not say yet."""
    _classified(builder, "tag", Kind.TAG)
    said = {(row[1], row[2].lower()) for row in builder.loaded.classifications if row[0] == Kind.TAG}
    for aligned in builder.chunk.alignments.get(builder.project.pk, ()):
        vocabulary, code = named(aligned)
        if not code or (vocabulary, code.lower()) in said:
            continue
        said.add((vocabulary, code.lower()))
        attributes = {"vocabulary": vocabulary, "code": code}
        if vocabulary == OWN:
            attributes["vocabulary-uri"] = address(aligned)
        element = child(builder.activity, "tag", attributes)
        narrate(element, aligned.title, "" if builder.language == ENGLISH else ENGLISH)


def named(aligned: Aligned) -> tuple[str, str]:
    """Vocabulary and code of the tag for an element."""
    if aligned.framework == SDG:
        if GOAL(aligned.code):
            return SDG_GOALS, aligned.code
        if TARGET(aligned.code):
            return SDG_TARGETS, aligned.code
    return OWN, own_code(aligned)


def own_code(aligned: Aligned) -> str:
    """The code of an element in vocabulary 99: it begins with the framework's short name."""
    short = aligned.short if aligned.short.isascii() and aligned.short.isalpha() else aligned.framework
    return f"{short}-{aligned.code}"


def address(aligned: Aligned) -> str:
    """Where the elements of a framework are found."""
    return f"{settings.MIGOV_ADDRESS}/frameworks/{aligned.framework}"
