"""Many texts, matched on all cores or on a cluster: a file of texts in, a file of ranked matches out, in the same order.

The texts go to workers in chunks. A worker makes its matcher once, from a recipe that can be pickled, and sends back what is to be
written, so that the process in the middle only reads and writes. Only a few chunks are under way at a time.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from migov.services.matching.answers import Framework
from migov.services.matching.rows import (
    BadRow,
    FileRefused,
    Form,
    Row,
    Whole,
    count,
    has_whole_numbers,
    packed,
    read,
)

if TYPE_CHECKING:
    from migov.services.matching import Matcher

CHUNK = 1000
CHUNK_WITH_SENTENCES = 200  # some hundred times the work for a text
UNDER_WAY = 3  # chunks for each worker: one in work, the others at hand
SHOWN = 50

Chunk = list[Row]
Say = Callable[..., None]


class EngineFailed(RuntimeError):
    """The texts could not be matched where they were sent. The text says why, and what to do."""


class RowsRefused(ValueError):
    """Rows cannot be read, and nothing was to be left out. `problems` holds the first 50, `total` counts them all."""

    def __init__(self, problems: list[BadRow], total: int) -> None:
        self.problems = problems
        self.total = total
        super().__init__(f"{total} rows cannot be read")


@dataclass(frozen=True)
class Recipe:
    """All that a matcher is made of; can be pickled.

    learned: framework's code → the learned model in use, as it was dumped. sentence_model: None takes it where it is installed.
    """

    frameworks: tuple[Framework, ...]
    learned: Mapping[str, bytes] = field(default_factory=dict)
    sentence_model: bool | None = None

    def build(self) -> Matcher:
        """The matcher. Raises NoSentenceModel where the sentence model is asked for and not installed."""
        from migov.services.matching import Learned, Matcher

        learned = {code: Learned.load(data) for code, data in self.learned.items()}
        return Matcher(self.frameworks, sentence_model=self.sentence_model, learned=learned)


@dataclass(frozen=True, slots=True)
class Done:
    """A chunk's answers, ready to be written, and what is told of them."""

    block: Any
    texts: int
    nothing_fits: int
    other_languages: int
    model: str
    threshold: float


_making = threading.Lock()


@dataclass
class Work:
    """What is done with a chunk. Can be pickled; each process that gets it makes its own matcher when the first chunk comes."""

    recipe: Recipe
    framework: str
    form: Form = "jsonl"
    top: int | None = None
    reasons: bool = True
    whole_numbers: bool = False
    _matcher: Any = None

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_matcher": None}

    def prepare(self) -> Matcher:
        """The matcher, made on the first call."""
        with _making:
            if self._matcher is None:
                self._matcher = self.recipe.build()
        made: Matcher = self._matcher
        return made

    def __call__(self, chunk: Chunk) -> Done:
        """Match a chunk of texts."""
        texts = [text for _key, text in chunk]
        answers = self.prepare().match_many(texts, self.framework, top=self.top, reasons=self.reasons)
        keys = [key for key, _text in chunk]
        return Done(
            block=packed(keys, answers, self.form, whole_numbers=self.whole_numbers),
            texts=len(chunk),
            nothing_fits=sum(answer.nothing_fits for answer in answers),
            other_languages=sum(answer.language not in {"en", "und"} for answer in answers),
            model=answers[0].model,
            threshold=answers[0].threshold,
        )


class Engine(Protocol):
    """Does the work on chunks somewhere and gives the answers in the order of the chunks, taking only a few chunks ahead."""

    name: str

    def run(self, work: Work, chunks: Iterator[Chunk]) -> Iterator[Done]:
        """Raises EngineFailed when the place of work is lost; what the work itself raises comes through."""
        ...


