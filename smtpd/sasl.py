"""SASL as far as a mail program needs it: PLAIN (RFC 4616) and LOGIN (a draft that every program speaks).

A mechanism is a dialogue: it is given what the client says, decoded, and answers the next challenge or the
credentials. No sockets, no database.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

MECHANISMS: Final = ("PLAIN", "LOGIN")
CANCELLED: Final = b"*"
"""RFC 4954 §4: the client gives the dialogue up."""


class BadResponse(Exception):
    """What the client sent is no response of this mechanism."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client says it is and how it shows that; the password is never logged."""

    login: str
    password: str

    def __repr__(self) -> str:
        return "Credentials(…)"


@dataclass(frozen=True, slots=True)
class Challenge:
    """What the server says, before base64."""

    text: bytes


class Plain:
    """One response holds it all: authorization id, NUL, authentication id, NUL, password."""

    initial: Final = Challenge(b"")

    def respond(self, response: bytes) -> Challenge | Credentials:
        """Answer the credentials; raise BadResponse."""
        parts = response.split(b"\0")
        if len(parts) != 3:
            raise BadResponse
        acts_for, login, password = (_text(part) for part in parts)
        if not login or not password or acts_for not in ("", login):
            # Nobody acts for another here.
            raise BadResponse
        return Credentials(login, password)


class Login:
    """Two challenges, two responses."""

    initial: Final = Challenge(b"Username:")

    def __init__(self) -> None:
        self._login = ""

    def respond(self, response: bytes) -> Challenge | Credentials:
        """Answer the second challenge, then the credentials; raise BadResponse."""
        text = _text(response)
        if not text:
            raise BadResponse
        if not self._login:
            self._login = text
            return Challenge(b"Password:")
        return Credentials(self._login, text)


Mechanism = Plain | Login
_MAKERS: Final[dict[str, Callable[[], Mechanism]]] = {"PLAIN": Plain, "LOGIN": Login}


def mechanism_named(name: str) -> Mechanism | None:
    """Answer a new dialogue; None for a mechanism that we do not offer."""
    maker = _MAKERS.get(name.upper())
    return maker() if maker else None


def encode(challenge: Challenge) -> str:
    """Answer a challenge as it stands in a 334 reply."""
    return base64.b64encode(challenge.text).decode("ascii")


def decode(response: bytes) -> bytes:
    """Answer what a client's line says; raise BadResponse for what is no base64 (RFC 4648 §4)."""
    try:
        return base64.b64decode(response, validate=True)
    except (binascii.Error, ValueError):
        raise BadResponse from None


def _text(octets: bytes) -> str:
    try:
        text = octets.decode("utf-8")
    except UnicodeDecodeError:
        raise BadResponse from None
    if not text.isprintable():
        raise BadResponse
    return text
