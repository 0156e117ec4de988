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
    `peer` is an IP address in text form, "" where there was none or it is not known.

    `relay`: the trusted mail server that handed the mail over, "" where the client came itself;
    `peer` and `helo` are then what it told of the client. `authserv_id`: whose Authentication-Results
    count for this mail, "" for nobody's (RFC 8601 §2.5). `submitted_by`: the user who signed in on the
    submission port (RFC 6409), None on all others.
    """

    reverse_path: str | None
    forward_paths: tuple[str, ...]
    helo: str
    peer: str
    tls: bool
    received_at: datetime
    relay: str = ""
    authserv_id: str = ""
    submitted_by: int | None = None
