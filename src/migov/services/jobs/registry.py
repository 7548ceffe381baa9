"""The registry of kinds of job. Each room says here which function does its long work; the jobs room knows none of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from migov.services.jobs.models import Job
    from migov.services.jobs.running import JobContext

Handler = Callable[["JobContext"], dict[str, Any] | None]


class JobRefused(Exception):
    """A job cannot be done, for a reason that the person who asked can read and act on. Its text is shown to them."""


class JobStopped(Exception):
    """Raised by a handler that stops because it was asked to. What it did is rolled back."""


@dataclass(frozen=True)
class JobKind:
    """How one kind of job runs.

    handler: does the work and returns its summary (a dict that JSON can hold).
    atomic: the whole run is one database transaction, so that a stop or a failure changes nothing. Only handlers that write
        nothing (a report, an export) set it False.
    refusals: exception types of the room whose text is written for people; all others are logged and shown in general words.
    stops: exception types by which the room says that it stopped because it was asked to.
    page: address of the page where the result of a finished job is seen.
    """

    code: str
    handler: Handler
    atomic: bool = True
    refusals: tuple[type[Exception], ...] = ()
    stops: tuple[type[Exception], ...] = ()
    page: Callable[[Job], str | None] | None = None


_KINDS: dict[str, JobKind] = {}


_TICKS: list[Callable[[], object]] = []


def register_tick(tick: Callable[[], object]) -> None:
    """Have the worker call a function about once a minute, between jobs. It sees for itself whether anything is due."""
    if tick not in _TICKS:
        _TICKS.append(tick)


def ticks() -> tuple[Callable[[], object], ...]:
    """What the worker calls once a minute."""
    return tuple(_TICKS)


def register(
    kind: str,
    handler: Handler,
    *,
    atomic: bool = True,
    refusals: tuple[type[Exception], ...] = (),
    stops: tuple[type[Exception], ...] = (),
    page: Callable[[Job], str | None] | None = None,
) -> None:
    """Make a kind of job known; called from a room's AppConfig.ready. Raises ValueError when the code is taken by another."""
    new = JobKind(kind, handler, atomic, (*refusals, JobRefused), (*stops, JobStopped), page)
    if _KINDS.get(kind, new) != new:
        raise ValueError(f"job kind {kind!r} is registered already")
    _KINDS[kind] = new


def kind_of(code: str) -> JobKind:
    """The kind with this code. Raises KeyError for one that no room has registered."""
    return _KINDS[code]


def page_of(job: Job) -> str | None:
    """Address of the page that shows the result of a job, where its room has one."""
    kind = _KINDS.get(job.kind)
    return kind.page(job) if kind and kind.page else None
