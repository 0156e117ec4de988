"""The envelope as JSON in the queue's row, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from mail.envelope import Envelope


def envelope_to_json(envelope: Envelope) -> dict[str, Any]:
    """Answer the envelope without its time, which has a column of its own; forward-paths keep their order."""
    return {
        "reverse_path": envelope.reverse_path,
        "forward_paths": list(envelope.forward_paths),
        "helo": envelope.helo,
        "peer": envelope.peer,
        "tls": envelope.tls,
        "relay": envelope.relay,
        "authserv_id": envelope.authserv_id,
        "submitted_by": envelope.submitted_by,
    }


def envelope_from_json(stored: Mapping[str, Any], received_at: datetime) -> Envelope:
    """Answer the envelope that `envelope_to_json` took."""
    return Envelope(
        reverse_path=stored["reverse_path"],
        forward_paths=tuple(stored["forward_paths"]),
        helo=stored["helo"],
        peer=stored["peer"],
        tls=stored["tls"],
        received_at=received_at,
        relay=stored["relay"],
        authserv_id=stored["authserv_id"],
        submitted_by=stored["submitted_by"],
    )
