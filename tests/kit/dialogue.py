"""Play a dialogue file against a running server.

A file is one conversation in two columns, who speaks and what is said:

    C: EHLO client.example      the client says a line
    C+ MAIL FROM:<a@b.example>  a line in one packet with the next C line
    C~ text\\n.\\r\\n              octets as they are, with Python's escapes, without a line end
    C*3 RCPT TO:<n@b.example>   the line three times in one packet
    C~*9 a                      the octets nine times
    C: (shakes hands)           TLS; `(waits)` speaks only after the server; `(comes again)` connects anew
    S: 250 2.1.0                the server's next line begins so
    S: 250-*                    any number of lines that begin so
    S*3 250 2.1.5               three lines begin so
    S: (closes)                 nothing more comes
    =: stored 1                 so many mails were stored by this conversation

Lines before the first C or S say what is shown. A mismatch shows the transcript.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.kit.smtp_client import SmtpClient

_LINE: Final = re.compile(r"([CS=])([:+~]?)(?:\*(\d+))? ?(.*)")


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a dialogue file."""

    who: str
    how: str
    times: int
    text: str


def read_dialogue(path: Path) -> list[Turn]:
    """Answer the turns of a file."""
    return list(_turns(path))


def _turns(path: Path) -> Iterator[Turn]:
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        found = _LINE.fullmatch(line) if line[:1] in "CS=" and line[1:2] in ":+~*" else None
        if found:
            yield Turn(found[1], found[2], int(found[3] or 1), found[4])
        elif line and not line.startswith("#"):
            raise ValueError(f"{path.name}:{number}: neither C, S, = nor #")


class Player:
    """Plays turns; `stored` counts the mails that the server has stored so far."""

    def __init__(self, port: int, stored: Callable[[], int]) -> None:
        self._port = port
        self._stored = stored
        self._transcript: list[str] = []
        self._packet = b""

    def play(self, turns: list[Turn]) -> None:
        """Raise AssertionError with the transcript at the first mismatch."""
        before = self._stored()
        self._client = SmtpClient(self._port)
        try:
            for position, turn in enumerate(turns):
                self._play(turn, turns[position + 1 : position + 2], before)
        finally:
            self._client.socket.close()

    def _play(self, turn: Turn, following: list[Turn], before: int) -> None:
        match turn.who:
            case "C":
                self._speak(turn, following)
            case "S":
                for _ in range(turn.times):
                    self._listen(turn)
            case _:
                expected = int(turn.text.removeprefix("stored "))
                self._check(self._stored() - before == expected, f"{self._stored() - before} stored, not {expected}")

    def _speak(self, turn: Turn, following: list[Turn]) -> None:
        self._transcript.append(f"C{turn.how} {turn.text}" + (f"  (x {turn.times})" if turn.times > 1 else ""))
        if turn.text == "(shakes hands)":
            self._client.start_tls()
        elif turn.text == "(comes again)":
            self._client.socket.close()
            self._client = SmtpClient(self._port)
        elif turn.text != "(waits)":
            octets = _octets(turn.text) if turn.how == "~" else turn.text.encode() + b"\r\n"
            self._packet += octets * turn.times
            if turn.how != "+" and not (turn.how == "~" and following and following[0].how == "~"):
                self._client.raw(self._packet)
                self._packet = b""

    def _listen(self, turn: Turn) -> None:
        line = self._client.line()
        if turn.text.endswith("*"):
            while line.startswith(turn.text[:-1]):
                self._transcript.append(f"S: {line}")
                line = self._client.line()
            self._client.unread(line)
            return
        self._transcript.append(f"S: {line or '(closes)'}")
        expected = "" if turn.text == "(closes)" else turn.text
        self._check(line.startswith(expected) if expected else line == "", f"expected: {turn.text}")

    def _check(self, holds: bool, what: str) -> None:
        if not holds:
            raise AssertionError("\n".join([*self._transcript, f"!! {what}"]))


def _octets(text: str) -> bytes:
    return text.encode("latin-1", "backslashreplace").decode("unicode_escape").encode("latin-1")
