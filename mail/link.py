"""Where a link of a mail really leads, told where its text says otherwise (SECURITY W14)."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import idna

from languages.speech import _, marked
from mail.domain import a_label_form

LONGEST_TEXT: Final = 300
_WITH_SCHEME: Final = re.compile(r"(?:https?://|\bwww\.)(?:[^\s/?#@<>]{1,100}@)?([^\s/?#@:<>\"'()\[\]]{1,253})", re.I)
_BARE: Final = re.compile(r"((?:[\w-]{1,63}\.){1,10}([^\W\d_]{2,24}))(?::\d{1,5})?(?:[/?#]\S*)?")
_ADDRESS: Final = re.compile(r"([^\s@<>]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,24})")
_NUMBER: Final = re.compile(r"\d+|0x[0-9a-f]*")
"""What makes a host an IPv4 address if it stands last (WHATWG URL §3.5, "ends in a number")."""
_FILE_ENDINGS_WORDS: Final = (
    "avi bmp css csv doc docx eml gif gz htm html ics jpeg jpg js json md mov msg odp ods odt pdf png ppt pptx py rar "
    "rtf svg txt vcf webp xls xlsx xml zip"
)
_FILE_ENDINGS: Final = frozenset(_FILE_ENDINGS_WORDS.split())
"""What ends the name of a file more often than that of a host."""

type ShowHost = Callable[[str], str]
"""The host as it may be shown: in letters where they are honest, else in A-labels."""


class Trick(StrEnum):
    """What about a link misleads."""

    UNREADABLE = "unreadable"
    USER = "user"
    NUMBER = "number"
    LETTERS = "letters"
    OTHER_HOST = "other_host"
    OTHER_MAILBOX = "other_mailbox"


WORDS: Final = {
    Trick.UNREADABLE: marked("Leads to an address that cannot be read"),
    Trick.USER: marked("Leads to {place}, not to what stands before the @"),
    Trick.NUMBER: marked("Leads to {place}, a number instead of a name"),
    Trick.LETTERS: marked("Leads to {place}, a name in letters that pass for others"),
    Trick.OTHER_HOST: marked("Leads to {place}"),
    Trick.OTHER_MAILBOX: marked("Writes to {place}"),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a link leads: a host or a mailbox as it may be shown, and how it misleads, None where it does not."""

    place: str
    trick: Trick | None = None
    is_mailbox: bool = False

    @property
    def told(self) -> str:
        """Answer where it leads in a sentence, in the language that is spoken."""
        plain = Trick.OTHER_MAILBOX if self.is_mailbox else Trick.OTHER_HOST
        return _(WORDS[self.trick or plain]).format(place=self.place)


def target_of(href: str, said: Iterable[str], show: ShowHost) -> Target | None:
    """Answer where a link leads, of which `said` is what it says; None where that is no host and no mailbox."""
    try:
        # To a browser both strokes are one (WHATWG URL §4.4, special schemes).
        parts = urlsplit(href.strip().replace("\\", "/"))
        host = unquote(parts.hostname or "").removesuffix(".")
    except ValueError:
        return Target("", Trick.UNREADABLE)
    if parts.scheme == "mailto":
        return _mailbox(parts, said)
    if parts.scheme not in ("http", "https"):
        return None
    plain = _plain(host)
    return Target(show(plain), _trick(parts, host, show, said))


def _trick(parts: SplitResult, host: str, show: ShowHost, said: Iterable[str]) -> Trick | None:
    plain = _plain(host)
    others = (one for text in said for one in _hosts_in(text))
    if parts.username is not None:
        return Trick.USER
    if any(not _is_related(plain, one) for one in others):
        return Trick.OTHER_HOST
    if _is_number(plain):
        return Trick.NUMBER
    return Trick.LETTERS if "xn--" in plain and "xn--" in show(plain) else None


def _mailbox(parts: SplitResult, said: Iterable[str]) -> Target:
    mailbox = unquote(parts.path).strip()
    named = [found[1] for text in said if (found := _ADDRESS.fullmatch(text.strip()[:LONGEST_TEXT]))]
    is_other = any(one.lower() != mailbox.lower() for one in named)
    return Target(mailbox[:LONGEST_TEXT], Trick.OTHER_MAILBOX if is_other else None, is_mailbox=True)


def _hosts_in(text: str) -> list[str]:
    """Answer the hosts that a text shows: addresses in it, or the text as a whole where it looks like a host."""
    line = text.strip()[:LONGEST_TEXT]
    found = [_plain(host) for host in _WITH_SCHEME.findall(line)]
    bare = _BARE.fullmatch(line)
    if bare and not found and bare[2].lower() not in _FILE_ENDINGS:
        found.append(_plain(bare[1]))
    address = _ADDRESS.fullmatch(line)
    if address:
        found.append(_plain(address[1].rpartition("@")[2]))
    return found


def _plain(host: str) -> str:
    """Answer the host as a browser looks it up: wide letters and ideographic dots are plain ones by then."""
    lowered = host.lower().strip(".").removeprefix("www.")
    if lowered.isascii():
        return a_label_form(lowered) or lowered
    try:
        return idna.encode(lowered, uts46=True).decode()
    except (idna.IDNAError, UnicodeError, IndexError):
        return lowered


def _is_number(host: str) -> bool:
    if _NUMBER.fullmatch(host.rpartition(".")[2]):
        return True
    try:
        return bool(ipaddress.ip_address(host))
    except ValueError:
        return False


def _is_related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