class Processes:
    """Worker processes on this machine, one for each core. A single chunk is not worth a process and is done here."""

    name = "processes"

    def __init__(self, workers: int | None = None) -> None:
        self.workers = workers or cores()

    def run(self, work: Work, chunks: Iterator[Chunk]) -> Iterator[Done]:
        first = list(islice(chunks, 2))
        chunks = chain(first, chunks)
        if len(first) < 2 or self.workers == 1:
            yield from map(work, chunks)
            return
        # Started afresh, not forked: the caller may have threads and open databases.
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(self.workers, context, initializer=_begin, initargs=(work, os.getpid()))
        try:
            yield from in_order(lambda chunk: _sent(pool, chunk), chunks, lambda: UNDER_WAY * self.workers)
        except BrokenProcessPool:
            raise EngineFailed(
                "A worker process ended before its time, perhaps for want of memory. Try fewer: --workers 1"
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


class Waiting(Protocol):
    """An answer that is under way."""

    def result(self) -> Done: ...


def in_order(submit: Callable[[Chunk], Waiting], chunks: Iterable[Chunk], room: Callable[[], int]) -> Iterator[Done]:
    """The answers in the order of the chunks. room: how many chunks may be under way."""
    waiting: deque[Waiting] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        while len(waiting) >= room():
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def cores() -> int:
    """Cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _sent(pool: ProcessPoolExecutor, chunk: Chunk) -> Future[Done]:
    """Hand out a chunk. A process may be started for it: Ctrl-C waits here until that is done, and in the new process until `_begin`,
    so that nobody is left with half of what it needs to start.
    """
    if threading.current_thread() is not threading.main_thread():
        return pool.submit(_do, chunk)
    asked: list[int] = []
    handler = signal.signal(signal.SIGINT, lambda number, _frame: asked.append(number))
    mask = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return pool.submit(_do, chunk)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        signal.signal(signal.SIGINT, signal.SIG_DFL if handler is None else handler)
        if asked:
            signal.raise_signal(signal.SIGINT)


_work: Work | None = None


def _begin(work: Work, parent: int) -> None:
    """In a new worker process. Ctrl-C ends it too, without a traceback; so does the end of the process that started it."""
    global _work
    _work = work
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, name="watch-parent", daemon=True).start()


def _do(chunk: Chunk) -> Done:
    from threadpoolctl import threadpool_limits

    assert _work is not None  # noqa: S101
    _work.prepare()
    with threadpool_limits(1):  # each core has its process; threads of the linear algebra would only get in their way
        return _work(chunk)


@dataclass
class Summary:
    """What was done. problems: the first 50 of the bad rows."""

    texts: int = 0
    bad_rows: int = 0
    nothing_fits: int = 0
    other_languages: int = 0
    model: str = ""
    threshold: float | None = None
    problems: list[BadRow] = field(default_factory=list)

    def bad(self, row: BadRow) -> None:
        self.bad_rows += 1
        if self.bad_rows <= SHOWN:
            self.problems.append(row)

    def add(self, done: Done) -> None:
        self.texts += done.texts
        self.nothing_fits += done.nothing_fits
        self.other_languages += done.other_languages
        self.model, self.threshold = done.model, done.threshold


def match_file(
    source: Path,
    target: Path,
    *,
    recipe: Recipe,
    framework: str,
    top: int | None = None,
    reasons: bool = True,
    engine: Engine | None = None,
    strict: bool = False,
    at_once: int | None = None,
    say: Say = lambda done, total=None: None,
) -> Summary:
    """Match every text of a file and write the answers to another, in the order of the texts.

    top: how many elements are written for a text, best first (None: all of the main level). reasons: with the words that spoke for each.
    engine: where it is done (None: on all cores). strict: rows that cannot be read refuse the file before any text is matched; else they
    are left out and told. at_once: texts in a chunk. say: called with the number of texts done and, where known, of all.
    Raises FileRefused, RowsRefused, EngineFailed, NoSentenceModel, OSError; nothing is then written.
    """
    from migov.services.matching.encoder import is_installed

    if not source.is_file():  # a pipe would be emptied by the looks that are taken at its first bytes
        raise FileRefused(f"{source} is not a file that can be read twice; save the texts to a file first.")
    if target.exists() and target.samefile(source):
        raise FileRefused(f"{target} is the file with the texts; write the answers to another one.")
    whole_numbers = has_whole_numbers(source)
    total = count(source)
    if strict:
        _require_good_rows(source)
    if recipe.sentence_model is None:
        # Settled here, so that all workers do the same.
        recipe = replace(recipe, sentence_model=is_installed())
    at_once = at_once or (CHUNK_WITH_SENTENCES if recipe.sentence_model else CHUNK)
    summary = Summary()

    def good() -> Iterator[Row]:
        for row in read(source, at_once=at_once):
            if isinstance(row, BadRow):
                summary.bad(row)
            else:
                yield row

    with Whole(target, whole_numbers=whole_numbers) as out:
        work = Work(recipe, framework, out.form, top, reasons, whole_numbers)
        for done in (engine or Processes()).run(work, chunked(good(), at_once)):
            out.write(done.block)
            summary.add(done)
            say(summary.texts, total)
    return summary


def chunked(rows: Iterable[Row], size: int) -> Iterator[Chunk]:
    """The rows in lists of `size`; the last may be shorter."""
    rows = iter(rows)
    while chunk := list(islice(rows, size)):
        yield chunk


def _require_good_rows(source: Path) -> None:
    found = Summary()
    for row in read(source):
        if isinstance(row, BadRow):
            found.bad(row)
    if found.bad_rows:
        raise RowsRefused(found.problems, found.bad_rows)
