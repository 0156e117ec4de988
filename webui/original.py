"""The raw bytes of a mail as text for the eye, less what pretends to be ours; its header as a table, its way."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from mail.encoded_word import decode_words
from mail.received import Hop, read_hops
from webui.shown import paragraph, plain

SHOWN_OCTETS: Final = 262_144
LONGEST_VALUE: Final = 4000
_NEXT_FIELD: Final = re.compile(r"\n(?![ \t])")


@dataclass(frozen=True, slots=True)
class HeaderField:
    """One field of the header, its value unfolded and decoded (RFC 5322 §2.2.3, RFC 2047)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Original:
    """Header fields and body as they came, undecoded; `is_cut` where the body goes on.

    `forged` counts the fields left out because they name this server as the one that checked the mail.
    """

    header: str
    body: str
    is_cut: bool
    forged: int = 0
    fields: tuple[HeaderField, ...] = ()
    hops: tuple[Hop, ...] = ()


def as_lines(raw: bytes, own_name: str) -> Original:
    """Answer the beginning of a mail as text; what turns or hides text is gone, every other octet stands.

    We write no Authentication-Results, so one with our name as its authserv-id is forged (RFC 8601 §5, SECURITY P8).
    """
    text = paragraph(raw[:SHOWN_OCTETS].decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n"))
    header, _, body = text.partition("\n\n")
    written = _NEXT_FIELD.split(header)
    kept = [one for one in written if not _names_us(one, own_name)]
    return Original(
        "\n".join(kept),
        body,
        len(raw) > SHOWN_OCTETS,
        len(written) - len(kept),
        tuple(_field(one) for one in kept if ":" in one),
        read_hops([one.partition(":")[2] for one in kept if one[:9].lower() == "received:"]),
    )


def _field(written: str) -> HeaderField:
    name, _, value = written.partition(":")
    return HeaderField(plain(name, 100), plain(decode_words(" ".join(value.split())), LONGEST_VALUE))


def _names_us(field: str, own_name: str) -> bool:
    """Whether a reader could take the field for ours, however it is written."""
    name, _, value = field.partition(":")
    if name.strip().lower() != "authentication-results":
        return False
    ours = re.escape(own_name.lower())
    return re.search(rf"(?<![\w.-]){ours}(?![\w.-])", value.lower()) is not None
