"""Door: what the sessions of one process share."""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass, field

from smtpd.handler import Handler
from smtpd.neighbours import NOBODY, Neighbours
from smtpd.sessions import Sessions


@dataclass(slots=True)
class Door:
    """`domains`: those of our addresses, lower case, A-labels. `tls_context` None offers no STARTTLS.

    The certificate may be replaced while sessions last: each handshake takes the one of its time.
    """

    handler: Handler
    sessions: Sessions
    hostname: str
    domains: frozenset[str]
    tls_context: ssl.SSLContext | None = None
    neighbours: Neighbours = NOBODY
    loop: asyncio.AbstractEventLoop = field(default_factory=asyncio.get_running_loop)
