"""Where a link of a mail really leads, told where its text says otherwise (SECURITY W14)."""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

import idna

from languages.speech import _, marked
from mail.direction import isolated
from mail.domain import a_label_form

LONGEST_TEXT: Final = 300
_WITH_SCHEME: Final = re.compile(
    r"(?:https?:[/\\]{1,9}|\bwww\.)(?:[^\s/?#@<>]{1,100}@)?([^\s/?#@:<>\"'()\[\]]{1,253})", re.I
)
_BARE: Final = re.compile(r"((?:[\w-]{1,63}\.){1,10}([^\W\d_]{2,24}))(?::\d{1,5})?(?:[/?#]\S*)?")
_ADDRESS: Final = re.compile(r"([^\s@<>]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,24})")
_UNSEEN: Final = re.compile(r"[\t\r\n]|^[\x00-\x20]+|[\x00-\x20]+$")
"""What a browser takes out of an address before it reads it (WHATWG URL §4.4)."""
_STROKES: Final = re.compile(r"^(https?):/*", re.I)
"""Any number of strokes may stand before the host, also none (WHATWG URL §4.4, special authority ignore slashes)."""
_NO_HOST: Final = re.compile(r"[\x00-\x20\x7f\"#%/<>?@\\^`{|}]")
"""What no host has in it (WHATWG URL §3.2)."""
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
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
        return _(WORDS[self.trick or plain]).format(place=isolated(self.place))


def target_of(href: str, said: Iterable[str], show: ShowHost) -> Target | None:
    """Answer where a link leads, of which `said` is what it says; None where that is no host and no mailbox."""
    try:
        parts = urlsplit(_as_browsers_read(href))
        host = unquote(parts.hostname or "").removesuffix(".")
    except ValueError:
        return Target("", Trick.UNREADABLE)
    if parts.scheme == "mailto":
        return _mailbox(parts, said)
    if parts.scheme not in ("http", "https"):
        return None
    plain = _plain(host)
    if not plain or _NO_HOST.search(plain) or _visible(plain) != plain:
        return Target("", Trick.UNREADABLE)
    return Target(show(plain), _trick(parts, plain, show, said))


def _as_browsers_read(href: str) -> str:
    """Answer the address with two strokes before its host; to a browser both kinds of stroke are one."""
    return _STROKES.sub(r"\1://", _UNSEEN.sub("", href).replace("\\", "/"))


def _trick(parts: SplitResult, plain: str, show: ShowHost, said: Iterable[str]) -> Trick | None:
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
    shown = _visible(mailbox)
    named = [found[1] for text in said if (found := _ADDRESS.fullmatch(text.strip()[:LONGEST_TEXT]))]
    is_other = shown != mailbox or any(one.lower() != mailbox.lower() for one in named)
    return Target(shown[:LONGEST_TEXT], Trick.OTHER_MAILBOX if is_other else None, is_mailbox=True)


def _visible(text: str) -> str:
    """Answer one line without what turns, hides or breaks it."""
    line = " ".join(text.split())
    return "".join(char for char in line if unicodedata.category(char) not in _INVISIBLE)


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
