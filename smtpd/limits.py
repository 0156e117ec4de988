"""Limits of a session: those of the operator, and those that are ours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from config.settings import Settings

COMMAND_OCTETS: Final = 512
"""With its CR LF (RFC 5321 §4.5.3.1.4)."""
LONGER_COMMANDS: Final = {b"MAIL": 1000, b"RCPT": 1000, b"AUTH": 12_288}
"""Extensions lengthen MAIL and RCPT (RFC 5321 §4.5.3.1.4 with RFC 1870 and 6531), AUTH by RFC 4954 §4."""
LONGEST_COMMAND: Final = 12_288
ENDLESS_COMMAND: Final = 1 << 20
LINE_OCTETS: Final = 65_536
"""A line of text without its CR LF: real mail has lines over RFC 5321's 998."""
RECIPIENTS: Final = 100
"""RFC 5321 §4.5.3.1.8."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Octets and seconds; a session's limits hold for everybody."""

    message_octets: int = 26_214_400
    command_seconds: float = 60
    session_seconds: float = 1200
    greeting_delay: float = 0
    connections_per_network: int = 50
    connections: int = 1000
    """Of a process; nobody but a neighbour or a network that brought proved mail gets beyond."""
    stressed_connections: int = 800
    """From here on, or where mail under way takes most of the room, strangers have the shorter times."""
    stressed_seconds: float = 10
    unknown_recipients: int = 3
    bad_commands: int = 20
    idle_commands: int = 100
    data_grace_seconds: float = 60
    data_octets_per_second: float = 500
    stressed_octets_per_second: float = 20_000
    """Of a stranger's mail after `stressed_seconds`: a few drip-fed large ones hold all the room otherwise."""
    reply_seconds: float = 30
    """From the last dot to the reply (RULES R8)."""
    linger_seconds: float = 2
    """How long we still read after a closing reply, so that the client's next packet does not destroy it."""


def limits_of(settings: Settings) -> Limits:
    """Take from the settings what the operator may decide."""
    return Limits(
        message_octets=settings.message_size_limit,
        command_seconds=settings.command_seconds,
        session_seconds=settings.session_seconds,
        greeting_delay=settings.greeting_delay,
        connections_per_network=settings.limit_connections_per_network,
        unknown_recipients=settings.limit_rcpt_unknown_per_session,
    )
