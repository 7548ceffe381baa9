"""What every test stands on: reference data loaded once, no network, the cast, signed-in clients."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from pytest_django.plugin import DjangoDbBlocker
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

BLOCKER = pytest.StashKey[DjangoDbBlocker]()
DATABASE = {"db", "django_db_setup", "transactional_db"}
TRANSACTIONAL = {"transactional_db", "live_server", "django_db_reset_sequences", "django_db_serialized_rollback"}


def load_reference_data() -> None:
    """The data that every installation has: places, themes of expertise, rules of review, shipped frameworks."""
    from migov.foundation.people.actions import load_themes
    from migov.foundation.places.actions import load_places
    from migov.services.clearance.rules import load_rules

    load_places()
    load_themes()
    load_rules()
    if find_spec("migov.foundation.frameworks.actions"):
        from migov.foundation.frameworks.actions import load_shipped

        load_shipped()


@pytest.fixture(scope="session")
def django_db_setup(
    request: pytest.FixtureRequest, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[None]:
    """The test database, with reference data in it: loaded once, visible to every test."""
    with django_db_blocker.unblock():
        load_reference_data()
    request.config.stash[BLOCKER] = django_db_blocker
    yield
    del request.config.stash[BLOCKER]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--needs-database", action="store_true", help="leave out tests that never touch the database")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On a second database only what uses one is worth running again."""
    if not config.getoption("--needs-database"):
        return
    kept, left = [], []
    for item in items:
        uses = item.get_closest_marker("django_db") or DATABASE.intersection(getattr(item, "fixturenames", ()))
        (kept if uses else left).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left)


# Files of the browser that go together: they take as long as all the others.
PAGES = {
    f"test_{name}.py"
    for name in ("every_page", "shell", "documents", "journeys", "matching", "evaluations", "lessons", "matrix")
}


class ByFile(LoadScopeScheduling):
    """A file of tests goes to one process, so that what a file prepares is prepared once; the browser's files go to two processes, each
    with a browser and a demonstration of its own.

    The marker `xdist_group` would say the same, but has no effect with pytest 9.2 and pytest-xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith("tests/browser/"):
            return file
        return "browser, pages" if file.removeprefix("tests/browser/") in PAGES else "browser, journeys"


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> ByFile:
    """Who runs which tests, when several processes run them."""
    return ByFile(config, log)


def _flushes(item: pytest.Item) -> bool:
    marker = item.get_closest_marker("django_db")
    return bool(
        (marker and (marker.kwargs.get("transaction") or any(marker.args[:1])))
        or TRANSACTIONAL.intersection(getattr(item, "fixturenames", ()))
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """A test with real transactions ends by emptying every table: put the reference data back for the next one."""
    result = yield
    blocker = item.config.stash.get(BLOCKER, None)
    if blocker is not None and nextitem is not None and _flushes(item):
        with blocker.unblock():
            load_reference_data()
    return result


def _is_loopback(address: Any) -> bool:
    if not isinstance(address, tuple):
        return True  # a unix socket
    host = str(address[0])
    if host in {"localhost", ""}:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Nothing leaves this machine: a test that tries fails with the address it wanted."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("connect", "connect_ex"):
            real = getattr(socket.socket, name)

            def guarded(self: socket.socket, address: Any, real: Callable[..., Any] = real) -> Any:
                if not _is_loopback(address):
                    raise AssertionError(f"a test tried to reach {address!r}")
                return real(self, address)

            patch.setattr(socket.socket, name, guarded)
        yield


@pytest.fixture(autouse=True, scope="session")
def home_of_this_process(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every test process has its own MIGOV_HOME, so that jobs with the same number in two test databases do not meet."""
    from django.conf import settings

    home = tmp_path_factory.mktemp("home")
    settings.MIGOV_HOME = home
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # looked for by every client
    return home


@pytest.fixture
def people(db: None) -> dict[str, Any]:
    """One person for each kind of user, by first name; see factories.cast."""
    from tests.factories import cast

    return cast()


@pytest.fixture
def client_for() -> Callable[[Any], Client]:
    """A browser in which this person has signed in."""

    def signed_in(user: Any) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
