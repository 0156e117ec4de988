"""mbox files read as a stream, one mail in memory at a time (RFC 4155 and its dialects).

A dividing line follows an empty one. A Content-Length that leads exactly to a dividing line or the end is believed,
and the body is taken as it lies there (mboxcl2); else a quoted From loses one `>` (mboxrd).
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from languages import numbers
from languages.speech import _

MOST_OCTETS: Final = 100 * 1024 * 1024
"""Octets of a mail; a larger one is reported and passed over."""
DIVIDER: Final = re.compile(rb"From \S+.{0,30}\d\d:\d\d(?::\d\d)?.{0,30}\d{4}", re.DOTALL)
"""`From sender date`."""
QUOTED_FROM: Final = re.compile(rb">+From ")
_LENGTH: Final = re.compile(rb"^Content-Length:[ \t]*(\d{1,12})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_SURE: Final = b"From "
_LINE: Final = 1024 * 1024
_MOST_WRONG: Final = 10
"""Lengths that led nowhere, after which none of this file is believed: each costs reading twice."""


@dataclass(frozen=True, slots=True)
class Boxed:
    """The mail of this number, from 1; `raw` is None where there is a problem. `end`: the octet after it."""

    number: int
    raw: bytes | None
    end: int
    problem: str = ""


def is_divider(line: bytes) -> bool:
    """Tell whether this line begins a mail."""
    return line.startswith(_SURE) and DIVIDER.match(line) is not None


def read_mbox(file: BinaryIO, start: int = 0, number: int = 0) -> Iterator[Boxed]:
    """Read the mails from an octet on, before which so many were read; raises what reading the file raises."""
    file.seek(start)
    yield from _Reading(_Lines(file, start), number).mails()


class _Lines:
    """Lines of a file, some of which can be given back."""

    def __init__(self, file: BinaryIO, position: int) -> None:
        self._file = file
        self._back = io.BytesIO()
        self.position = position

    def next(self) -> bytes:
        """Answer the next line, or a piece of a very long one; b"" at the end."""
        line = self._back.readline(_LINE) or self._file.readline(_LINE)
        self.position += len(line)
        return line

    def take(self, octets: int) -> bytes:
        """Answer so many octets, fewer at the end."""
        taken = self._back.read(octets)
        if len(taken) < octets:
            taken += self._file.read(octets - len(taken))
        self.position += len(taken)
        return taken

    def give_back(self, octets: bytes) -> None:
        """Let these be read next, whole lines that were just read."""
        self._back = io.BytesIO(octets + self._back.read())
        self.position -= len(octets)


@dataclass(slots=True)
class _Reading:
    lines: _Lines
    number: int
    content: list[bytes] = field(default_factory=list)
    size: int = 0
    in_header: bool = True
    problem: str = ""
    wrong: int = 0

    def mails(self) -> Iterator[Boxed]:
        begun, after_empty, at_start = False, True, True
        while True:
            here = self.lines.position
            line = self.lines.next()
            if not line:
                break
            if at_start and after_empty and is_divider(line):
                if begun:
                    yield self._end(here)
                begun = True
                self._begin()
            else:
                begun = True
                self._add(line, whole=at_start)
            after_empty = at_start and not line.strip(b"\r\n")
            at_start = line.endswith(b"\n")
        if begun:
            yield self._end(self.lines.position)

    def _begin(self) -> None:
        self.content, self.size, self.in_header, self.problem = [], 0, True, ""

    def _add(self, line: bytes, *, whole: bool) -> None:
        self.size += len(line)
        if self.size > MOST_OCTETS:
            self.content.clear()
            self.problem = _("the mail is larger than {most} octets").format(most=numbers.whole(MOST_OCTETS))
            return
        self.content.append(line[1:] if whole and not self.in_header and QUOTED_FROM.match(line) else line)
        if self.in_header and whole and not line.strip(b"\r\n"):
            self.in_header = False
            self._take_length()

    def _take_length(self) -> None:
        found = _LENGTH.search(b"".join(self.content))
        length = int(found[1]) if found else 0
        if not 0 < length <= MOST_OCTETS - self.size or self.wrong >= _MOST_WRONG:
            return
        body = self.lines.take(length)
        if len(body) == length:
            after = self.lines.next()
            then = self.lines.next() if not after.strip(b"\r\n") else after
            self.lines.give_back(after if then is after else after + then)
            if not then or is_divider(then):
                self.content.append(body)
                self.size += length
                return
        elif not any(is_divider(body[place.start() :][:100]) for place in re.finditer(rb"(?m)^From ", body)):
            cut = _("the file ends in this mail: {announced} octets were announced, {there} are there")
            self.problem = cut.format(announced=numbers.whole(length), there=numbers.whole(len(body)))
            return
        self.wrong += 1
        self.lines.give_back(body)

    def _end(self, end: int) -> Boxed:
        self.number += 1
        # The empty line before the next dividing line belongs to the mbox, not to the mail.
        content = self.content
        if len(content) > 1 and not content[-1].strip(b"\r\n"):
            content = content[:-1]
        raw = b"".join(content)
        problem = self.problem or ("" if raw.strip() else _("the mail is empty"))
        self._begin()
        return Boxed(self.number, None if problem else raw, end, problem)
