"""The journal of a project in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from migov.foundation.records.models import JournalEntry, Record, Stage
from migov.foundation.shell import formats

VERBS = {
    "imported": gettext_lazy("Loaded into the register"),
    "updated from import": gettext_lazy("Brought up to date from a file"),
    "created": gettext_lazy("Entered into the register"),
    "changed": gettext_lazy("Changed"),
    "removed": gettext_lazy("Withdrawn from the register"),
    "alignment declared": gettext_lazy("Alignment declared"),
    "alignment proposed": gettext_lazy("Alignment proposed"),
    "alignment confirmed": gettext_lazy("Alignment confirmed"),
    "alignment rejected": gettext_lazy("Alignment rejected"),
    "alignments suggested": gettext_lazy("Alignments suggested by the matcher"),
    "matcher read": gettext_lazy("Read by the matcher"),
    "value reported": gettext_lazy("Value reported"),
    "value corrected": gettext_lazy("Value corrected"),
    "restored": gettext_lazy("Put back into the register"),
}
FIELDS = {
    "title": gettext_lazy("title"),
    "summary": gettext_lazy("summary"),
    "office": gettext_lazy("office"),
    "stage": gettext_lazy("stage"),
    "starts": gettext_lazy("start"),
    "ends": gettext_lazy("end"),
    "visibility": gettext_lazy("visibility"),
    "element": gettext_lazy("element"),
    "note": gettext_lazy("note"),
    "significance": gettext_lazy("significance"),
    "origin": gettext_lazy("origin"),
    "source": gettext_lazy("source"),
    "file": gettext_lazy("file"),
}
UNSAID = frozenset({"clearance", "subject", "revision"})  # keys and codes of the house
LONGEST = 160
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the journal: when, who, what, and the particulars in words. `part`: the title of the result it concerns."""

    at: datetime
    who: str
    what: str
    particulars: list[str]
    part: str


def entries(record: Record) -> QuerySet[JournalEntry]:
    """The journal of a project and of its results, newest first."""
    parts = Record.objects.filter(parent=record).values("pk")
    return JournalEntry.objects.filter(Q(record_id=record.pk) | Q(record_id__in=parts))


def lines(found: list[JournalEntry], record: Record) -> list[Line]:
    """Entries in words. One query, for the titles of results."""
    others = {entry.record_id for entry in found if entry.record_id not in (None, record.pk)}
    titles = (
        dict(Record.objects.filter(pk__in=[key for key in others if key]).values_list("pk", "title")) if others else {}
    )
    return [
        Line(
            entry.at,
            entry.by_name or _("system"),
            verb(entry.verb),
            particulars(entry.detail),
            titles.get(entry.record_id, "") if entry.record_id != record.pk else "",  # type: ignore[arg-type]
        )
        for entry in found
    ]


def verb(code: str) -> str:
    """A verb of the journal for people: a known one in its words, any other with its code made readable."""
    known = VERBS.get(code)
    if known:
        return str(known)
    words = code.replace(".", ": ").replace("-", " ").replace("_", " ")
    return words[:1].upper() + words[1:]


def particulars(detail: Any) -> list[str]:
    """The detail of an entry as short sentences: changes as "stage: active → closed", counts as "measurements: 3"."""
    if not isinstance(detail, Mapping):
        return [_value(detail)] if detail not in (None, "", []) else []
    found: list[str] = []
    rest = {key: value for key, value in detail.items() if key not in UNSAID}
    if "framework" in rest and "element" in rest:
        found.append(f"{str(rest.pop('framework')).upper()} {rest.pop('element')}")
        # What it was and has become is in the verb.
        rest = {key: value for key, value in rest.items() if key not in ("before", "now")}
    for key, value in rest.items():
        label = str(FIELDS.get(key) or key.replace("_", " "))
        if isinstance(value, Mapping) and value and set(value) <= {"from", "to", "old", "new"}:
            found.append(_change(label, value.get("from", value.get("old")), value.get("to", value.get("new"))))
        elif key == "fields" and isinstance(value, Mapping):
            found += [_pair(str(FIELDS.get(name) or name.replace("_", " ")), pair) for name, pair in value.items()]
        elif isinstance(value, Mapping):
            if inner := particulars(value):
                found.append(f"{label}: {', '.join(inner)}")
        elif isinstance(value, list | tuple):
            if value:
                found.append(f"{label}: {', '.join(_value(item) for item in value[:SHOWN])}")
        elif value not in (None, "", 0, False):
            found.append(f"{label}: {_value(value)}")
    return found


def _pair(label: str, pair: Any) -> str:
    return _change(label, *pair) if isinstance(pair, list | tuple) and len(pair) == 2 else f"{label}: {_value(pair)}"


def _change(label: str, old: Any, new: Any) -> str:
    return f"{label}: {_value(old)} → {_value(new)}"


def _value(value: Any) -> str:
    if value is None or value == "":
        return formats.DASH
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int):
        return formats.number(value)
    if value in Stage.values:
        return str(Stage(value).label)
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
