"""The tree of parts (RFC 2046 §5): iterative, linear and bounded, so that no child process is needed to read it.

Splitting looks for delimiter lines with `bytes.find` in the body of each multipart. The work is bounded by three
numbers: DEPTH levels and PARTS parts as SECURITY M1 and M2 ask, and SCAN_OCTETS searched altogether, which nesting
alone would multiply. A multipart beyond a bound stays one part: shown as one file, with a defect. Nothing recurses,
and attached messages are opened by whoever needs their header, one level at a time.
"""

from __future__ import annotations

import re
from collections import deque
from typing import Final

from mail.header import Header, split_header
from mail.message import TOO_COMPLEX
from mail.part import DEFAULT_TYPE, OPAQUE_TYPE, Part, make_part

DEPTH: Final = 50
PARTS: Final = 1000
SCAN_OCTETS: Final = 512 * 1024 * 1024
FALSE_DELIMITERS: Final = 20_000

NO_BOUNDARY: Final = "multipart without boundary"
NOT_CLOSED: Final = "multipart is not closed"

_GUESS: Final = re.compile(rb"(?:\A|\n)--([^\r\n]{1,200})\r?\n(?:[A-Za-z0-9-]+:|\r?\n)")
_LINE_REST: Final = re.compile(rb"(--)?[ \t]*\r?(?:\n|\Z)")


def read_structure(raw: bytes) -> Part:
    """Answer the root of the tree; never raises."""
    if b"\r" in raw and b"\n" not in raw:
        raw = raw.replace(b"\r", b"\r\n")
    header, start = split_header(raw)
    root = make_part(header, raw[start:], depth=0)
    count, scanned = 1, 0
    open_parts = deque([root])
    while open_parts:
        part = open_parts.popleft()
        if part.maintype != "multipart":
            continue
        scanned += len(part.body)
        if part.depth >= DEPTH or count >= PARTS or scanned > SCAN_OCTETS:
            _close(part, TOO_COMPLEX)
            continue
        _split(part, PARTS - count)
        count += len(part.children)
        open_parts.extend(part.children)
    return root


def leaves(root: Part) -> list[Part]:
    """Answer the parts without children in document order."""
    found: list[Part] = []
    left = [root]
    while left:
        part = left.pop()
        if part.children:
            left.extend(reversed(part.children))
        else:
            found.append(part)
    return found


def _split(part: Part, room: int) -> None:
    boundary = _boundary(part)
    sections = _sections(part, boundary, room) if boundary else []
    if not sections:
        # RFC 2046 §5.1.1 asks for a boundary; without one the body is all there is to show.
        part.defects.append(NO_BOUNDARY)
        part.content_type = DEFAULT_TYPE if part.depth == 0 else OPAQUE_TYPE
        return
    default_type = "message/rfc822" if part.content_type == "multipart/digest" else DEFAULT_TYPE  # RFC 2046 §5.1.5
    for section in sections:
        header, start = split_header(section)
        part.children.append(make_part(header, section[start:], depth=part.depth + 1, default_type=default_type))
    if TOO_COMPLEX in part.defects:
        # All that is left, headers and delimiters included, and no file of the name that its first part has.
        part.children[-1] = Part(Header(()), sections[-1], OPAQUE_TYPE, {}, "attachment", {}, part.depth + 1)


def _boundary(part: Part) -> bytes | None:
    declared = part.parameters.get("boundary", "").rstrip()
    if declared:
        octets = declared.encode("utf-8", "replace")
        if b"--" + octets in part.body:
            return octets
    guess = _GUESS.search(part.body)
    if guess:
        part.defects.append(NO_BOUNDARY)
        return guess[1].rstrip(b" \t")
    return None


def _sections(part: Part, boundary: bytes, room: int) -> list[bytes]:
    """Answer the octets between delimiter lines; the line end before a delimiter belongs to it (RFC 2046 §5.1.1)."""
    body = part.body
    sections: list[bytes] = []
    begin, closed = -1, False
    for start, after, closes in _delimiters(body, boundary):
        if begin >= 0:
            if len(sections) >= room - 1:
                break
            sections.append(body[begin:start])
        begin = after
        closed = closes
        if closes:
            break
    if begin >= 0 and not closed:
        part.defects.append(NOT_CLOSED if len(sections) < room - 1 else TOO_COMPLEX)
        sections.append(body[begin:])
    return sections


def _delimiters(body: bytes, boundary: bytes) -> list[tuple[int, int, bool]]:
    """Answer (where the content before ends, where the line ends, whether it closes) of each delimiter line."""
    found: list[tuple[int, int, bool]] = []
    needle = b"\n--" + boundary
    if body.startswith(needle[1:]):
        rest = _LINE_REST.match(body, len(needle) - 1)
        if rest:
            found.append((0, rest.end(), bool(rest[1])))
    false, position = 0, body.find(needle)
    while position >= 0 and false < FALSE_DELIMITERS and len(found) <= PARTS:
        rest = _LINE_REST.match(body, position + len(needle))
        if rest:
            end = position - 1 if body[position - 1 : position] == b"\r" else position
            found.append((end, rest.end(), bool(rest[1])))
            if rest[1]:
                break
        else:
            false += 1
        # The line end of one delimiter line may begin the next delimiter.
        position = body.find(needle, rest.end() - 1 if rest else position + 1)
    return found


def _close(part: Part, defect: str) -> None:
    part.defects.append(defect)
    part.content_type = OPAQUE_TYPE
