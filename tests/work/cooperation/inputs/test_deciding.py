"""What who decides on an input is shown, on one page that is often read on a phone; and who does not decide."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from migov.services.clearance import actions as clearance
from migov.work.cooperation.inputs import subject, templates
from migov.work.cooperation.inputs.actions import life, writing
from migov.work.cooperation.inputs.facts import Offered
from migov.work.cooperation.models import Input
from tests.factories import PlaceFactory
from tests.work.cooperation.inputs.conftest import Ground

Browser = Callable[[Any], Client]
POINTS = "No worker pays for a job.\n\n- 2,400 were helped in 2025\n- 30 days for inspections\n\nA complaint is worth something abroad."


def page(at: Ground, standing: Any, client_for: Browser, name: str = "dora") -> str:
    return client_for(at.people[name]).get(reverse("clearance:decide", args=[standing.pk])).content.decode()


@pytest.mark.parametrize("kind", ["position", "statement", "points", "intervention"])
def test_every_section_is_there_whatever_the_type(at: Ground, client_for: Browser, kind: str) -> None:
    paper = at.draft(type=kind, place=PlaceFactory(code="ALB"), asked="Three minutes.")
    for part in templates.parts_of(paper):
        writing.write(paper, part.code, text=f"Words of {part.code}.", by=at.people["fatos"])
    writing.pull(paper, templates.parts_of(paper)[0].code, Offered("k", "It is so.", "A source"), by=at.people["fatos"])
    shown = page(at, at.hand_in(paper), client_for)
    for part in templates.parts_of(paper):
        assert f"Words of {part.code}." in shown
    assert "[1] It is so. A source" in shown and "Three minutes." in shown


def test_points_stand_line_by_line_with_the_speaking_time(at: Ground) -> None:
    paper = at.draft(type="points")
    at.write_all(paper)
    writing.write(paper, "points", text=POINTS, by=at.people["fatos"])
    said = dict(subject.brief(subject.INPUTS.content(at.hand_in(paper))))
    assert said["Points"] == POINTS
    assert "The situation in one minute (for the speaker)" in said
    assert "about 1 minute spoken" in said["The input"]


def test_what_to_know_stands_before_the_decision(at: Ground, client_for: Browser) -> None:
    paper = at.draft(due=timezone.localdate())
    at.write_all(paper)
    standing = at.hand_in(paper)
    shown = page(at, standing, client_for)
    assert "but the input is needed on" in shown
    assert shown.index('id="flags"') < shown.index('id="decide"')


def test_a_decision_that_comes_too_late_is_told_before_handing_in(at: Ground, client_for: Browser) -> None:
    paper = at.draft(due=timezone.localdate() + timedelta(days=1))
    url = reverse("cooperation:input-clearance", args=[paper.pk])
    assert "but the input is needed on" in client_for(at.people["fatos"]).get(url).content.decode()
    Input.objects.filter(pk=paper.pk).update(due=timezone.localdate() + timedelta(days=60))
    assert "but the input is needed on" not in client_for(at.people["fatos"]).get(url).content.decode()


def test_each_round_says_what_came_of_it(at: Ground, client_for: Browser) -> None:
    paper = at.draft()
    at.write_all(paper)
    standing = at.hand_in(paper)
    at.decide(standing, "returned")
    fatos = client_for(at.people["fatos"])
    assert "Read." in fatos.get(reverse("cooperation:input", args=[paper.pk])).content.decode()
    at.hand_in(paper, seen_round=1, note="As it was, with reasons.")
    at.decide(standing)
    shown = fatos.get(reverse("cooperation:input-clearance", args=[paper.pk])).content.decode()
    rounds = re.findall(r'Round (\d)</a>.*?<span class="sub">(.*?)</span>', shown)
    assert rounds == [("2", "endorsed"), ("1", "sent back to be changed")]


class TestOwnWords:
    def test_who_wrote_in_it_does_not_clear_it(self, at: Ground) -> None:
        paper = at.draft()
        at.write_all(paper)
        writing.write(paper, "closing", text="My own last words.", by=at.people["dora"])
        standing = at.hand_in(paper)
        with pytest.raises(PermissionDenied):
            at.decide(standing)
        assert Input.objects.get(pk=paper.pk).state == "clearance"

    def test_nor_after_others_wrote_over_it_or_the_authors_were_changed(self, at: Ground) -> None:
        paper, fatos, dora = at.draft(), at.people["fatos"], at.people["dora"]
        life.set_authors(paper, owner=dora, authors=[fatos], by=fatos)
        writing.write(paper, "closing", text="My own last words.", by=dora)
        life.set_authors(paper, owner=fatos, authors=[], by=dora)
        at.write_all(paper)
        standing = at.hand_in(paper)
        with pytest.raises(PermissionDenied):
            at.decide(standing)
        clearance.take_back(standing, reason="Not now.", by=fatos)
