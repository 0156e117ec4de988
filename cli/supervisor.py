"""Runs roles as children of one preloaded parent, and starts again what dies.

A child learns of its parent's death by a pipe that closes (its lifeline), and says that it is
ready through another. Between the deaths of one role stands a growing pause, so that a role
that cannot live does not burn the machine. SIGHUP goes on to the children that reload by it.
"""

from __future__ import annotations

import os
import select
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import structlog

log = structlog.get_logger()

LONGEST_PAUSE: Final = 30.0
STOP_SECONDS: Final = 25.0
CALM_SECONDS: Final = 60.0

Ready = Callable[[], None]


@dataclass(slots=True)
class Child:
    """One role of this machine: what it runs, and how it is doing."""

    name: str
    run: Callable[[Ready], None]
    reloads: bool = False
    pid: int = 0
    started_at: float = 0
    deaths: int = 0
    due_at: float = 0
    ready: bool = False
    ready_pipe: int = -1
    lifeline: int = field(default=-1)


class Supervisor:
    """Forks the children, waits, restarts; SIGTERM and SIGINT stop them all in order."""

    def __init__(self, children: list[Child], on_ready: Callable[[], None]) -> None:
        self._children = children
        self._on_ready = on_ready
        self._stopping = False
        self._announced = False

    def run(self) -> None:
        """Run until told to stop; returns when every child has ended."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        # A terminal that closes says SIGHUP as well, and means the end.
        if not os.isatty(0):
            signal.signal(signal.SIGHUP, self._reload)
        while not self._stopping:
            for child in self._children:
                if not child.pid and time.monotonic() >= child.due_at:
                    self._start(child)
            self._hear()
            self._reap()
        self._end()

    def _stop(self, number: int, frame: object) -> None:
        self._stopping = True

    def _reload(self, number: int, frame: object) -> None:
        for child in self._children:
            if child.reloads and child.pid:
                os.kill(child.pid, signal.SIGHUP)

    def _start(self, child: Child) -> None:
        ready_read, ready_write = os.pipe()
        life_read, life_write = os.pipe()
        sys.stdout.flush()
        sys.stderr.flush()
        pid = os.fork()
        if pid == 0:
            os.close(ready_read)
            os.close(life_write)
            self._close_lifelines()
            _live(child, ready_write, life_read)
        os.close(ready_write)
        os.close(life_read)
        child.pid, child.started_at, child.ready = pid, time.monotonic(), False
        child.ready_pipe, child.lifeline = ready_read, life_write
        log.info("role started", role=child.name, pid=pid)

    def _close_lifelines(self) -> None:
        """Let go of the siblings' lifelines: held open here, they would outlive the parent."""
        for other in self._children:
            for pipe in (other.lifeline, other.ready_pipe):
                if pipe >= 0:
                    os.close(pipe)

    def _hear(self) -> None:
        waiting = [child for child in self._children if child.pid and not child.ready and child.ready_pipe >= 0]
        heard, _, _ = select.select([child.ready_pipe for child in waiting], [], [], 0.2)
        for child in waiting:
            if child.ready_pipe in heard:
                child.ready = bool(os.read(child.ready_pipe, 1))
                os.close(child.ready_pipe)
                child.ready_pipe = -1
        if not self._announced and all(child.ready for child in self._children):
            self._announced = True
            self._on_ready()

    def _reap(self) -> None:
        for child in self._children:
            if child.pid and os.waitpid(child.pid, os.WNOHANG)[0]:
                self._bury(child)

    def _bury(self, child: Child) -> None:
        lived = time.monotonic() - child.started_at
        child.deaths = 1 if lived > CALM_SECONDS else child.deaths + 1
        pause = 0.0 if child.deaths == 1 else min(LONGEST_PAUSE, 0.5 * 2 ** (child.deaths - 2))
        for pipe in (child.lifeline, child.ready_pipe):
            if pipe >= 0:
                os.close(pipe)
        child.pid, child.lifeline, child.ready_pipe = 0, -1, -1
        child.due_at = time.monotonic() + pause
        log.warning("role ended", role=child.name, lived_seconds=round(lived, 1), again_in_seconds=pause)

    def _end(self) -> None:
        for child in self._children:
            if child.pid:
                os.kill(child.pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            while child.pid and not os.waitpid(child.pid, os.WNOHANG)[0]:
                if time.monotonic() > deadline:
                    os.kill(child.pid, signal.SIGKILL)
                time.sleep(0.02)
            child.pid = 0


def _live(child: Child, ready_pipe: int, lifeline: int) -> None:
    """Be the child; never returns."""
    status = 1
    try:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # Ctrl-C reaches the whole group; only the parent decides what it means.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        # Until the role listens to it itself.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        threading.Thread(target=_watch, args=(lifeline,), daemon=True).start()
        child.run(lambda: _say_ready(ready_pipe))
        status = 0
    except SystemExit as ending:
        status = ending.code if isinstance(ending.code, int) else 1
    except BaseException:
        log.exception("role failed", role=child.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _say_ready(pipe: int) -> None:
    os.write(pipe, b"1")
    os.close(pipe)


def _watch(lifeline: int) -> None:
    os.read(lifeline, 1)
    os.kill(os.getpid(), signal.SIGTERM)
