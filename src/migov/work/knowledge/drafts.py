"""What people write of a lesson, apart from what becomes of it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from migov.foundation.people.models import Office, Theme
from migov.foundation.places.models import Place
from migov.foundation.records.models import RecordPlace, RecordTheme, Visibility
from migov.foundation.shell import formats
from migov.work.knowledge import wording
from migov.work.knowledge.models import Cycle, Lesson, LessonKind

LONGEST_STATEMENT = 500
LONGEST = 10_000
SECTION = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
WORDS = ("statement", "context", "advice", "kind")  # what was validated: other words have to be validated again


class WrongDraft(ValueError):
    """A lesson that cannot be kept as it was written. errors: field → what is wrong."""

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(" ".join(errors.values()))
        self.errors = errors


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A lesson as it is written. themes, places: by primary key. sections: codes. source, supersedes: primary keys of records."""

    statement: str
    advice: str
    context: str = ""
    kind: str = LessonKind.CAUTION
    cycle: str = Cycle.ANY
    office: int | None = None
    themes: frozenset[int] = frozenset()
    places: frozenset[int] = frozenset()
    sections: frozenset[str] = frozenset()
    source: int | None = None
    source_text: str = ""
    source_link: str = ""
    source_page: str = ""
    audience: str = Visibility.INTERNAL
    review_by: date | None = None
    supersedes: int | None = None

    @property
    def text(self) -> str:
        """All its sentences."""
        return "\n\n".join((self.statement, self.advice, self.context))

    @property
    def digest(self) -> str:
        """Tells whether two drafts say the same."""
        said = [(one.name, _plain(getattr(self, one.name))) for one in fields(self)]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:24]


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    return str(value) if isinstance(value, str | date) else value


def draft_of(lesson: Lesson) -> Draft:
    """A lesson as it stands. Three queries."""
    record = lesson.record
    return Draft(
        statement=record.title, advice=lesson.advice, context=lesson.context, kind=lesson.kind, cycle=lesson.cycle,
        office=record.office_id,
        themes=frozenset(RecordTheme.objects.current().filter(record=record).values_list("theme_id", flat=True)),
        places=frozenset(RecordPlace.objects.current().filter(record=record).values_list("place_id", flat=True)),
        sections=frozenset(lesson.sections.values_list("code", flat=True)),
        source=lesson.source_id, source_text=lesson.source_text, source_link=lesson.source_link,
        source_page=lesson.source_page, audience=lesson.audience, review_by=lesson.review_by,
        supersedes=lesson.supersedes_id,
    )  # fmt: skip


def tidied(draft: Draft) -> Draft:
    """The draft without spare spaces. Raises WrongDraft where something cannot be kept."""
    changed: dict[str, Any] = {
        "statement": " ".join(_clean(draft.statement).split()),
        "advice": _clean(draft.advice), "context": _clean(draft.context),
        "source_text": " ".join(_clean(draft.source_text).split()), "source_link": _clean(draft.source_link),
        "source_page": " ".join(_clean(draft.source_page).split()),
        "sections": frozenset(code.strip().lower() for code in draft.sections if code.strip()),
    }  # fmt: skip
    made = Draft(**{one.name: changed.get(one.name, getattr(draft, one.name)) for one in fields(draft)})
    if errors := _wrong(made):
        raise WrongDraft(errors)
    return made


def _clean(text: str) -> str:
    return text.replace("\x00", "").replace("\r\n", "\n").strip()


def _wrong(draft: Draft) -> dict[str, str]:
    errors: dict[str, str] = {}
    if not draft.statement:
        errors["statement"] = _("Say the lesson in one or two sentences.")
    if not draft.advice:
        errors["advice"] = _("Say what to do: a lesson without advice helps nobody.")
    longest = {
        "statement": LONGEST_STATEMENT,
        "advice": LONGEST,
        "context": LONGEST,
        "source_text": 500,
        "source_page": 20,
    }
    for name, most in longest.items():
        if len(getattr(draft, name)) > most:
            errors[name] = _("Write at most %(most)s characters.") % {"most": formats.number(most)}
    chosen = {"kind": LessonKind.values, "cycle": Cycle.values, "audience": Visibility.values}
    for name, values in chosen.items():
        if getattr(draft, name) not in values:
            errors[name] = _("Choose one of the list.")
    if draft.source_link and not is_web_address(draft.source_link):
        errors["source_link"] = _("Write an address that begins with https:// or http://.")
    if wrong := next((code for code in draft.sections if not SECTION.fullmatch(code) or len(code) > 40), ""):
        said = {"code": wrong[:40]}
        errors["sections"] = _("“%(code)s” is no section: write its code in small letters, such as risks.") % said
    return errors


def is_web_address(text: str) -> bool:
    """Whether a text is an address of the web that a page may link to."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and len(text) <= 1000 and not re.search(r"\s", text)


def changes(before: Draft, after: Draft) -> dict[str, dict[str, str]]:
    """What differs between two drafts, in words: label → from and to. At most two queries for each field that names rows."""
    found = {}
    for one in fields(before):
        old, new = getattr(before, one.name), getattr(after, one.name)
        if _plain(old) != _plain(new):
            label: str | Promise = wording.FIELDS[one.name]
            found[str(label)] = {"from": _said(one.name, old), "to": _said(one.name, new)}
    return found


def _said(name: str, value: Any) -> str:
    if value in (None, "", frozenset()):
        return ""
    match name:
        case "themes":
            return ", ".join(Theme.objects.filter(pk__in=value).values_list("name", flat=True))
        case "places":
            return ", ".join(formats.place(one) for one in Place.objects.filter(pk__in=value))
        case "sections":
            return ", ".join(sorted(wording.section_title(code) for code in value))
        case "office":
            return str(Office.objects.filter(pk=value).first() or "")
        case "source" | "supersedes":
            return f"#{value}"  # not its title: the journal is read by people who may not see that record
        case "kind" | "cycle" | "audience":
            return str(_label(name, value))
        case "review_by":
            return str(value.isoformat())
    return str(value)


def _label(name: str, value: str) -> str | Promise:
    choices: Collection[tuple[Any, Any]] = {
        "kind": LessonKind.choices, "cycle": Cycle.choices, "audience": Visibility.choices,
    }[name]  # fmt: skip
    label: str | Promise = dict(choices)[value]
    return label
