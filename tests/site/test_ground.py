"""What the other tests stand on: no network, reference data that is always there."""

from __future__ import annotations

import socket

import pytest

from migov.foundation.places.models import Place


@pytest.mark.parametrize("address", [("192.0.2.1", 80), ("example.org", 443), ("2001:db8::1", 80)])
def test_nothing_leaves_this_machine(address):
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family) as outward, pytest.raises(AssertionError, match="tried to reach"):
        outward.connect(address)


def test_this_machine_itself_may_be_reached():
    with socket.socket() as server, socket.socket() as client:
        server.bind(("127.0.0.1", 0))
        server.listen()
        client.connect(server.getsockname())


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("time", ["first", "after the tables were emptied"])
def test_reference_data_is_there_for_tests_with_real_transactions(time):
    assert Place.objects.filter(is_territory=True).count() == 20


BALLOT = ("governance/vote/", "governance/vote/watch/")


@pytest.mark.django_db
def test_strangers_find_nothing_but_the_way_in(client):
    """Every address that needs no argument sends a stranger to the sign-in page, or is part of signing in."""
    from django.urls import get_resolver

    looked_at = 0
    for prefix, resolver in ((p.pattern, p) for p in get_resolver().url_patterns if hasattr(p, "url_patterns")):
        if str(prefix).startswith("accounts"):
            continue
        # What is published may be read by everybody, and is not there unless an administrator has switched it on.
        hidden = (404,) if str(prefix) == "iati/" else ()
        for pattern in resolver.url_patterns:
            if hasattr(pattern, "url_patterns") or pattern.pattern.converters:
                continue
            answer = client.get(f"/{prefix}{pattern.pattern}")
            looked_at += 1
            if (
                f"{prefix}{pattern.pattern}" in BALLOT
            ):  # guests of a workshop type its code here; nothing else is on the page
                assert answer.status_code == 200 and (b"code" in answer.content or b"closed" in answer.content)
                continue
            assert answer.status_code in (302, 405, *hidden), (
                f"/{prefix}{pattern.pattern} answered {answer.status_code}"
            )
            if answer.status_code == 302:
                assert answer["Location"].startswith("/accounts/login/"), f"/{prefix}{pattern.pattern}"
    assert looked_at >= 5
