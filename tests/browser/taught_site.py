"""A copy of the demonstration in which people have decided enough for the matcher to learn."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.browser.servers import Site, environment, free_port, prepare, serving
from tests.demonstration import copy_demonstration

ELEMENTS = ("S9", "S13")
SUBJECTS = ("orchard", "harbour", "library", "quarry", "railway", "glacier", "meadow", "foundry", "lantern", "pottery")


@contextmanager
def taught_site(factory: pytest.TempPathFactory, home: Path) -> Iterator[Site]:
    """The copy, untouched by other tests, behind its own server and worker.

    MCOF has a learned model in use, and as many decisions again since then.
    """
    copy_demonstration(factory, home)
    env = environment(home, MIGOV_DEMO="1")
    prepare(
        ["-m", "migov.site.cli", "manage", "shell", "-c", "from tests.browser import taught_site as t; t.decide()"], env
    )
    port = free_port()
    with serving(["-m", "migov.site.cli", "serve", "--port", str(port), "--workers", "1"], env, port) as served:
        yield served


def decide() -> None:
    """Decisions by the actions that people use, and a first training.

    MCOF: everybody calls the work of a fictitious programme Zephyr S9 and not S13, and, after the first training, that of Quokka S13
    and not S9: no base model can know it, and a model can learn it. MiGOF: twelve rejections, all of one text, which are no more than one.
    """
    from migov.foundation.frameworks.models import Framework
    from migov.foundation.people.models import User
    from migov.services.suggestions import learning

    _programme("Zephyr", *ELEMENTS)
    learning.train(Framework.objects.get(code="mcof"), by=User.objects.get(username="aigerim"))
    _programme("Quokka", *reversed(ELEMENTS))
    _copies()


def _programme(name: str, fits: str, other: str) -> None:
    for number in range(12):
        record = _work(name, number)
        _say(record, "mcof", fits, True)
        _say(record, "mcof", other, False)


def _copies() -> None:
    for _number in range(12):
        _say(_work("Numbat", 0), "migof", "P2", False)


def _work(name: str, number: int) -> object:
    from tests.factories import project

    first, second = SUBJECTS[number % 10], SUBJECTS[(number * 3 + 1) % 10]
    return project(title=f"{name} {first} {number} {second} phase {number + 2}").record


def _say(record: object, framework: str, code: str, fits: bool) -> None:
    from migov.foundation.people.models import User
    from migov.services.alignment import actions
    from tests.factories import element

    by = User.objects.get(username="katarina")
    proposed = actions.propose(record, element(code, framework), origin="suggested")  # type: ignore[arg-type]
    (actions.confirm if fits else actions.reject)(proposed, by=by)
