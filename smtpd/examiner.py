"""Examiner: small mails in the calling thread, large ones in child processes, made when first needed."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from mail.envelope import Envelope
from mailauth.trust import NOBODY, Trust
from net.resolver import DnsResolver
from smtpd.examine import DEADLINE_SECONDS, Examined, examine
from smtpd.examine_child import read_answer, request_line

LARGE_OCTETS: Final = 256 * 1024
"""A larger one holds the interpreter too long for a thread beside the event loop (DESIGN 6)."""
CHILDREN: Final = min(4, os.cpu_count() or 1)
PATIENCE_SECONDS: Final = DEADLINE_SECONDS + 5
LONGEST_ANSWER: Final = 4 << 20
# The child finds the packages where we found them, whatever the working directory.
_BOOT: Final = (
    "import sys, json; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from smtpd.examine_child import main; main(sys.argv[1:])"
)


class ExaminerFailed(Exception):
    """No answer in time, or the child died: the client is told to come again."""


class Examiner:
    """For all threads of a process."""

    def __init__(self, resolver: DnsResolver, dns_servers: Sequence[str] = (), trust: Trust = NOBODY) -> None:
        self._resolver = resolver
        self._dns_servers = tuple(dns_servers)
        self._trust = trust
        self._idle: list[_Child] = []
        self._lock = threading.Lock()
        self._room = threading.BoundedSemaphore(CHILDREN)
        self._closed = False

    def examine_known(self, raw: bytes, envelope: Envelope, now: datetime) -> Examined | None:
        """Answer without waiting for anybody; None for a large mail, or where DNS has to be asked."""
        if len(raw) > LARGE_OCTETS:
            return None
        known = self._resolver.known()
        examined = examine(raw, envelope, known, now, self._trust)
        return None if known.missed else examined

    def examine(self, raw: bytes, envelope: Envelope, now: datetime) -> Examined:
        """Answer what the mail and the DNS say; waits. Raises ExaminerFailed."""
        if len(raw) <= LARGE_OCTETS:
            return examine(raw, envelope, self._resolver, now, self._trust)
        if not self._room.acquire(timeout=PATIENCE_SECONDS):
            raise ExaminerFailed("too many large mails at once")
        try:
            return self._in_child(raw, envelope, now)
        finally:
            self._room.release()

    def children(self) -> list[int]:
        """Answer the process ids of the children that are idle."""
        with self._lock:
            return [child.process_id for child in self._idle]

    def close(self) -> None:
        """End the children that are idle; a busy one ends with its mail."""
        with self._lock:
            self._closed = True
            children, self._idle = self._idle, []
        for child in children:
            child.end()

    def _in_child(self, raw: bytes, envelope: Envelope, now: datetime) -> Examined:
        with self._lock:
            child = self._idle.pop() if self._idle else None
        child = child or _Child(self._dns_servers)
        try:
            answer = child.ask(request_line(raw, envelope, now, self._trust), raw)
        except BaseException:
            child.kill()
            raise
        with self._lock:
            if not self._closed:
                self._idle.append(child)
                return answer
        child.end()
        return answer


class _Child:
    """One process, which has one mail at a time."""

    def __init__(self, dns_servers: Sequence[str]) -> None:
        command = [sys.executable, "-c", _BOOT, json.dumps(sys.path), *dns_servers]
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and our own words
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0
        )
        self._requests = self._pipe(self._process.stdin)
        self._answers = self._pipe(self._process.stdout)

    @property
    def process_id(self) -> int:
        return self._process.pid

    def ask(self, line: bytes, raw: bytes) -> Examined:
        ends_at = time.monotonic() + PATIENCE_SECONDS
        try:
            for part in (line, raw):
                self._write(memoryview(part), ends_at)
            return read_answer(self._read_line(ends_at))
        except (OSError, ValueError) as error:
            raise ExaminerFailed(str(error)) from error

    def end(self) -> None:
        """Let it go; what it does now it may finish."""
        self._close()
        self._process.wait()

    def kill(self) -> None:
        self._process.kill()
        self.end()

    def _write(self, rest: memoryview, ends_at: float) -> None:
        while rest:
            self._wait(self._requests, select.POLLOUT, ends_at)
            # The pipe does not block, and os.write lets the event loop have the interpreter meanwhile.
            rest = rest[os.write(self._requests, rest) :]

    def _read_line(self, ends_at: float) -> bytes:
        answer = bytearray()
        while not answer.endswith(b"\n"):
            self._wait(self._answers, select.POLLIN, ends_at)
            chunk = os.read(self._answers, 1 << 16)
            if not chunk or len(answer) > LONGEST_ANSWER:
                raise ExaminerFailed("the child gave no answer")
            answer += chunk
        return bytes(answer)

    @staticmethod
    def _wait(pipe: int, event: int, ends_at: float) -> None:
        poll = select.poll()
        poll.register(pipe, event)
        if not poll.poll(max(0.0, ends_at - time.monotonic()) * 1000):
            raise ExaminerFailed("the child took too long")

    @staticmethod
    def _pipe(stream: object) -> int:
        fileno: int = stream.fileno()  # type: ignore[attr-defined]
        os.set_blocking(fileno, False)
        return fileno

    def _close(self) -> None:
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()
