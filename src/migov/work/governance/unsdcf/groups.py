"""Population groups that a part of a Cooperation Framework may be for, with the words that name them in a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

GROUPS: dict[str, Any] = {
    "migrants": _("migrants"),
    "migrant-workers": _("migrant workers"),
    "irregular": _("migrants in an irregular situation"),
    "women-migrants": _("women migrants"),
    "refugees": _("refugees"),
    "asylum-seekers": _("asylum seekers"),
    "idps": _("internally displaced persons"),
    "returnees": _("returnees"),
    "diaspora": _("diaspora"),
    "trafficking": _("victims of trafficking"),
    "stateless": _("stateless persons"),
    "children": _("children on the move or left behind"),
    "families": _("families left behind"),
    "youth": _("young people who move or may move"),
    "cross-border": _("people who live or work across a border"),
    "host-communities": _("host communities"),
}

# Group → patterns of small letters; word beginnings where nothing else is said.
WORDS: dict[str, tuple[str, ...]] = {
    "migrants": (r"\b(?:im|e)?migrants?\b(?! workers?)",),
    "migrant-workers": (r"\b(?:labou?r )?migrant workers?\b", r"\bforeign workers?\b", r"\blabou?r migrants?\b"),
    "irregular": (r"\birregular(?:ly)? (?:im|e)?migra\w+", r"\bundocumented\b", r"\birregular situation\b"),
    "women-migrants": (r"\b(?:women|female|girl) migrants?\b", r"\bmigrant women\b", r"\b(?:women|female) migrant workers?\b"),
    "refugees": (r"\brefugees?\b",),
    "asylum-seekers": (r"\basylum[ -]?seek\w+", r"\bapplicants? for (?:asylum|international protection)\b"),
    "idps": (r"\binternally displaced\b", r"\bidps?\b"),
    "returnees": (r"\breturnees?\b", r"\breturning migrants?\b", r"\breturned migrants?\b", r"\bmigrant returnees?\b"),
    "diaspora": (r"\bdiasporas?\b", r"\bcitizens abroad\b", r"\bcompatriots abroad\b"),
    "trafficking": (r"\b(?:victims?|survivors?) of (?:human )?trafficking\b", r"\btrafficked persons?\b",
                    r"\btrafficking in (?:persons|human beings)\b"),
    "stateless": (r"\bstateless\w*\b",),
    "children": (r"\bchildren (?:on the move|left behind)\b", r"\bmigrant children\b",
                 r"\bunaccompanied (?:and separated )?(?:children|minors)\b"),
    "families": (r"\bfamilies left behind\b", r"\bfamilies of migrants\b", r"\bmigrants?['’]? families\b"),
    "youth": (r"\bmigrant youth\b", r"\byoung migrants?\b",
              r"\byouth (?:e?migration|out-?migration)\b", r"\byoung people (?:who )?(?:emigrat|migrat|leav)\w+"),
    "cross-border": (r"\bcross-border (?:workers?|commut\w+|communit\w+|mobility)\b", r"\bfrontier workers?\b"),
    "host-communities": (r"\bhost(?:ing)? communit\w+", r"\breceiving communit\w+"),
}  # fmt: skip


def labels(codes: Iterable[str]) -> list[str]:
    """What people call some groups, in the order of the list; a code that is not known stands as it is."""
    held = list(codes)
    known = [str(label) for code, label in GROUPS.items() if code in held]
    return [*known, *(code for code in held if code not in GROUPS)]


def choices() -> list[tuple[str, Any]]:
    """Groups for a form."""
    return list(GROUPS.items())
