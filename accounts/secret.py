"""Secrets that open something: shown once, kept as SHA-256 alone (SECURITY W4)."""

from __future__ import annotations

import hashlib
import secrets
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from db.models import DirectoryToken

SECRET_BYTES: Final = 32
"""256 bits: nobody guesses one, so a plain hash is enough to keep it."""


class TokenKind(StrEnum):
    """What a secret opens; a prefix of its own lets scanners find one that leaked."""

    API = "api"
    SESSION = "session"
    INVITE = "invite"
    OPERATOR = "operator"
    """An invitation that was made on the command line."""
    SETUP = "setup"
    APP = "app"
    CONFIRM = "confirm"


def new_secret(kind: TokenKind) -> str:
    """Make the text of a secret, safe in a URL and a header."""
    return f"sbcc_{kind}_{secrets.token_urlsafe(SECRET_BYTES)}"


def hash_secret(secret: str) -> str:
    """Answer the hex SHA-256 under which a secret is kept; takes any text."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def enter(session: Session, kind: TokenKind, company_id: int, target_id: int, secret: str) -> str:
    """Write the secret's hash into the directory and answer the hash."""
    token_hash = hash_secret(secret)
    session.execute(
        insert(DirectoryToken).values(token_hash=token_hash, kind=kind, company_id=company_id, target_id=target_id)
    )
    return token_hash


def remove(session: Session, company_id: int, token_hash: str) -> None:
    """Take a secret out of the directory: from now on it opens nothing."""
    session.execute(
        delete(DirectoryToken).where(DirectoryToken.company_id == company_id, DirectoryToken.token_hash == token_hash)
    )
