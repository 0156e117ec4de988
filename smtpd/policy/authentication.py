"""At AUTH: where it may stand, and what it asks for (RFC 4954)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from smtpd import replies
from smtpd.reply import Reply
from smtpd.sasl import BadResponse, Mechanism, decode, mechanism_named

EMPTY: Final = "="
"""RFC 4954 §4: an initial response of no octets."""
MOST_FAILURES: Final = 3
"""Of one session; tries of one network and for one account are counted elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthFacts:
    """Where the session stands; `offered`: people sign in on this port."""

    offered: bool
    over_tls: bool
    greeted: bool
    signed_in: bool
    in_mail: bool


@dataclass(frozen=True, slots=True)
class AuthCommand:
    """The dialogue asked for; `initial` is what came with the command, None where nothing did."""

    mechanism: Mechanism
    initial: bytes | None


def read_auth(argument: str, facts: AuthFacts) -> AuthCommand | Reply:
    """Answer the dialogue to begin, or why we refuse."""
    if not facts.offered:
        return replies.NOT_IMPLEMENTED
    if not facts.over_tls:
        return replies.TLS_FIRST
    if not facts.greeted or facts.signed_in or facts.in_mail:
        return replies.BAD_SEQUENCE
    name, _, response = argument.partition(" ")
    mechanism = mechanism_named(name)
    if mechanism is None:
        return replies.UNKNOWN_MECHANISM if name else replies.BAD_ARGUMENT
    if not response:
        return AuthCommand(mechanism, None)
    try:
        return AuthCommand(mechanism, b"" if response == EMPTY else decode(response.encode("ascii", "replace")))
    except BadResponse:
        return replies.BAD_RESPONSE
