"""A domain name in the one form that is compared and looked up: A-labels, lower case, no trailing dot."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

import idna

LONGEST: Final = 253
"""RFC 1035 §2.3.4: 255 octets on the wire."""

_HOST_NAME: Final = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?", re.A)


def a_label_form(domain: str) -> str | None:
    """Answer the domain in A-labels, lower case; None where it is no host name (RFC 1123 §2.1, RFC 5891 §5).

    Nothing is mapped: full-width letters, ideographic dots, mixed forms are refused and never become
    another name. A trailing dot, an empty label, an all-numeric last label are refused.
    """
    return _a_label_form(domain) if len(domain) <= LONGEST else None


@lru_cache(maxsize=4096)
def _a_label_form(domain: str) -> str | None:
    lowered = domain.lower()
    if not lowered.isascii():
        lowered = _encoded(lowered) or ""
    if len(lowered) > LONGEST or _HOST_NAME.fullmatch(lowered) is None:
        return None
    if lowered.rpartition(".")[2].isdigit() or ("xn--" in lowered and not _is_decodable(lowered)):
        return None
    return lowered


def _encoded(domain: str) -> str | None:
    if unicodedata.normalize("NFC", domain) != domain:
        return None
    try:
        return ".".join(label if label.isascii() else idna.alabel(label).decode("ascii") for label in domain.split("."))
    except (idna.IDNAError, UnicodeError):
        return None


def _is_decodable(domain: str) -> bool:
    try:
        for label in domain.split("."):
            if label.startswith("xn--"):
                idna.ulabel(label)
    except (idna.IDNAError, UnicodeError):
        return False
    return True


def in_letters(domain: str) -> str | None:
    """Answer the domain as people write it; None where that is no other form than A-labels."""
    try:
        shown = idna.decode(domain)
    except idna.IDNAError:
        return None
    return None if shown == domain else shown
