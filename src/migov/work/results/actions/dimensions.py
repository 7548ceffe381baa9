"""What values can be told apart by: dimensions are added and changed, their codes never, and no value goes that somebody used."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q
from django.utils.text import slugify
from django.utils.translation import gettext as _

from migov.foundation.people import access
from migov.foundation.people.access import Actor
from migov.foundation.records import journal
from migov.foundation.shell import typed
from migov.work.results.actions.library import ChangedMeanwhile, LibraryError
from migov.work.results.models import Dimension, EntryValue, Measurement, Slice
from migov.work.results.slices import tidy

MOST_VALUES = 60
# A code stands in the key of a slice between "=" and "|".
_CODE = re.compile(r"[a-z0-9][a-z0-9+<>._ -]{0,58}")

Values = Sequence[tuple[str, str]]


def lines_of(dimension: Dimension) -> str:
    """The values as the form has them: a line for each, code and label."""
    return "\n".join(f"{code} = {label}" for code, label in dimension.values)


def read_values(text: str) -> list[tuple[str, str]]:
    """Values from lines "code = label"; a line without "=" is both. Raises LibraryError, naming the line."""
    found: list[tuple[str, str]] = []
    for number, one in enumerate(text.splitlines(), start=1):
        if not one.strip():
            continue
        code, _equals, label = one.partition("=")
        code = tidy(code)
        try:
            label = typed.line(label, 120) or typed.line(one, 120)
        except typed.Unreadable as wrong:
            raise LibraryError(
                _("Line %(number)d: %(wrong)s") % {"number": number, "wrong": wrong}, "values"
            ) from wrong
        if not _CODE.fullmatch(code):
            raise LibraryError(
                _("Line %(number)d: “%(code)s” is no code. Small letters, digits and + - . < > only, at most 59.")
                % {"number": number, "code": typed.short(code)},
                "values",
            )
        if code in dict(found):
            raise LibraryError(
                _("Line %(number)d: the code “%(code)s” comes twice.") % {"number": number, "code": code}, "values"
            )
        found.append((code, label))
    if len(found) > MOST_VALUES:
        raise LibraryError(_("At most %d values.") % MOST_VALUES, "values")
    return found


def used_values(dimension: Dimension) -> set[str]:
    """The codes of its values that some value of an entry or a measurement was told apart by. Three queries at most."""
    name = tidy(dimension.code)
    families = (
        Q(family=name)
        | Q(family__startswith=f"{name}|")
        | Q(family__endswith=f"|{name}")
        | Q(family__contains=f"|{name}|")
    )
    named = {
        pk: tidy(value)
        for pk, parts in Slice.objects.filter(families).values_list("pk", "parts")
        for of, value in parts
        if tidy(of) == name
    }  # fmt: skip
    if not named:
        return set()
    used: set[int] = set(EntryValue.objects.filter(slice__in=named).values_list("slice_id", flat=True).distinct())
    used |= set(Measurement.objects.filter(slice__in=named).values_list("slice_id", flat=True).distinct())
    return {value for pk, value in named.items() if pk in used}


@transaction.atomic
def add_dimension(name: str, values: Values, *, by: Actor, code: str = "") -> Dimension:
    """Add a dimension; without values they are free. Raises LibraryError, PermissionDenied."""
    access.require(by, "results.library")
    title = _name(name)
    wanted = code.strip().lower() or slugify(title)[:60].strip("-")
    if not wanted or slugify(wanted) != wanted or len(wanted) > 60:
        raise LibraryError(_("A code has at most 60 small letters, digits and hyphens."), "code")
    if Dimension.objects.filter(code=wanted).exists():
        raise LibraryError(_("The code “%s” is taken.") % wanted, "code")
    made = Dimension.objects.create(code=wanted, name=title, values=[list(pair) for pair in values])
    journal.write("dimension added", by=by, detail={"code": wanted, "name": title, "values": made.values})
    return made


@transaction.atomic
def change_dimension(key: int, name: str, values: Values, *, by: Actor, stands: str) -> Dimension:
    """Change name, labels, order and values of a dimension. stands: name and values as the form showed them (see digest).

    Raises LibraryError where a value would go that is in use, ChangedMeanwhile, Dimension.DoesNotExist, PermissionDenied.
    """
    access.require(by, "results.library")
    row = Dimension.objects.select_for_update().get(pk=key)
    if stands != digest(row):
        raise ChangedMeanwhile(_("Somebody else changed this dimension meanwhile. Open it again."))
    title, wanted = _name(name), [list(pair) for pair in values]
    before = {"name": row.name, "values": row.values}
    if wanted != row.values:
        lacking = sorted(used_values(row) - {tidy(code) for code, _label in values})
        if lacking:
            raise LibraryError(
                _("Values were reported for: %s. They stay in the list; their labels may change.") % ", ".join(lacking),
                "values",
            )
    if before == {"name": title, "values": wanted}:
        return row
    row.name, row.values = title, wanted
    row.save(update_fields=["name", "values"])
    detail = {"code": row.code, "from": before, "to": {"name": title, "values": wanted}}
    journal.write("dimension changed", by=by, detail=detail)
    return row


def digest(row: Dimension) -> str:
    """What a form carries to tell which state it was made from."""
    return hashlib.sha256(f"{row.name}\n{lines_of(row)}".encode()).hexdigest()[:16]


def _name(name: str) -> str:
    try:
        title = typed.line(name, 120)
    except typed.Unreadable as wrong:
        raise LibraryError(str(wrong), "name") from wrong
    if not title:
        raise LibraryError(_("Give it a name."), "name")
    return title
