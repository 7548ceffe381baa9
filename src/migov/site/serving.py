"""The server: gunicorn in this process, with the worker for jobs beside it. Both end together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, NoReturn

from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter

from migov.site.console import Told, tell

THREADS = 4
SECONDS_TO_STOP_A_JOB = 15.0
SECONDS_TO_DIE = 5.0


class JobsProcess:
    """The worker for jobs as a process of its own, started again when it ends unexpectedly."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._started = 0.0

    def keep_running(self) -> None:
        """Start the worker if it does not run; after an unexpected end not before five seconds have passed."""
        if self._process is not None and self._process.poll() is None:
            return
        if time.monotonic() - self._started < SECONDS_TO_DIE:
            return
        self._started = time.monotonic()
        command = [sys.executable, "-m", "migov.site.cli", "worker", "--with-parent", str(os.getpid())]
        # Its own session: Ctrl-C at the keyboard reaches the server only, which then ends the worker in good order.
        self._process = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)

    def stop(self) -> None:
        """End the worker: its job is asked to stop and rolled back; told again, then killed, if it does not obey."""
        if self._process is None or self._process.poll() is not None:
            return
        self._process.terminate()
        try:
            self._process.wait(1)
        except subprocess.TimeoutExpired:
            tell("Waiting for the worker to end …")
        for patience, last_word in ((SECONDS_TO_STOP_A_JOB, signal.SIGTERM), (SECONDS_TO_DIE, signal.SIGKILL)):
            try:
                self._process.wait(patience)
                return
            except subprocess.TimeoutExpired:
                self._process.send_signal(last_word)


class _Master(Arbiter):
    """gunicorn's master, which also looks after the worker for jobs once a second."""

    jobs: JobsProcess | None = None

    def manage_workers(self) -> None:
        super().manage_workers()
        if self.jobs is not None:
            self.jobs.keep_running()


class Server(BaseApplication):
    """migov under gunicorn, configured by arguments instead of a file."""

    def __init__(self, options: dict[str, Any]) -> None:
        self.options = options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        from migov.site.wsgi import application

        return application


def address(host: str, port: int) -> str:
    """The address to type into a browser."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)  # noqa: S104
    return f"http://{f'[{shown}]' if ':' in shown and not shown.startswith('[') else shown}:{port}/"


def require_free(host: str, port: int) -> None:
    """Raise Told when the address cannot be served on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            why = "is in use" if problem.errno in (48, 98) else f"cannot be used ({problem.strerror})"
            raise Told(f"Port {port} on {host} {why}. Choose another one with --port.") from None


def serve_afresh(*, port: int, workers: int) -> NoReturn:
    """Serve on this machine as a process that begins anew, in the place of this one.

    What this process has drawn so far started threads that its web processes would lack: they would wait for them for ever.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    connections.close_all()
    words = [sys.executable, "-m", "migov.site.cli", "serve", "--port", str(port), "--workers", str(workers)]
    os.execv(sys.executable, words)  # noqa: S606  (our own command, no shell)


def serve(*, host: str, port: int, workers: int, with_worker: bool) -> None:
    """Serve until told to end (Ctrl-C or SIGTERM). workers: web processes, each with four threads."""
    require_free(host, port)
    shared_memory = Path("/dev/shm")  # noqa: S108  # the heartbeat of web processes must not wait for a disk
    options = {
        "bind": f"[{host}]:{port}" if ":" in host else f"{host}:{port}",
        "workers": workers,
        "worker_class": "gthread",
        "threads": THREADS,
        "timeout": 120,
        "graceful_timeout": 10,
        # Drawing engines keep memory; a process is replaced now and then.
        "max_requests": 2000,
        "max_requests_jitter": 200,
        "preload_app": True,
        "loglevel": "warning",
        "control_socket_disable": True,
        "worker_tmp_dir": str(shared_memory) if shared_memory.is_dir() else None,
        "proc_name": "migov",
        "when_ready": lambda server: tell(f"migov is at {address(host, port)}  (Ctrl-C ends it)"),
    }
    connections.close_all()  # a connection must not be shared between processes
    master = os.getpid()
    arbiter = _Master(Server(options))
    arbiter.jobs = JobsProcess() if with_worker else None
    try:
        arbiter.run()
    finally:
        if os.getpid() == master and arbiter.jobs is not None:  # web processes pass here too when they end
            arbiter.jobs.stop()
