"""Where a command line ends, and where mail data ends: bytes in, lines or one mail out.

Only CR LF ends a line, only CR LF . CR LF ends the data; everything that another server might take
for an end is a fault (SMTP smuggling, SECURITY S1). How the stream is cut into chunks changes nothing.
Every step costs time linear in its chunk, whatever the bytes, and what is kept is bounded while reading.
"""

from __future__ import annotations

from enum import Enum, auto
from io import BytesIO
from typing import Final

from mailauth.arriving import ArrivingBody
from smtpd.limits import COMMAND_OCTETS, ENDLESS_COMMAND, LINE_OCTETS, LONGER_COMMANDS, LONGEST_COMMAND
from smtpd.room import FREE_OCTETS, Room

CRLF: Final = b"\r\n"
END_OF_DATA: Final = b"\r\n.\r\n"
STUFFED: Final = b"\r\n."
TLS_HANDSHAKE: Final = b"\x16"
"""The content type of a TLS record (RFC 8446 §5.1)."""


class Fault(Enum):
    """Why a line or a mail cannot be taken."""

    BARE_LINE_END = auto()
    """A bare CR or LF anywhere, or NUL in the data: close, nothing behind it is read."""
    TOO_LONG = auto()
    """A line over the limit; the stream is in step."""
    CROWDED = auto()
    """All sessions together hold too much mail; the stream is in step."""
    TOO_BIG = auto()
    """Mail data over the limit; the stream is in step."""
    ENDLESS = auto()
    """Far over the limit and no end: close."""
    FOREIGN = auto()
    """A TLS client greets in place of a command (SECURITY S13): close."""


