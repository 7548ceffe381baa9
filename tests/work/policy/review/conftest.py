"""A review of a small law against a small convention, and the people around it."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from migov.work.policy.models import Review
from migov.work.policy.review import actions
from tests.factories import cast
from tests.work.policy import making


@pytest.fixture
def people(db):
    return SimpleNamespace(**cast())


@pytest.fixture
def convention(db):
    """Three requirements: one that the law answers, one that a child's detention answers, one that nothing answers."""
    of = making.instrument("test-convention", order=1)
    return [
        making.requirement(
            of, "8", "1", "Employers may not keep identity documents of workers", terms=["passport", "employer"]
        ),
        making.requirement(
            of, "16", "4", "No detention of children because of their status", terms=["child", "detained"]
        ),
        making.requirement(of, "20", "", "Astronauts are given back at once to their space agency", type="may"),
    ]


@pytest.fixture
def law(db):
    return making.text_version()


@pytest.fixture
def review(people, convention, law) -> Review:
    """Started by Fatos against the convention."""
    return actions.start(law, instruments=[convention[0].article.instrument], by=people.fatos)
