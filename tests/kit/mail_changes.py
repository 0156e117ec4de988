"""What happens to mail on its way, and what an attacker does to it: each takes a chance and a mail, answers a mail."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Final

Change = Callable[[Random, bytes], bytes]


def _splice(chance: Random, raw: bytes, start: int, end: int) -> bytes:
    at = chance.randint(start, max(start, end))
    inserted = chance.choice(
        (b" ", b"  ", b"\t", b"\r\n", b"\r\n ", b"\r\n\t", b"x", b":", b";", b"=", b"/", b"\xe9", b"")
    )
    return raw[:at] + inserted + raw[at + chance.choice((0, 0, 0, 1, 2)) :]


def _in_header(chance: Random, raw: bytes) -> bytes:
    return _splice(chance, raw, 0, raw.find(b"\r\n\r\n"))


def _in_signature(chance: Random, raw: bytes) -> bytes:
    return _splice(chance, raw, len("DKIM-Signature:"), max(20, raw.find(b"\r\nFrom")))


def _in_body(chance: Random, raw: bytes) -> bytes:
    return _splice(chance, raw, raw.find(b"\r\n\r\n") + 4, len(raw))


def _white_space(chance: Random, raw: bytes) -> bytes:
    """Fold or unfold, or widen a gap, as relays do."""
    gaps = [found.span() for found in re.finditer(rb"[ \t]+|\r\n[ \t]+", raw)]
    if not gaps:
        return raw
    start, end = chance.choice(gaps)
    return raw[:start] + chance.choice((b" ", b"  ", b"\t", b"\r\n ", b" \r\n\t", b"")) + raw[end:]


def _at_the_end(chance: Random, raw: bytes) -> bytes:
    tail = chance.choice((b"\r\n", b"\r\n\r\n", b" \r\n", b"footer\r\n", b"\t\r\n \r\n", b""))
    return (raw.rstrip(b"\r\n") + b"\r\n" if chance.random() < 0.5 else raw) + tail


def _with_fields(change: Callable[[Random, list[bytes]], None]) -> Change:
    def changed(chance: Random, raw: bytes) -> bytes:
        head, gap, body = raw.partition(b"\r\n\r\n")
        fields = re.split(rb"\r\n(?![ \t])", head)
        change(chance, fields)
        return b"\r\n".join(fields) + gap + body

    return changed


def _swap(chance: Random, fields: list[bytes]) -> None:
    fields.insert(chance.randrange(len(fields)), fields.pop(chance.randrange(len(fields))))


def _double(chance: Random, fields: list[bytes]) -> None:
    fields.insert(chance.randrange(len(fields)), chance.choice(fields))


def _remove(chance: Random, fields: list[bytes]) -> None:
    if len(fields) > 1:
        fields.pop(chance.randrange(len(fields)))


def _add(chance: Random, fields: list[bytes]) -> None:
    name = chance.choice((b"Received", b"X-Odd", b"Reply-To", b"To", b"Cc", b"List-Id", b"X-New"))
    fields.insert(chance.randrange(len(fields) + 1), name + b": added@list.example")


def _recase(chance: Random, fields: list[bytes]) -> None:
    at = chance.randrange(len(fields))
    name, colon, value = fields[at].partition(b":")
    fields[at] = chance.choice((name.upper(), name.lower(), name.title())) + colon + value


def _change_tag(chance: Random, fields: list[bytes]) -> None:
    """Change, double, drop or move a tag of the topmost signature."""
    at = next((index for index, one in enumerate(fields) if one.lower().startswith(b"dkim-signature:")), 0)
    name, colon, value = fields[at].partition(b":")
    tags = value.split(b";")
    which = chance.randrange(len(tags))
    match chance.randrange(5):
        case 0:
            tags.insert(chance.randrange(len(tags)), tags[which])
        case 1 if len(tags) > 1:
            tags.pop(which)
        case 2:
            tags.insert(chance.randrange(len(tags)), tags.pop(which))
        case 3:
            tags.append(chance.choice((b"", b" ", b" x=4000000000", b" l=1", b" z", b"=", b" \xc3\xa9=1")))
        case _:
            tag, equals, text = tags[which].partition(b"=")
            tags[which] = tag + equals + chance.choice((text.upper(), text.lower(), text + b" ", b"", text[::-1]))
    fields[at] = name + colon + b";".join(tags)


CHANGES: Final[tuple[Change, ...]] = (
    _in_header,
    _in_signature,
    _in_body,
    _white_space,
    _white_space,
    _at_the_end,
    *map(_with_fields, (_swap, _double, _remove, _add, _recase, _change_tag)),
)
