"""The main navigation: rooms that exist, that the viewer may enter, with the current one marked."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import RequestFactory
from django.urls import resolve

from migov.foundation.shell import navigation


def asked(path: str, user: Any) -> HttpRequest:
    request = RequestFactory().get(path)
    request.user = user
    request.resolver_match = resolve(path)
    return request


@pytest.mark.django_db
def test_entries_come_in_order_and_only_where_the_room_exists(people: dict[str, Any]) -> None:
    navigation.register("Components", "components", 20)
    navigation.register("Desk", "front", 10)
    navigation.register("Learning", "learning:list", 15)
    found = navigation.links(asked("/components/", people["emil"]))
    assert [(link.label, link.url, link.current) for link in found] == [
        ("Desk", "/", False),
        ("Components", "/components/", True),
    ]


@pytest.mark.django_db
def test_the_front_door_is_current_only_on_itself(people: dict[str, Any]) -> None:
    navigation.register("Desk", "front", 10)
    assert [link.current for link in navigation.links(asked("/", people["emil"]))] == [True]
    assert [link.current for link in navigation.links(asked("/components/", people["emil"]))] == [False]


@pytest.mark.django_db
def test_another_page_of_the_same_room_marks_its_entry(people: dict[str, Any]) -> None:
    navigation.register("Search", "shell:search", 10)
    assert navigation.links(asked("/search/", people["emil"]))[0].current


@pytest.mark.django_db
def test_an_entry_that_needs_a_permission_is_kept_from_others(people: dict[str, Any]) -> None:
    navigation.register("Import", "components", 10, permission="import.iati")
    assert [link.label for link in navigation.links(asked("/", people["emil"]))] == ["Import"]
    assert navigation.links(asked("/", people["ana"])) == []
    assert navigation.links(asked("/", people["nobody"])) == []


@pytest.mark.django_db
def test_a_permission_that_does_not_exist_is_an_error_not_an_open_door(people: dict[str, Any]) -> None:
    navigation.register("Import", "components", 10, permission="no.such")
    with pytest.raises(KeyError):
        navigation.links(asked("/", people["emil"]))


def test_a_stranger_sees_no_navigation() -> None:
    navigation.register("Desk", "front", 10)
    assert navigation.links(asked("/", AnonymousUser())) == []


@pytest.mark.django_db
def test_a_count_says_what_waits(people: dict[str, Any]) -> None:
    navigation.register("Desk", "front", 10, count=lambda user: len(user.username))
    assert navigation.links(asked("/", people["emil"]))[0].count == 4


@pytest.mark.django_db
def test_registering_again_replaces(people: dict[str, Any]) -> None:
    navigation.register("Desk", "front", 10)
    navigation.register("My desk", "front", 10)
    assert [link.label for link in navigation.links(asked("/", people["emil"]))] == ["My desk"]


@pytest.mark.django_db
def test_a_room_without_an_entry_marks_the_one_it_belongs_to(people: dict[str, Any]) -> None:
    navigation.register("Components", "components", 20, rooms=("shell",))
    navigation.register("Desk", "front", 10)
    assert [link.current for link in navigation.links(asked("/search/", people["emil"]))] == [False, True]
