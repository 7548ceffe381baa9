"""Changes to offices, themes and people."""

from __future__ import annotations

import csv
from collections.abc import Collection, Sequence
from datetime import date
from importlib.resources import files
from io import StringIO
from typing import Any

from django.apps import apps
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from migov.foundation.people.access import Actor, roles_of
from migov.foundation.people.models import Membership, Office, OfficeKind, Role, Theme, User
from migov.foundation.places.models import Place, PlaceKind

DATA = files("migov.foundation.people") / "data"


class NotAdded(ValueError):
    """An office or account that cannot be added; the text is one sentence that says why."""


@transaction.atomic
def load_themes() -> int:
    """Create or update the shipped themes of expertise. Returns how many there are."""
    rows = list(csv.DictReader(StringIO((DATA / "themes.csv").read_text(encoding="utf-8"))))
    for row in rows:
        Theme.objects.update_or_create(code=row["code"], defaults={"name": row["name"], "order": int(row["order"])})
    return len(rows)


@transaction.atomic
def add_office(
    code: str,
    name: str,
    *,
    kind: str,
    by: Actor,
    parent: str | None = None,
    place: str | None = None,
    valid_from: date | None = None,
) -> Office:
    """Add an office to the tree. `parent`: code of the office above; `place`: ISO alpha-3 code.

    Raises NotAdded for a code that is taken, an unknown kind, parent or place, and an office below the regional one without a
    parent; PermissionDenied for anybody but an administrator.
    """
    _require_administrator(by)
    _require_known(_("kind of office"), kind, OfficeKind.values)
    if Office.objects.filter(code=code).exists():
        raise NotAdded(_("There is an office “%(code)s” already.") % {"code": code})
    if kind != OfficeKind.REGIONAL and not parent:
        raise NotAdded(_("A country office or sub-office needs the office above it."))
    office = Office(
        code=code,
        name=name,
        kind=kind,
        parent=_office(parent) if parent else None,
        place=_place(place) if place else None,
        valid_from=valid_from,
    )
    _check(office)
    office.save()
    _note("office added", by, {"office": code, "name": name, "kind": kind})
    return office


@transaction.atomic
def add_user(
    username: str,
    *,
    email: str,
    role: str,
    office: str,
    by: Actor,
    name: str = "",
    themes: Collection[str] = (),
    country: str | None = None,
    password: str | None = None,
) -> User:
    """Add an account with one role in one office. Without a password nobody can sign in to it until one is set.

    `office` and `themes` are codes; `country` is an ISO alpha-3 code and needed for a focal point, who is held to it. Raises NotAdded
    for anything unknown, taken or too weak; PermissionDenied for anybody but an administrator.
    """
    _require_administrator(by)
    _require_known(_("role"), role, Role.values)
    home = _office(office)
    if User.objects.filter(username__iexact=username).exists():
        raise NotAdded(_("There is an account “%(username)s” already.") % {"username": username})
    if User.objects.filter(email__iexact=email).exists():
        raise NotAdded(_("There is an account with the address %(email)s already.") % {"email": email})
    if role == Role.FOCAL_POINT and not country:
        raise NotAdded(_("A government focal point needs the country it is held to."))
    expertise = {theme.code: theme for theme in Theme.objects.filter(code__in=themes)} if themes else {}
    for theme in themes:
        if theme not in expertise:
            _require_known(_("theme"), theme, list(Theme.objects.values_list("code", flat=True)))
    first, _space, last = name.partition(" ")
    user = User(username=username, email=email, first_name=first, last_name=last)
    user.country = _place(country) if country else None
    _check_address(email)
    _set_password(user, password)
    _check(user)
    user.save()
    user.themes.set(expertise.values())
    Membership.objects.create(user=user, office=home, role=role)
    _note("account added", by, {"username": username, "role": role, "office": office})
    return user


def _require_administrator(by: Actor) -> None:
    if Role.ADMINISTRATOR not in roles_of(by):
        raise PermissionDenied(_("Only an administrator adds offices and accounts."))


def _require_known(what: str, value: str, known: Sequence[Any]) -> None:
    if value not in known:
        names = ", ".join(map(str, known)) or _("none yet")
        raise NotAdded(
            _("There is no %(what)s “%(value)s”; known: %(names)s.") % {"what": what, "value": value, "names": names}
        )


def _office(code: str) -> Office:
    offices = {office.code: office for office in Office.objects.all()}
    _require_known(_("office"), code, list(offices))
    return offices[code]


def _place(code: str) -> Place:
    place = Place.objects.filter(code=code.upper(), kind=PlaceKind.COUNTRY).first()
    if place is None:
        text = _("There is no country or area “%(code)s”; use its ISO 3166-1 alpha-3 code, such as MDA.")
        raise NotAdded(text % {"code": code})
    return place


def _check_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as problem:
        raise NotAdded(" ".join(problem.messages)) from None


def _set_password(user: User, password: str | None) -> None:
    if password is None:
        user.set_unusable_password()
        return
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise NotAdded(" ".join(problem.messages)) from None
    user.set_password(password)


def _check(row: Office | User) -> None:
    try:
        row.full_clean()
    except ValidationError as problem:
        raise NotAdded(" ".join(problem.messages)) from None


def _note(verb: str, by: Actor, detail: dict[str, Any]) -> None:
    entry = apps.get_model("records", "JournalEntry")  # of the room above: asked by name, not imported
    entry.objects.create(by_id=by.pk, by_name=str(by), verb=verb, detail=detail)
