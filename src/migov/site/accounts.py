"""Offices and accounts from the command line: the first ones of an installation are made here."""

from __future__ import annotations

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from migov.foundation.people.access import SYSTEM
from migov.foundation.people.models import Membership, Office, OfficeKind, Role, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records import journal
from migov.site.console import Told


def _one_of(what: str, value: str, known: list[str]) -> None:
    if value not in known:
        raise Told(f"There is no {what} “{value}”; known: {', '.join(known) or 'none yet'}.")


def _office(code: str) -> Office:
    _one_of("office", code, list(Office.objects.values_list("code", flat=True)))
    return Office.objects.get(code=code)


def _place(code: str) -> Place:
    place = Place.objects.filter(code=code.upper(), kind="country").first()
    if place is None:
        raise Told(f"There is no country or area “{code}”; use its ISO 3166-1 alpha-3 code, such as MDA.")
    return place


@transaction.atomic
def add_office(code: str, name: str, *, kind: str, parent: str | None, place: str | None) -> Office:
    """Add an office to the tree. Raises Told for a code that is taken, an unknown kind, parent or place."""
    _one_of("kind of office", kind, list(OfficeKind.values))
    if Office.objects.filter(code=code).exists():
        raise Told(f"There is an office “{code}” already.")
    if kind != OfficeKind.REGIONAL and not parent:
        raise Told("A country office or sub-office needs --parent: the code of the office above it.")
    office = Office(
        code=code,
        name=name,
        kind=kind,
        parent=_office(parent) if parent else None,
        place=_place(place) if place else None,
    )
    try:
        office.full_clean()
    except ValidationError as problem:
        raise Told(f"The office was not added. {' '.join(problem.messages)}") from None
    office.save()
    journal.write("office added", by=SYSTEM, detail={"office": code, "name": name, "kind": kind})
    return office


@transaction.atomic
def add_user(
    username: str, *, email: str, name: str, role: str, office: str, themes: list[str], country: str | None, password: str
) -> User:
    """Add an account with one role in one office. Raises Told for anything that is unknown, taken or too weak."""
    _one_of("role", role, list(Role.values))
    home = _office(office)
    if User.objects.filter(username__iexact=username).exists():
        raise Told(f"There is an account “{username}” already.")
    if User.objects.filter(email__iexact=email).exists():
        raise Told(f"There is an account with the address {email} already.")
    if role == Role.FOCAL_POINT and not country:
        raise Told("A government focal point needs --country: the country it is held to.")
    for theme in themes:
        _one_of("theme", theme, list(Theme.objects.values_list("code", flat=True)))
    first, _, last = name.partition(" ")
    user = User(username=username, email=email, first_name=first, last_name=last)
    user.country = _place(country) if country else None
    try:
        validate_email(email)
        validate_password(password, user)
        user.set_password(password)
        user.full_clean()
    except ValidationError as problem:
        raise Told(f"The account was not added. {' '.join(problem.messages)}") from None
    user.save()
    user.themes.set(Theme.objects.filter(code__in=themes))
    Membership.objects.create(user=user, office=home, role=role)
    journal.write("account added", by=SYSTEM, detail={"username": username, "role": role, "office": office})
    return user
