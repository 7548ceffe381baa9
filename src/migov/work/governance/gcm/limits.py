"""How often a link may be opened and written to. Counted in the cache, for each address that asks and for each link."""

from __future__ import annotations

from django.core.cache import cache
from django.http import HttpRequest

from migov.foundation.shell.signin import client_address

SPAN = 10 * 60  # seconds
GUESSES = 20  # links that do not exist, asked for from one address
OPENED, WRITTEN = 300, 120  # of one link, from one address


def guessed(request: HttpRequest) -> None:
    """Note that somebody asked for a link that does not exist."""
    _count(f"guess:{client_address(request)}")


def too_many_guesses(request: HttpRequest) -> bool:
    """Whether this address has asked for so many links that do not exist that it is answered no more for a while."""
    return int(cache.get(_key(f"guess:{client_address(request)}"), 0)) >= GUESSES


def too_often(request: HttpRequest, digest: str) -> bool:
    """Count one request to a link. Whether there were too many of its kind."""
    writes = request.method == "POST"
    kind = "w" if writes else "r"
    return _count(f"{kind}:{digest[:32]}:{client_address(request)}") > (WRITTEN if writes else OPENED)


def _count(what: str) -> int:
    key = _key(what)
    cache.add(key, 0, timeout=SPAN)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ended between the two lines
        cache.set(key, 1, timeout=SPAN)
        return 1


def _key(what: str) -> str:
    return f"gcm.link.{what}"
