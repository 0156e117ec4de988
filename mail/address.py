"""Addresses (RFC 5322 §3.4): lists read tolerantly in one pass, and the one key that compares them.

Identity is never decided here: the author of a mail is read strictly by `mail.shape`. These lists are what a reader
is shown and what parties are found by.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

import idna

from mail.encoded_word import decode_words
from mail.message import Address

ADDRESS_CHARACTERS: Final = 400

# Every alternative begins with another character, and possessive repeats never go back: linear on any text.
_TOKEN: Final = re.compile(
    r'"(?:[^"\\]|\\.)*+"?|\((?:[^()\\]|\\.)*+\)?|<[^<>]*+>?|\[[^\[\]]*+\]?|[,;:)>\]\\]|[^"(<\[,;:)>\]\\]++', re.DOTALL
)
_ENCODED: Final = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*+\?=")
_QUOTED_PAIR: Final = re.compile(r"\\(.)", re.DOTALL)
_DOT_ATOM: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+")
_QUOTED_LOCAL: Final = re.compile(r'"(?:[^"\\]|\\.)*+"@([^\s@]+)', re.DOTALL)
_SPACE: Final = re.compile(r"[\s\x00-\x1f\x7f]+")


def parse_address_list(text: str) -> tuple[Address, ...]:
    """Answer the mailboxes of a field in order, those of groups included; what has no address is left out.

    `text` is the value with encoded-words as they stand.
    """
    reading = _Reading()
    for token in _TOKEN.findall(text):
        reading.take(token)
    reading.end_mailbox(";")
    return tuple(reading.found)


def address_key(addr_spec: str) -> str:
    """Answer the form in which two addresses are compared: lower case, domain as A-label.

    Nothing is guessed away (SECURITY 4.9, P10): dots, tags and the dot at the end stay, and a letter beyond ASCII never
    becomes an ASCII letter, as Unicode's own case folding would do.
    """
    local, at, domain = addr_spec.strip().rpartition("@")
    if local.startswith('"') and local.endswith('"') and len(local) > 2:
        inner = _QUOTED_PAIR.sub(r"\1", local[1:-1])
        local = inner if _DOT_ATOM.fullmatch(inner) else local  # RFC 5321 §4.1.2: quotes that are not needed
    return f"{_lower(local)}{at}{_domain_key(domain)}"


def domain_of(addr_spec: str) -> str:
    """Answer the domain as A-label in lower case, "" where there is none."""
    return _domain_key(addr_spec.strip().rpartition("@")[2]) if "@" in addr_spec else ""


def without_detail(addr_spec: str) -> tuple[str, str]:
    """Answer the address without its sub-address, and the sub-address (RFC 5233: `user+detail@domain`)."""
    local, _, domain = addr_spec.rpartition("@")
    user, plus, detail = local.partition("+")
    return (f"{user}@{domain}", detail) if plus and user else (addr_spec, "")


def unique(addresses: Iterable[Address]) -> tuple[Address, ...]:
    """Answer the addresses without those that came before, in order."""
    first: dict[str, Address] = {}
    for one in addresses:
        first.setdefault(address_key(one.address), one)
    return tuple(first.values())


@dataclass(slots=True)
class _Reading:
    found: list[Address] = field(default_factory=list)
    raw: list[str] = field(default_factory=list)
    shown: list[str] = field(default_factory=list)
    comment: str = ""
    angle: str | None = None
    before_comma: str = ""

    def take(self, token: str) -> None:
        match token[0]:
            case "," | ";":
                self.end_mailbox(token)
            case ":" if self.angle is None and "@" not in "".join(self.raw):
                self.raw, self.shown, self.before_comma = [], [], ""  # the name of a group
            case "<":
                self._take_angle(token)
            case "(":
                self.comment = self.comment or token.strip("()")
            case '"':
                self.raw.append(token)
                self.shown.append(_QUOTED_PAIR.sub(r"\1", token[1:].removesuffix('"')))
            case ")" | ">" | "\\":
                pass
            case _:
                self.raw.append(token)
                self.shown.append(token)

    def _take_angle(self, token: str) -> None:
        if self.angle and "@" in self.angle:
            return
        inner = token.strip("<>").strip()
        if not token.endswith(">"):
            inner = inner.split(",")[0]
        self.angle = inner

    def end_mailbox(self, separator: str) -> None:
        raw, shown = "".join(self.raw).strip(), " ".join("".join(self.shown).split())
        name, address = shown, _addr_spec(self.angle or "")
        if not address and "@" in raw and not _ENCODED.fullmatch(raw):
            name, address = "", _bare(raw)
        if address:
            self.found.append(Address(_name(self.before_comma + (name or self.comment)), address))
            self.before_comma = ""
        elif separator == "," and shown and "@" not in shown and self.angle is None:
            # `Doe, Jane <jane@example.org>` without quotes: the comma belongs to the name.
            self.before_comma += f"{shown}, "
        else:
            self.before_comma = ""
        self.raw, self.shown, self.comment, self.angle = [], [], "", None


def _addr_spec(inner: str) -> str:
    if "@" not in inner:
        return ""
    if inner.startswith("@") and ":" in inner:
        inner = inner.rpartition(":")[2]  # RFC 5322 §4.4: an obsolete route is dropped
    if inner[:7].lower() == "mailto:":
        inner = inner[7:]
    if inner.startswith('"'):
        quoted = _QUOTED_LOCAL.fullmatch(inner.strip())
        return _whole_quoted(quoted) if quoted else ""
    return _whole("".join(inner.strip("'\" ").split()))


def _whole(word: str) -> str:
    local, _, domain = word.rpartition("@")
    return word if local.strip("@.") and domain.strip("[].") and len(word) <= ADDRESS_CHARACTERS else ""


def _whole_quoted(found: re.Match[str]) -> str:
    return found[0] if found[1].strip("[].") and len(found[0]) <= ADDRESS_CHARACTERS else ""


def _bare(raw: str) -> str:
    quoted = _QUOTED_LOCAL.match(raw)
    if quoted:
        return _whole_quoted(quoted)
    word = next(word for word in raw.split() if "@" in word)
    if word == "@":  # `user @ example.org`
        word = "".join(raw.split())
    return _whole(word.strip("\"'.:"))


def _name(text: str) -> str:
    text = _SPACE.sub(" ", decode_words(text)).strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1].strip()
    return text[:400]


def _lower(text: str) -> str:
    if text.isascii():
        return text.lower()
    return "".join(letter if letter.lower().isascii() and not letter.isascii() else letter.lower() for letter in text)


@lru_cache(maxsize=4096)
def _domain_key(domain: str) -> str:
    lowered = _lower(domain)
    if lowered.isascii():
        return lowered
    try:
        # RFC 5891 §4.4 label by label: neither the mapping nor the other full stops that make look-alikes equal.
        return ".".join(one if one.isascii() else idna.alabel(one).decode("ascii") for one in lowered.split("."))
    except (idna.IDNAError, UnicodeError):
        return lowered
