"""Users of a web program, each with one connection that stays open: ask, measure, think; and the table of it."""

from __future__ import annotations

import gzip
import http.client
import math
import random
import statistics
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

AIM_MS: Final = 100.0
GZIP: Final = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Took:
    """One look: milliseconds until the last octet, octets over the wire and of what was sent."""

    ms: float
    wire: int
    page: int


class Client:
    """A browser's side of a session: cookies, one connection, what its looks took by kind."""

    def __init__(self, port: int, seed: int) -> None:
        self.chance = random.Random(seed)
        self.took: defaultdict[str, list[Took]] = defaultdict(list)
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> tuple[int, str]:
        """Answer status and text."""
        status, got = self._ask(method, path, headers, body)
        return status, _unpacked(got).decode()

    def timed(self, kind: str, requests: Sequence[tuple[str, Mapping[str, str]]]) -> None:
        """Ask for what one look needs, one after the other; raise SystemExit where it is not answered with 200."""
        bodies = []
        began = time.perf_counter()
        for path, headers in requests:
            status, body = self._ask("GET", path, headers)
            bodies.append(body)
            if status != 200:
                raise SystemExit(f"{path} answered {status}")
        ms = 1000 * (time.perf_counter() - began)
        self.took[kind].append(Took(ms, sum(map(len, bodies)), sum(len(_unpacked(one)) for one in bodies)))

    def think(self, pause: float) -> None:
        """Wait about so many seconds."""
        time.sleep(self.chance.uniform(0.5, 1.5) * pause)

    def come(self, pause: float) -> None:
        """Wait so long that not all users begin at once."""
        time.sleep(self.chance.uniform(0.0, pause))

    def _ask(self, method: str, path: str, headers: Mapping[str, str], body: str | None = None) -> tuple[int, bytes]:
        cookies = "; ".join(f"{name}={value}" for name, value in self._cookies.items())
        sent = {**headers, "Cookie": cookies, "Accept-Encoding": "gzip", "Sec-Fetch-Site": "none"}
        try:
            answer = self._send(method, path, body, sent)
        except (http.client.RemoteDisconnected, ConnectionResetError):
            # The server closed it while its user was thinking: a browser asks again, too.
            self._connection.close()
            answer = self._send(method, path, body, sent)
        for one in answer.headers.get_all("Set-Cookie") or []:
            name, _, value = one.partition(";")[0].partition("=")
            self._cookies[name] = value
        return answer.status, answer.read()

    def _send(self, method: str, path: str, body: str | None, sent: Mapping[str, str]) -> http.client.HTTPResponse:
        self._connection.request(method, path, body, sent)
        return self._connection.getresponse()


class Load:
    """Some seconds in which users work, each in a thread, `pause` seconds of thought between two looks."""

    def __init__(self, seconds: float, pause: float) -> None:
        self.until = time.monotonic() + seconds
        self.pause = pause

    def run(self, users: Sequence[Callable[[Load], None]]) -> None:
        """Let them work until the time is over."""
        threads = [threading.Thread(target=user, args=(self,)) for user in users]
        for one in threads:
            one.start()
        for one in threads:
            one.join()


def say(clients: Sequence[Client], seconds: float, pause: float) -> None:
    """Print a line a kind of page; those over the aim have a star."""
    took: defaultdict[str, list[Took]] = defaultdict(list)
    for client in clients:
        for kind, looks in client.took.items():
            took[kind] += looks
    total = sum(map(len, took.values()))
    print(f"\n{len(clients)} users, {pause:g} s of thought, {total / seconds:.1f} pages a second")
    print(f"{'page':<28}{'asked':>7}{'p50 ms':>9}{'p99 ms':>9}{'wire kB':>9}{'page kB':>9}")
    for kind, looks in sorted(took.items()):
        ms = sorted(one.ms for one in looks)
        p99 = ms[math.ceil(0.99 * len(ms)) - 1]
        wire, page = (statistics.median(getattr(one, name) for one in looks) / 1000 for name in ("wire", "page"))
        mark = " *" if p99 > AIM_MS else ""
        print(f"{kind:<28}{len(ms):>7}{ms[len(ms) // 2]:9.1f}{p99:9.1f}{wire:9.1f}{page:9.1f}{mark}", flush=True)


def _unpacked(body: bytes) -> bytes:
    return gzip.decompress(body) if body[:2] == GZIP else body
