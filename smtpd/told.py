"""What a mail server of ours tells of the client behind it: XFORWARD and XCLIENT, as Postfix documents them.

XFORWARD NAME=mail.example.org ADDR=192.0.2.1 PROTO=ESMTP HELO=mail.example.org
XCLIENT ADDR=IPV6:2001:db8::1 HELO=mail.example.org
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Final

from smtpd.neighbours import parse_address

XFORWARD: Final = ("NAME", "ADDR", "PORT", "PROTO", "HELO", "IDENT", "SOURCE")
XCLIENT: Final = ("NAME", "ADDR", "PORT", "PROTO", "HELO")
UNKNOWN: Final = frozenset({"[UNAVAILABLE]", "[TEMPUNAVAIL]"})
LONGEST: Final = 255
"""Octets of a value."""
_ATTRIBUTE: Final = re.compile(r"([A-Za-z]+)=(\S*)")
_HEX: Final = re.compile(r"\+([0-9A-F]{2})")


@dataclass(frozen=True, slots=True)
class Told:
    """The client's IP address and what it said in HELO, "" where the server does not know it."""

    address: str = ""
    helo: str = ""


def read_told(argument: str, known: tuple[str, ...], before: Told) -> Told | None:
    """Answer what is known after this command, which may add to an earlier one; None where it is malformed.

    Attributes that are offered and not used here are read over.
    """
    words = argument.split()
    told, is_local = before, False
    for word in words:
        found = _ATTRIBUTE.fullmatch(word)
        value = _value(found[2]) if found else None
        if found is None or value is None or found[1].upper() not in known:
            return None
        match found[1].upper():
            case "ADDR":
                address = _address(value)
                if address is None:
                    return None
                told = replace(told, address=address)
            case "HELO":
                told = replace(told, helo=value)
            case "SOURCE":
                is_local = is_local or value.upper() == "LOCAL"
    # What the server wrote itself has no client: its address would say nothing about a sender.
    return (Told(helo=told.helo) if is_local else told) if words else None


def _value(text: str) -> str | None:
    """Undo xtext (RFC 3461 §4); "" for what is not known, None for what no value may hold."""
    if text.upper() in UNKNOWN:
        return ""
    octets = _HEX.sub(lambda found: chr(int(found[1], 16)), text)
    return octets if len(octets) <= LONGEST and octets.isprintable() and octets.isascii() else None


def _address(value: str) -> str | None:
    if not value:
        return ""
    found = parse_address(value[5:] if value[:5].upper() == "IPV6:" else value)
    return str(found) if found else None
