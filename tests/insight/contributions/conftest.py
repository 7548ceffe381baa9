"""A small portfolio with known answers."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.http import QueryDict

from migov.foundation.frameworks.models import Framework
from migov.foundation.people.access import SYSTEM
from migov.insight.contributions.answer import Contribution
from migov.insight.contributions.queries import contribution
from migov.insight.contributions.scope import read_scope
from migov.services.alignment.models import Alignment, Origin, Significance, Status
from migov.work.projects.models import Budget, Project, Transaction
from tests.factories import element, project


def align(
    of: Project, code: str, *, framework: str = "gcm", principal: bool = False, status: str = Status.CONFIRMED, **more
) -> Alignment:
    return Alignment.objects.create(
        record=more.pop("record", of.record),
        element=element(code, framework),
        origin=Origin.DECLARED,
        status=status,
        significance=Significance.PRINCIPAL if principal else Significance.SIGNIFICANT,
        **more,
    )


def budget(of: Project, year: int, amount: int | str, currency: str = "USD", **more) -> Budget:
    return Budget.objects.create(
        project=of, starts=date(year, 1, 1), ends=date(year, 12, 31), amount=Decimal(amount), currency=currency,
        value_date=date(year, 1, 1), **more,
    )  # fmt: skip


def spend(of: Project, day: date, amount: int | str, currency: str = "USD", kind: str = "4", **more) -> Transaction:
    return Transaction.objects.create(
        project=of, kind=kind, date=day, value_date=day, amount=Decimal(amount), currency=currency, **more
    )


def ask(query: str = "", framework: str = "gcm", viewer=SYSTEM) -> Contribution:
    return contribution(read_scope(Framework.objects.get(code=framework), QueryDict(query), viewer), viewer)


def row(answer: Contribution, code: str):
    return next(r for r in answer.rows if r.element.code == code)


@pytest.fixture
def two_projects(db) -> SimpleNamespace:
    """A: 900 of budget, principal on GCM 10 and significant on 23, in Moldova. B: 100 on GCM 10, in Albania and Serbia."""
    a = project(places={"MDA": 100}, title="Referral")
    align(a, "10", principal=True)
    align(a, "23")
    budget(a, 2024, 900)
    b = project(places={"ALB": 75, "SRB": 25}, title="Border")
    align(b, "10")
    budget(b, 2024, 100)
    return SimpleNamespace(a=a, b=b)
