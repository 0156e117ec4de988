"""Where a link of a mail really leads, told where its text says otherwise (SECURITY W14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from mail.domain import a_label_form

LONGEST_TEXT: Final = 300
_WITH_SCHEME: Final = re.compile(r"(?:https?://|\bwww\.)(?:[^\s/?#@<>]{1,100}@)?([^\s/?#@:<>\"'()\[\]]{1,253})", re.I)
_BARE: Final = re.compile(r"((?:[\w-]{1,63}\.){1,10}([^\W\d_]{2,24}))(?::\d{1,5})?(?:[/?#]\S*)?")
_ADDRESS: Final = re.compile(r"([^\s@<>]{1,64}@(?:[\w-]{1,63}\.){1,10}[\w-]{2,24})")
_FILE_ENDINGS_WORDS: Final = (
    "avi bmp css csv doc docx eml gif gz htm html ics jpeg jpg js json md mov msg odp ods odt pdf png ppt pptx py rar "
    "rtf svg txt vcf webp xls xlsx xml zip"
)
_FILE_ENDINGS: Final = frozenset(_FILE_ENDINGS_WORDS.split())
"""What ends the name of a file more often than that of a host."""

type ShowHost = Callable[[str], str]
"""The host as it may be shown: in letters where they are honest, else in A-labels."""


def true_target(href: str, said: Iterable[str], show: ShowHost) -> str | None:
    """Answer a sentence about where the link leads where what is `said` about it, or the host, misleads; else None."""
    try:
        parts = urlsplit(href.strip())
        host = (parts.hostname or "").removesuffix(".")
    except ValueError:
        return "Leads to an address that cannot be read"
    if parts.scheme == "mailto":
        return _true_mailbox(parts, said)
    if parts.scheme not in ("http", "https"):
        return None
    plain = _plain(host)
    shown = show(plain)
    # A user in front of the host is there to be read as one, and letters of several scripts to pass for others.
    misleads = parts.username is not None or ("xn--" in plain and "xn--" in shown)
    if misleads or any(not _is_related(plain, one) for text in said for one in _hosts_in(text)):
        return f"Leads to {shown}"
    return None


def _true_mailbox(parts: SplitResult, said: Iterable[str]) -> str | None:
    mailbox = unquote(parts.path).strip()
    named = [found[1] for text in said if (found := _ADDRESS.fullmatch(text.strip()[:LONGEST_TEXT]))]
    return f"Writes to {mailbox[:LONGEST_TEXT]}" if any(one.lower() != mailbox.lower() for one in named) else None


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
    lowered = host.lower().strip(".").removeprefix("www.")
    return a_label_form(lowered) or lowered


def _is_related(one: str, other: str) -> bool:
    return one == other or one.endswith(f".{other}") or other.endswith(f".{one}")
