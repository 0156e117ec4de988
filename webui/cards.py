"""An address of ours to take along: as a vCard to import, as a QR code to point a phone at."""

from __future__ import annotations

import io
import unicodedata
from typing import Final
from uuid import NAMESPACE_URL, uuid5

import segno
from flask import Response
from segno.helpers import make_mecard_data

from webui.download import as_card
from webui.security import FILE_POLICY

CRLF: Final = "\r\n"
FOLDED: Final = 75
"""Octets of a line, its end not counted (RFC 6350 §3.2)."""
SCALE: Final = 8
QUIET_ZONE: Final = 4
"""Modules of white around a code (ISO/IEC 18004): dark pages need it."""


def vcard(name: str, address: str, note: str = "") -> bytes:
    """Answer a vCard 4.0 of an address; the same address gives the same UID, so that it is imported once."""
    lines = [
        "BEGIN:VCARD",
        "VERSION:4.0",
        f"UID:{uuid5(NAMESPACE_URL, f'mailto:{address}').urn}",
        f"FN:{_escaped(name) or _escaped(address)}",
        f"EMAIL:{_escaped(address)}",
        *([f"NOTE:{_escaped(note)}"] if note else []),
        "END:VCARD",
    ]
    return "".join(_folded(line) + CRLF for line in lines).encode()


def mecard(name: str, address: str) -> str:
    """Answer what a phone's camera offers to keep as a contact: shorter than a vCard, so a coarser code."""
    line = " ".join(_visible(name).split())
    return str(make_mecard_data(name=line or address, email=address))


def qr_png(text: str) -> bytes:
    """Answer a QR code as black on white PNG."""
    image = io.BytesIO()
    segno.make_qr(text, error="m").save(image, kind="png", scale=SCALE, border=QUIET_ZONE)
    return image.getvalue()


def card_file(name: str, address: str, note: str = "") -> Response:
    """Answer the vCard as a download."""
    return as_card(vcard(name, address, note), f"{' '.join(_visible(name).split())[:80] or 'address'}.vcf")


def qr_image(name: str, address: str) -> Response:
    """Answer the QR code of a contact with this address as an image of ours."""
    response = Response(qr_png(mecard(name, address)), mimetype="image/png")
    response.headers["Content-Security-Policy"] = FILE_POLICY
    return response


def _escaped(text: str) -> str:
    """Escape a text value (RFC 6350 §3.4)."""
    one = text.replace("\r\n", "\n").replace("\r", "\n").replace("\\", "\\\\").replace(",", "\\,").replace(";", "\\;")
    return _visible(one).replace("\n", "\\n")


def _visible(text: str) -> str:
    return "".join(char for char in text if char == "\n" or unicodedata.category(char) not in ("Cc", "Cs"))


def _folded(line: str) -> str:
    """Break a line before its 76th octet, never inside a character (RFC 6350 §3.2)."""
    parts, part, octets = [], "", 0
    for char in line:
        size = len(char.encode())
        if octets + size > FOLDED:
            parts.append(part)
            part, octets = "", 1  # the space that begins a continuation counts
        part += char
        octets += size
    return f"{CRLF} ".join([*parts, part])
