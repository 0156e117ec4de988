"""The envelope of a mail transaction (RFC 5321 §2.3.1) and the peer that gave it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

NULL_REVERSE_PATH: Final = ""
"""`MAIL FROM:<>` (RFC 5321 §4.5.5); an unknown reverse-path is None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """What a client said before DATA, and from where; `received_at` is aware UTC.

    `reverse_path` is None where it is unknown (an uploaded file), NULL_REVERSE_PATH for `<>`.
    `peer` is an IP address in text form, "" where there was none.
    """

    reverse_path: str | None
    forward_paths: tuple[str, ...]
    helo: str
    peer: str
    tls: bool
    received_at: datetime
