"""The cluster engine: the same chunks, worked on by a Dask cluster that is already there.

migov starts no cluster. Whoever runs one installs the same version of migov on its workers. A Dask scheduler runs what it is sent
by everybody who reaches it, so it belongs in a closed network or behind TLS (`tls://`; certificates come from Dask's own configuration).
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError
from typing import TYPE_CHECKING, Any

import migov
from migov.services.matching.batch import UNDER_WAY, Chunk, Done, EngineFailed, Work, in_order

if TYPE_CHECKING:
    from distributed import Client

CONNECT_SECONDS = 10
FIRST_WORKER_SECONDS = 120  # a cluster that grows with its work may need to start one
LOOK_AGAIN_SECONDS = 5.0
NOT_INSTALLED = "The cluster engine needs Dask, which is not installed here: pip install --require-hashes -r requirements/cluster.txt"


class OtherVersion(RuntimeError):
    """A worker has another version of migov."""


class Dask:
    """A Dask cluster, by the address of its scheduler, such as tcp://10.0.0.5:8786 or tls://10.0.0.5:8786."""

    name = "dask"

    def __init__(self, address: str, *, patience: float = FIRST_WORKER_SECONDS) -> None:
        """patience: seconds to wait for a first worker. Raises EngineFailed where Dask is not installed."""
        try:
            import distributed  # noqa: F401
        except ImportError:
            raise EngineFailed(NOT_INSTALLED) from None
        logging.getLogger("distributed").setLevel(logging.CRITICAL)  # what matters is raised, and said once
        self.address = address
        self.patience = patience

    def run(self, work: Work, chunks: Iterator[Chunk]) -> Iterator[Done]:
        with self._client() as client:
            # A task of its own, not data that is sent once: should the worker that holds it be lost, it is made again elsewhere.
            held = self._handed_over(client, work)
            threads = _Threads(client)

            def submit(chunk: Chunk) -> _Answer:
                return _Answer(self, client.submit(_do, held, chunk, migov.__version__, pure=False))

            yield from in_order(submit, chunks, lambda: UNDER_WAY * threads.count())

    def _client(self) -> Client:
        from distributed import Client

        try:
            return Client(self.address, timeout=CONNECT_SECONDS, set_as_default=False)
        except (OSError, TimeoutError, ValueError, RuntimeError) as problem:
            said = " ".join(str(problem).split()) or "it does not answer"
            raise EngineFailed(f"No cluster could be reached at {self.address}: {said}") from None

    def _handed_over(self, client: Client, work: Work) -> Any:
        """The work, held by every worker that there is."""
        from distributed import wait

        held = client.submit(_take, work, migov.__version__, pure=False)
        try:
            with client.as_current():
                wait(held, timeout=self.patience)
        except TimeoutError:
            raise EngineFailed(
                f"The cluster at {self.address} has no worker that took the work within {self.patience:.0f} seconds."
            ) from None
        if held.status == "error":
            raise self.told(held.exception())
        client.replicate([held])  # else all texts would go to the one worker that has it
        return held

    def told(self, problem: BaseException) -> BaseException:
        """What went wrong there, in a sentence; what the work itself raised stays as it is."""
        from distributed.scheduler import KilledWorker

        if isinstance(problem, KilledWorker):
            return EngineFailed(
                f"Workers of the cluster at {self.address} ended again and again over the same texts, perhaps for want of memory."
            )
        if isinstance(problem, CancelledError | OSError | TimeoutError):
            return EngineFailed(f"The cluster at {self.address} was lost.")
        if isinstance(problem, OtherVersion | ModuleNotFoundError):
            return EngineFailed(
                f"A worker of the cluster at {self.address} is not set up like this machine: {problem}. "
                f"Install migov {migov.__version__} there."
            )
        return problem


class _Answer:
    """An answer under way on the cluster."""

    def __init__(self, engine: Dask, future: Any) -> None:
        self._engine = engine
        self._future = future

    def result(self) -> Done:
        try:
            done: Done = self._future.result()
        except Exception as problem:
            raise self._engine.told(problem) from None
        return done


class _Threads:
    """How many threads the workers have together; asked again from time to time, since clusters grow and shrink."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._at = 0.0
        self._count = 1

    def count(self) -> int:
        if time.monotonic() - self._at > LOOK_AGAIN_SECONDS:
            self._count = max(1, sum(self._client.nthreads().values()))
            self._at = time.monotonic()
        return self._count


def _take(work: Work, version: str) -> Work:
    _require(version)
    return work


def _do(work: Work, chunk: Chunk, version: str) -> Done:
    _require(version)
    return work(chunk)


def _require(version: str) -> None:
    if version != migov.__version__:
        raise OtherVersion(f"it has migov {migov.__version__}")
