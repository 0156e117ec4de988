"""Msg-ids (RFC 5322 §3.6.4): read from In-Reply-To and References, made for our own mail."""

from __future__ import annotations

import base64
import re
from typing import Final

REFERENCES: Final = 500
MSG_ID_OCTETS: Final = 998

_MSG_ID: Final = re.compile(r"<[^<>]*+>")
_SPACE: Final = re.compile(r"\s+")


def parse_message_id(value: str) -> str | None:
    """Answer the first msg-id with its angle brackets, None where there is none that could be referred to."""
    found = parse_references(value)
    if found:
        return found[0]
    bare = value.strip().strip("<>")
    return f"<{bare}>" if bare and not any(letter.isspace() for letter in bare) and _is_usable(bare) else None


def parse_references(value: str) -> tuple[str, ...]:
    """Answer the msg-ids of the field in order, each once; words around them (RFC 5322 §4.5.4) are skipped."""
    inner = (_SPACE.sub("", match[1:-1]) for match in _MSG_ID.findall(value))
    return tuple(dict.fromkeys(f"<{one}>" for one in inner if _is_usable(one)))[:REFERENCES]


def new_message_id(domain: str, random: bytes) -> str:
    """Answer a msg-id of ours; `random` is at least 16 octets nobody can guess."""
    left = base64.b32encode(random).decode("ascii").rstrip("=").lower()
    return f"<{left}@{domain}>"


def _is_usable(inner: str) -> bool:
    return 0 < len(inner) <= MSG_ID_OCTETS and inner.isprintable() and inner not in {"@", "-"}
