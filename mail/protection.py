"""Signed and encrypted mail (RFC 1847, RFC 3156, RFC 8551, inline OpenPGP): what it says that it is, never checked.

Nothing is decrypted and no signature is verified here: the mark tells a reader why a mail has no text, or what the
files beside it are. Who wrote a mail is proved elsewhere (`mailauth`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from mail.message import Protection
from mail.part import SMIME_TYPES, Part

READ_CHARACTERS: Final = 100_000
READ_OCTETS: Final = 64

ARMOUR: Final = "-----BEGIN PGP "
FILE_TYPES: Final = frozenset(
    {
        "application/pgp-encrypted",
        "application/pgp-signature",
        "application/pkcs7-mime",
        "application/pkcs7-signature",
        "application/x-pkcs7-mime",
        "application/x-pkcs7-signature",
    }
)
"""What stands among the files of protected mail."""

_SMIME_SIGNED: Final = frozenset({"signed-data", "certs-only", "compressed-data"})
_SIGNED_DATA: Final = bytes.fromhex("06092a864886f70d010702")
"""The object identifier of CMS signed-data in DER (RFC 5652 §5.1)."""
_BEGIN: Final = re.compile(r"^[^>\n]{0,80}?-----BEGIN PGP (SIGNED )?MESSAGE-----", re.MULTILINE)
"""Not within a quote."""
_END: Final = "-----END PGP "


def find_protection(root: Part, files: Sequence[Part], text: str) -> Protection | None:
    """Answer what a mail says that protects it; encrypted goes before signed, attached mails do not count.

    `files` are those of its body, what stands inside of an opaque signature included.
    """
    own = list(_every(root))
    alone = not any(part.maintype == "text" and part.body.strip() for part in own)
    found = {_of_part(part, alone=alone) for part in (*own, *files)} | _of_text(text)
    if Protection.ENCRYPTED in found:
        return Protection.ENCRYPTED
    return Protection.SIGNED if Protection.SIGNED in found else None


def _of_part(part: Part, *, alone: bool) -> Protection | None:
    """Answer for one part; `alone`: no other text stands beside it, so that a file is what the mail says."""
    match part.content_type:
        case "multipart/encrypted" | "application/pgp-encrypted":
            return Protection.ENCRYPTED
        case "multipart/signed":
            return Protection.SIGNED
        case kind if kind in SMIME_TYPES and alone:
            return Protection.SIGNED if _is_signed(part) else Protection.ENCRYPTED
    return None


def _is_signed(part: Part) -> bool:
    said = part.parameters.get("smime-type", "").lower()
    return said in _SMIME_SIGNED or (not said and _SIGNED_DATA in part.decoded()[:READ_OCTETS])


def _of_text(text: str) -> set[Protection | None]:
    begins = _BEGIN.search(text[:READ_CHARACTERS])
    if begins is None or text.find(_END, begins.end()) < 0:
        return set()
    return {Protection.SIGNED if begins[1] else Protection.ENCRYPTED}


def _every(root: Part) -> Iterator[Part]:
    left = [root]
    while left:
        part = left.pop()
        yield part
        left.extend(part.children)
