"""Clients of a soak: each sends mails of its own until a 250 answers, as a mail server with a queue would."""

from __future__ import annotations

import hashlib
import random
import smtplib
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from bench.ledger import Entry, Ledger

PAUSE_SECONDS: Final = 0.15
RETRY_SECONDS: Final = 0.2
TIMEOUT_SECONDS: Final = 30
LARGE_EVERY: Final = 20
LEAST_MAILS: Final = 3
"""What each client sends in all, however little a slow machine let through while roles were killed."""
STORED: Final = b"2.0.0 Ok: stored as "


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Where and as whom the clients send; `sign` makes a mail that proves its sender."""

    port: int
    reverse_path: str
    forward_path: str
    sign: Callable[[bytes], bytes]


class Client:
    """One sender on a thread of its own."""

    def __init__(self, name: str, route: Route, ledger: Ledger, seed: str) -> None:
        self._name = name
        self._route = route
        self._ledger = ledger
        self._random = random.Random(seed)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name)
        self.retries = 0

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def finish(self) -> None:
        """Send the mail in hand until it is accepted, then end once `LEAST_MAILS` were."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        number = 0
        while number < LEAST_MAILS or not self._stop.is_set():
            number += 1
            content = self._route.sign(self._mail(number))
            while (public_id := self._send(content)) is None:
                self.retries += 1
                threading.Event().wait(RETRY_SECONDS)
            sha256 = hashlib.sha256(content).hexdigest()
            self._ledger.accepted(Entry(id=public_id, sha256=sha256, size=len(content)))
            self._stop.wait(self._random.uniform(0, PAUSE_SECONDS))

    def _mail(self, number: int) -> bytes:
        # Every now and then one that does not fit a row once compressed.
        octets = 200_000 if number % LARGE_EVERY == 0 else self._random.randrange(200, 20_000)
        text = self._random.randbytes(octets // 2).hex()
        lines = "\r\n".join(text[start : start + 76] for start in range(0, len(text), 76))
        return (
            f"From: {self._route.reverse_path}\r\nTo: customer@fabrikam.example\r\n"
            f"Subject: {self._name} {number}\r\nDate: Tue, 03 Nov 2026 09:30:00 +0000\r\n"
            f"Message-ID: <{self._name}.{number}@soak.example>\r\n\r\n{lines}\r\n"
        ).encode("ascii")

    def _send(self, content: bytes) -> str | None:
        """Answer the id that a 250 names; None for anything else."""
        try:
            with smtplib.SMTP("127.0.0.1", self._route.port, "soak.example", TIMEOUT_SECONDS) as connection:
                connection.ehlo()
                connection.mail(self._route.reverse_path)
                connection.rcpt(self._route.forward_path)
                code, text = connection.data(content)
        except (OSError, smtplib.SMTPException):
            return None
        if code != 250 or not text.startswith(STORED):
            return None
        return text.removeprefix(STORED).decode("ascii")
