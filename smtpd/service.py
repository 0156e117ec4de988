"""A service: what one listening socket offers to those who connect to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from ingest.inbound import Origin


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """What a receiver is made with.

    `hello`: the verbs that open a session. `implicit_tls`: the handshake comes before the greeting (RFC 8314).
    `requires_auth`: no mail without having signed in. `exempt`: no limit on connections of a network.
    `one_reply_each`: after the data a reply for every accepted RCPT (RFC 2033 §4.2).
    """

    name: Literal["smtp", "lmtp", "submission"]
    protocol: str = "ESMTP"
    hello: frozenset[str] = frozenset({"HELO", "EHLO"})
    origin: Origin = "smtp"
    implicit_tls: bool = False
    requires_auth: bool = False
    exempt: bool = False
    one_reply_each: bool = False


SMTP: Final = Service(name="smtp")
SUBMISSION: Final = Service(name="submission", requires_auth=True)
"""RFC 6409: TLS begins with STARTTLS."""
SUBMISSIONS: Final = Service(name="submission", requires_auth=True, implicit_tls=True)
"""RFC 8314 §3.3."""
LMTP: Final = Service(
    name="lmtp", protocol="LMTP", hello=frozenset({"LHLO"}), origin="lmtp", exempt=True, one_reply_each=True
)
"""RFC 2033: for mail servers in the neighbourhood, never on the open net."""
