"""Inbound: one stored mail as the pipeline reads it; a value, loaded by the worker."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mail.envelope import Envelope
from mailauth.results import Proof

Origin = Literal["smtp", "lmtp", "imap", "upload", "composed"]
Cause = Literal["arrival", "release", "replay"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Inbound:
    """`owner_id`: whose upload or import it is, or whom a held mail belongs to.

    `released_by` is set when a person let a held mail in (RULES R10a); `cause` says why we think now.
    """

    company_id: int
    id: int
    origin: Origin
    owner_id: int | None
    envelope: Envelope
    raw: bytes
    sha256: str
    received_at: datetime
    proof: Proof | None
    released_by: int | None = None
    released_at: datetime | None = None
    cause: Cause = "arrival"
