"""A web process reads texts in several threads at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from migov.services.matching import texts


def test_each_thread_has_a_stemmer_of_its_own() -> None:
    """A stemmer holds the word it works on: two threads with one stemmer cut each other's words, rarely and past reproducing."""
    both = Barrier(2)

    def own(_thread: int) -> object:
        both.wait(10)
        stemmer = texts._stemmers.english
        both.wait(10)
        return stemmer

    with ThreadPoolExecutor(2) as threads:
        one, other = threads.map(own, range(2))
    assert one is not other
    assert texts.stem("organizational") == "organiz"
