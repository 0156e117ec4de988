"""Previewer: draws the files of mails in a child process, one at a time, and keeps what was drawn for a while."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from mail.preview import Preview
from webui.cache import Cache
from webui.waiting_room import WaitingRoom

ROOT: Final = Path(__file__).parents[1]
COMMAND: Final = (sys.executable, "-E", "-s", "-m", "webui.preview_child")
SECONDS: Final = 15.0
"""By the clock on the wall, from start to end."""
WAITING: Final = 8
"""Who comes when so many wait already is asked to come again. Each holds a thread, so the server has as many more."""
WAITING_EACH: Final = 3
"""Of one reader: a file that is drawn, and two that wait for it."""
WAIT_SECONDS: Final = 20.0
LARGEST_ANSWER: Final = 8 * 1024 * 1024
KEPT: Final = 400
KEPT_OCTETS: Final = 32 * 1024 * 1024


class Busy(Exception):
    """Others are being served; ask again in a moment."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What came of drawing: no preview where it could not be drawn, which is not tried again either."""

    preview: Preview | None

    def __len__(self) -> int:
        return len(self.preview.image) if self.preview else 0


@dataclass(frozen=True, slots=True)
class Previewer:
    """One for an application; `command` is what draws."""

    command: tuple[str, ...] = COMMAND
    seconds: float = SECONDS
    _kept: Cache[Kept] = field(default_factory=lambda: Cache(KEPT, KEPT_OCTETS))
    _turn: threading.Lock = field(default_factory=threading.Lock)
    _room: WaitingRoom = field(default_factory=lambda: WaitingRoom(WAITING, WAITING_EACH))

    def draw(self, asker: Hashable, file: Hashable, octets: bytes, page: int, side: int) -> Preview | None:
        """Answer a page of a file, None where it cannot be drawn; raise Busy.

        `file` names it, for this asker alone: what one reader was shown is nobody else's hit (SECURITY W8).
        """
        key = asker, file, page, side
        return self._kept.get(key, lambda: Kept(self._in_turn(asker, octets, page, side))).preview

    def _in_turn(self, asker: Hashable, octets: bytes, page: int, side: int) -> Preview | None:
        if not self._room.enter(asker):
            raise Busy
        try:
            if not self._turn.acquire(timeout=WAIT_SECONDS):
                raise Busy
            try:
                return _answer(self._run(octets, page, side))
            finally:
                self._turn.release()
        finally:
            self._room.leave(asker)

    def _run(self, octets: bytes, page: int, side: int) -> bytes:
        """Answer what the child wrote, no more than is kept; nothing where it failed, died or took too long."""
        with tempfile.TemporaryFile() as given:
            given.write(octets)
            given.seek(0)
            child = subprocess.Popen(  # noqa: S603 - a command of ours, and two numbers
                [*self.command, str(page), str(side)],
                stdin=given,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={},
            )
        with child:
            watch = threading.Timer(self.seconds, child.kill)
            watch.start()
            try:
                written = child.stdout.read(LARGEST_ANSWER + 1) if child.stdout else b""
            finally:
                watch.cancel()
                child.kill()
        # It was killed after it had written all, so its status says nothing; an answer says its own length.
        return written if len(written) <= LARGEST_ANSWER else b""


def _answer(written: bytes) -> Preview | None:
    numbers, _, image = written.partition(b"\n")
    try:
        width, height, pages = (int(one) for one in numbers.split())
    except ValueError:
        return None
    return Preview(image, width, height, pages) if _is_whole(image) else None


def _is_whole(webp: bytes) -> bool:
    """RIFF says how long it is: what was cut, or holds more than it says, is no picture of ours."""
    return webp[:4] == b"RIFF" and webp[8:12] == b"WEBP" and len(webp) == int.from_bytes(webp[4:8], "little") + 8
