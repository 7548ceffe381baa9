"""The registry of what can be cleared. A room that wants its work reviewed says here how it is frozen, whom it concerns, what the
reviewers are asked, and what follows from each step; the rest is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING

import reversion
from django.db.models import Model
from django.utils.functional import Promise

from migov.foundation.people.access import Actor
from migov.services.clearance.content import Content
from migov.services.clearance.models import Clearance, Submission

if TYPE_CHECKING:
    from migov.foundation.people.models import User


class Refused(ValueError):
    """A step that cannot be taken now. The text says why, for people."""


@dataclass(frozen=True, slots=True)
class Concerns:
    """What the rules for reviewers look at. themes: codes; places: codes; budget: in the reporting currency; flags: see ReviewRule."""

    themes: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    donors: tuple[str, ...] = ()
    budget: Decimal | None = None
    flags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """A question of the reviewers' checklist. anchors: the places it is about (beginning of an anchor), for the page and the guidance."""

    code: str
    text: str | Promise
    help: str | Promise = ""
    anchors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flag:
    """Something that who decides should know (a budget rule that is broken). url: where it is seen."""

    text: str
    serious: bool = False
    url: str = ""


@dataclass(frozen=True)
class Subject:
    """How one kind of work is cleared. Every function is given the clearance (its record and item).

    content: what it says now. rows: the rows that are frozen with it. concerns: what the rules look at. hinders: why it cannot be
    handed in now (empty: it can). flags: what who decides should know. checklist: what reviewers are asked. url: page of the work;
    place_url: where its author changes what stands at an anchor. authors: whose work it is. accept: put a suggested wording in the
    place of a quote; raises Refused where the words are no longer there. brief: a version in a few lines, pairs of a name and a text.
    everything: roles of people.models.Role whose seats are asked for all of the work, not for a part of it.
    submitted, returned, cleared, refused, withdrawn: what follows, in the same transaction; they may raise Refused.
    """

    code: str
    label: str | Promise
    content: Callable[[Clearance], Content]
    rows: Callable[[Clearance], Iterable[Model]]
    concerns: Callable[[Clearance], Concerns]
    url: Callable[[Clearance], str]
    authors: Callable[[Clearance], Sequence[User]]
    checklist: Sequence[Question] = ()
    hinders: Callable[[Clearance], Sequence[str]] = lambda _clearance: ()
    flags: Callable[[Clearance], Sequence[Flag]] = lambda _clearance: ()
    brief: Callable[[Content], Sequence[tuple[str, str]]] | None = None
    place_url: Callable[[Clearance, str], str] = lambda _clearance, _anchor: ""
    accept: Callable[[Clearance, str, str, str, Actor], None] | None = None
    submitted: Callable[[Clearance, Submission, Actor], None] = lambda _clearance, _submission, _by: None
    returned: Callable[[Clearance, Actor], None] = lambda _clearance, _by: None
    cleared: Callable[[Clearance, Actor], None] = lambda _clearance, _by: None
    refused: Callable[[Clearance, Actor], None] = lambda _clearance, _by: None
    withdrawn: Callable[[Clearance, Actor], None] = lambda _clearance, _by: None
    words: dict[str, str | Promise] = field(default_factory=dict)
    everything: frozenset[str] = frozenset()


_SUBJECTS: dict[str, Subject] = {}


def register(subject: Subject, *rows: type[Model]) -> None:
    """Make a subject known, and the models of the rows that it freezes known to django-reversion; called from a room's AppConfig.ready.

    Raises ValueError when another has its code.
    """
    if _SUBJECTS.get(subject.code, subject) is not subject:
        raise ValueError(f"subject {subject.code!r} is registered already")
    _SUBJECTS[subject.code] = subject
    for model in rows:
        if not reversion.is_registered(model):
            reversion.register(model)


def subject_of(clearance: Clearance) -> Subject:
    """How a clearance's work is cleared. Raises KeyError for one that no room has registered."""
    return _SUBJECTS[clearance.subject]


def asks_everything(subject: str, role: str) -> bool:
    """Whether a seat of that role is asked for all of a work that is cleared as the subject."""
    known = _SUBJECTS.get(subject)
    return known is not None and role in known.everything


def subjects() -> tuple[Subject, ...]:
    """All that can be cleared, in the order of registration."""
    return tuple(_SUBJECTS.values())
