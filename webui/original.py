"""The raw bytes of a mail as text for the eye, less what pretends to be ours."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from webui.shown import paragraph

SHOWN_OCTETS: Final = 262_144
_NEXT_FIELD: Final = re.compile(r"\n(?![ \t])")


@dataclass(frozen=True, slots=True)
class Original:
    """Header fields and body as they came, undecoded; `is_cut` where the body goes on.

    `forged` counts the fields left out because they name this server as the one that checked the mail.
    """

    header: str
    body: str
    is_cut: bool
    forged: int = 0


def as_lines(raw: bytes, own_name: str) -> Original:
    """Answer the beginning of a mail as text; what turns or hides text is gone, every other octet stands.

    We write no Authentication-Results, so one with our name as its authserv-id is forged (RFC 8601 §5, SECURITY P8).
    """
    text = paragraph(raw[:SHOWN_OCTETS].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))
    header, _, body = text.partition("\n\n")
    fields = _NEXT_FIELD.split(header)
    kept = [one for one in fields if not _names_us(one, own_name)]
    return Original("\n".join(kept), body, len(raw) > SHOWN_OCTETS, len(fields) - len(kept))


def _names_us(field: str, own_name: str) -> bool:
    """Whether a reader could take the field for ours, however it is written."""
    name, _, value = field.partition(":")
    if name.strip().lower() != "authentication-results":
        return False
    ours = re.escape(own_name.lower())
    return re.search(rf"(?<![\w.-]){ours}(?![\w.-])", value.lower()) is not None