class CommandLines:
    """Cut commands out of what a client sends."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._seen = 0
        self._dropped = 0

    @property
    def waiting(self) -> int:
        """Count the octets that no command was cut from yet."""
        return len(self._buffer)

    def feed(self, chunk: bytes) -> None:
        """Take what arrived."""
        self._buffer += chunk

    def clear(self) -> None:
        """Forget what is waiting."""
        self._buffer.clear()
        self._seen = self._dropped = 0

    def take(self) -> bytes | Fault | None:
        """Answer the next command without its line end, or a fault, or None where more must come."""
        if self._buffer.startswith(TLS_HANDSHAKE) and not self._dropped:
            return Fault.FOREIGN
        end = self._buffer.find(b"\n", self._seen)
        if end < 0:
            return self._incomplete()
        line = bytes(self._buffer[: end + 1])
        del self._buffer[: end + 1]
        dropped, self._seen, self._dropped = self._dropped, 0, 0
        # RFC 5321 §2.3.8: CR and LF stand together or not at all.
        if line.find(b"\r") != len(line) - 2:
            return Fault.BARE_LINE_END
        if dropped + len(line) > ENDLESS_COMMAND:
            return Fault.ENDLESS
        if dropped or len(line) > LONGER_COMMANDS.get(line[:4].upper(), COMMAND_OCTETS):
            return Fault.TOO_LONG
        return line[:-2]

    def _incomplete(self) -> Fault | None:
        carriage_return = self._buffer.find(b"\r", self._seen)
        if 0 <= carriage_return < len(self._buffer) - 1:
            return Fault.BARE_LINE_END
        self._seen = max(0, len(self._buffer) - 1)
        if len(self._buffer) > LONGEST_COMMAND:
            self._dropped += self._seen
            del self._buffer[: self._seen]
            self._seen = 0
        return Fault.ENDLESS if self._dropped + len(self._buffer) > ENDLESS_COMMAND else None


class MailData:
    """Take the content of one mail up to its end, undo dot-stuffing, keep no more than the limit.

    `body` hashes what its signatures cover meanwhile.
    """

    def __init__(
        self, limit: int, longest_line: int = LINE_OCTETS, room: Room | None = None, free: int = FREE_OCTETS
    ) -> None:
        self._limit = limit
        self._free = free
        self._room = room or Room(2 * limit)
        self._taken = 0
        self._crowded = False
        self._longest_line = longest_line + len(CRLF)
        self._kept = BytesIO()
        self.body = ArrivingBody()
        # The data begins at the start of a line, as if a CR LF stood before it: so a first line `.` is the end.
        self._tail = CRLF
        self._before = len(CRLF)
        self._open_line = 0
        self._too_long = False
        self.received = 0
        self.size = 0
        self.fault: Fault | None = None
        self.complete = False

    def feed(self, chunk: bytes) -> bytes:
        """Take what arrived; answer what follows the end, which is no part of the mail."""
        work = self._tail + chunk if self._tail else chunk
        end = work.find(END_OF_DATA)
        if end < 0:
            held = _begun_end(work)
            self._tail = work[len(work) - held :]
            self._take(work[: len(work) - held])
            return b""
        self._tail = b""
        self._take(work[: end + len(CRLF)])
        if not self.complete:
            self.complete = True
            self._judge()
        return work[end + len(END_OF_DATA) :]

    def content(self) -> bytes:
        """Hand over the mail and forget it."""
        # BytesIO gives its buffer away without a copy: 25 MB stay 25 MB.
        content = self._kept.getvalue()
        self._kept = BytesIO()
        return content

    def release(self) -> None:
        """Give the room back, as soon as nobody holds the content any more."""
        self._room.give_back(self._taken)
        self._taken = 0

    def _take(self, piece: bytes) -> None:
        room = 2 * self._limit + len(CRLF) - self.received
        endless = len(piece) > room
        piece = piece[:room] if endless else piece
        self.received += len(piece)
        if _has_bare_line_end(piece, cut=endless):
            self._stop(Fault.BARE_LINE_END)
        elif endless:
            self._stop(Fault.ENDLESS)
        else:
            self._keep(piece.replace(STUFFED, CRLF))  # RFC 5321 §4.5.2

    def _keep(self, piece: bytes) -> None:
        if self._before and piece:
            piece, self._before = piece[self._before :], 0
        self.size += len(piece)
        self._measure_lines(piece)
        is_kept = not (self._too_long or self._crowded or self.size > self._limit)
        needed = max(self.size - self._free - self._taken, 0)
        self._crowded = self._crowded or (is_kept and not self._room.take(needed))
        if self._crowded or not is_kept:
            self._kept = BytesIO()
            self.release()
        else:
            self._taken += needed
            self._kept.write(piece)
            self.body.feed(piece)

    def _measure_lines(self, piece: bytes) -> None:
        start, room = 0, self._longest_line - self._open_line
        while len(piece) - start >= room:
            line_feed = piece.rfind(b"\n", start, start + room)
            if line_feed < 0:
                self._too_long = True
                return
            start, room = line_feed + 1, self._longest_line
            self._open_line = 0
        line_feed = piece.rfind(b"\n", start)
        self._open_line = len(piece) - 1 - line_feed if line_feed >= 0 else self._open_line + len(piece) - start

    def _judge(self) -> None:
        if self.size > self._limit:
            self.fault = Fault.TOO_BIG
        elif self._crowded:
            self.fault = Fault.CROWDED
        elif self._too_long:
            self.fault = Fault.TOO_LONG

    def _stop(self, fault: Fault) -> None:
        self.fault, self.complete = fault, True
        self._kept = BytesIO()
        self.release()


def _begun_end(work: bytes) -> int:
    """Answer how many last octets may be the beginning of the end, or of a stuffed dot."""
    return next((length for length in (4, 3, 2, 1) if work.endswith(END_OF_DATA[:length])), 0)


def _has_bare_line_end(piece: bytes, *, cut: bool) -> bool:
    """Tell whether CR and LF do not pair up, or NUL stands there; a `cut` piece may end between them."""
    pairs = piece.count(CRLF)
    returns = piece.count(b"\r") - (cut and piece.endswith(b"\r"))
    return returns != pairs or piece.count(b"\n") != pairs or b"\0" in piece
