"""Factories and the named cast that tests use. Everything is made through the models, with the fewest words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from migov.foundation.frameworks.models import Element, Framework
from migov.foundation.people.models import Membership, Office, OfficeKind, Role, Theme, User
from migov.foundation.places.models import Place
from migov.foundation.records.models import Record, RecordPlace, RecordState, RecordTheme, Stage, Visibility
from migov.work.projects.models import Project
from migov.work.proposals.models import Proposal
from migov.work.results.models import Indicator, Level, Measure, Measurement, MeasurementKind, Period, Result


class PlaceFactory(DjangoModelFactory):
    class Meta:
        model = Place
        django_get_or_create = ["code"]

    code = "MDA"
    name = factory.SelfAttribute("code")
    short_name = factory.SelfAttribute("code")


class ThemeFactory(DjangoModelFactory):
    class Meta:
        model = Theme
        django_get_or_create = ["code"]

    code = "protection"
    name = factory.SelfAttribute("code")


class OfficeFactory(DjangoModelFactory):
    class Meta:
        model = Office
        django_get_or_create = ["code"]

    code = "ro-vienna"
    name = factory.LazyAttribute(lambda o: o.code.title())
    kind = OfficeKind.REGIONAL


def country_office(code: str = "tirana") -> Office:
    """A country office below the regional office."""
    return OfficeFactory(code=code, kind=OfficeKind.COUNTRY, parent=OfficeFactory())


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence(lambda n: f"user{n}")
    email = factory.LazyAttribute(lambda o: f"{o.username}@example.org")
    password = factory.django.Password("correct horse battery")


def person(role: str, office: Office | None = None, **fields: Any) -> User:
    """A user with one role in one office (default: the regional office)."""
    user = UserFactory(**fields)
    Membership.objects.create(user=user, office=office or OfficeFactory(), role=role)
    return user


def cast() -> dict[str, User]:
    """One person for each kind of user, by first name. Ana works in Tirana, Boris in Chisinau, the others in the regional office.

    Written in few statements, since most tests begin with it.
    """
    regional, tirana, chisinau = OfficeFactory(), country_office("tirana"), country_office("chisinau")
    roles: dict[str, tuple[str, Office]] = {
        "ana": (Role.DEVELOPER, tirana),
        "boris": (Role.DEVELOPER, chisinau),
        "carla": (Role.SPECIALIST, regional),
        "dora": (Role.ENDORSER, regional),
        "emil": (Role.MANDE, regional),
        "fatos": (Role.POLICY, regional),
        "galina": (Role.ANALYST, regional),
        "hana": (Role.MANAGEMENT, regional),
        "ion": (Role.FOCAL_POINT, regional),
        "jan": (Role.READER, regional),
        "kim": (Role.ADMINISTRATOR, regional),
    }
    countries = {"ion": PlaceFactory(code="MDA")}
    made = [UserFactory.build(username=name, country=countries.get(name)) for name in (*roles, "nobody")]
    people = {user.username: user for user in User.objects.bulk_create(made)}
    Membership.objects.bulk_create(
        Membership(user=people[name], office=office, role=role) for name, (role, office) in roles.items()
    )
    return people


class RecordFactory(DjangoModelFactory):
    class Meta:
        model = Record
        skip_postgeneration_save = True

    kind = "project"
    reference = factory.Sequence(lambda n: f"T-{n:05}")
    title = factory.Sequence(lambda n: f"Project {n}")
    stage = Stage.ACTIVE
    visibility = Visibility.INTERNAL
    starts = date(2023, 1, 1)
    ends = date(2025, 12, 31)


def project(*, places: dict[str, float | None] | None = None, **fields: Any) -> Project:
    """A project with its record, its state and its places (code → share in percent)."""
    record = RecordFactory(**fields)
    RecordState.objects.create(
        record=record, office=record.office, stage=record.stage, starts=record.starts, ends=record.ends,
        recorded_at=record.created_at,
    )  # fmt: skip
    for code, share in (places or {}).items():
        RecordPlace.objects.create(
            record=record, place=PlaceFactory(code=code), share=share, recorded_at=record.created_at
        )
    return Project.objects.create(record=record, default_currency="USD")


def result(of: Project, title: str = "Victims are protected", level: str = Level.OUTCOME, **fields: Any) -> Result:
    """A result of a project, with its record."""
    parent: Result | None = fields.pop("parent", None)
    record = RecordFactory(
        kind="result", reference="", title=title, parent=of.record, office=of.record.office, stage="",
        visibility=of.record.visibility, **fields,
    )  # fmt: skip
    return Result.objects.create(record=record, project=of, parent=parent, level=level, order=of.results.count())


def indicator(of: Result, title: str = "People assisted", **fields: Any) -> Indicator:
    """An indicator of a result."""
    fields.setdefault("measure", Measure.NUMBER)
    return Indicator.objects.create(result=of, project=of.project, title=title, order=of.indicators.count(), **fields)


def values(of: Indicator, year: int, *, target: Any = None, actual: Any = None, **fields: Any) -> Period:
    """A yearly period of an indicator with a target, an actual, or both."""
    period, _ = Period.objects.get_or_create(
        indicator=of, starts=date(year, 1, 1), ends=date(year, 12, 31), defaults={"order": year}
    )
    for kind, value in ((MeasurementKind.TARGET, target), (MeasurementKind.ACTUAL, actual)):
        if value is not None:
            Measurement.objects.create(indicator=of, period=period, kind=kind, value=value, **fields)
    return period


class FrameworkFactory(DjangoModelFactory):
    class Meta:
        model = Framework
        django_get_or_create = ["code"]

    code = "gcm"
    title = factory.SelfAttribute("code")
    short_title = factory.LazyAttribute(lambda o: o.code.upper())
    main_level = ["objective"]


def element(code: str = "10", framework: str = "gcm", **fields: Any) -> Element:
    """An element of a framework: the shipped one where the framework is loaded, else a new one of the main level."""
    home = FrameworkFactory(code=framework)
    found = Element.objects.filter(framework=home, code=code).first()
    if found:
        return found
    fields.setdefault("kind", "objective")
    fields.setdefault("title", f"{framework} {code}")
    made = Element.objects.create(framework=home, code=code, **fields)
    if made.main_id is None and made.parent_id is None:
        made.main = made
        made.save()
    return made


def proposal(
    *, places: Sequence[str] = ("MDA",), themes: Sequence[str] = ("protection",), donor: str = "A donor", **fields: Any
) -> Proposal:
    """A proposal with its project: stage "proposal", places and themes by code. Fields of the paper (months, currency, rules,
    partners, government_request) go to it, all others to the record."""
    own = {
        name: fields.pop(name)
        for name in ("months", "currency", "rules", "partners", "government_request")
        if name in fields
    }
    made = project(places=dict.fromkeys(places), **{"stage": Stage.PROPOSAL, "visibility": Visibility.OFFICE, **fields})
    for code in themes:
        RecordTheme.objects.create(
            record=made.record, theme=ThemeFactory(code=code), recorded_at=made.record.created_at
        )
    return Proposal.objects.create(project=made, donor=donor, **{"months": 24, **own})
