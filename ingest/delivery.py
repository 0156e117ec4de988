"""Delivery: a mail at the door, and the key under which the same delivery is the same row."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from ingest.inbound import Origin
from mail.address import address_key
from mail.envelope import Envelope
from mailauth.results import Proof


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """What comes in by any way; `owner_id` is whose upload it is, `proof` what was found at the door."""

    company_id: int
    envelope: Envelope
    raw: bytes
    origin: Origin
    owner_id: int | None = None
    proof: Proof | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """Where a delivery is kept; `is_new` is False where the same one came before."""

    inbound_id: int
    is_new: bool


def delivery_key(delivery: Delivery, sha256: str) -> str:
    """Answer the hex SHA-256 over what makes a delivery the same one (DESIGN 4).

    SMTP and LMTP: the set of recipients and the content. Upload and composed: the user and the content; of an upload
    line ends do not count, because the same mail has others in an .eml file and in an mbox.
    """
    if delivery.origin in ("smtp", "lmtp"):
        recipients = sorted({address_key(path) for path in delivery.envelope.forward_paths})
        parts: list[object] = ["recipients", recipients, sha256]
    elif delivery.origin == "upload":
        plain = delivery.raw.replace(b"\r\n", b"\n").rstrip(b"\n")
        parts = ["upload", delivery.owner_id, hashlib.sha256(plain).hexdigest()]
    else:
        parts = [delivery.origin, delivery.owner_id, sha256]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()
