"""The raw bytes of a mail as text for the eye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from webui.shown import paragraph

SHOWN_OCTETS: Final = 262_144


@dataclass(frozen=True, slots=True)
class Original:
    """Header fields and body as they came, undecoded; `is_cut` where the body goes on."""

    header: str
    body: str
    is_cut: bool


def as_lines(raw: bytes) -> Original:
    """Answer the beginning of a mail as text; what turns or hides text is gone, every other octet stands."""
    text = paragraph(raw[:SHOWN_OCTETS].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))
    header, _, body = text.partition("\n\n")
    return Original(header, body, len(raw) > SHOWN_OCTETS)
