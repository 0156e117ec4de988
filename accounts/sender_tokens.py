"""The two secrets of a mail that asks to confirm an address: a link, and a code to type (RULES R10, SECURITY W4).

    (made) > used       its owner confirmed with it, once
    (made) > replaced   a later mail was asked for, or the address came to an end
    (made) > expired    after 24 hours

Both are bound to the address and to whose it is to be, for they name one row of the list. The link carries 256 bits,
so a plain hash keeps it; the code has eight digits, so its hash has a key, and five tries end it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, insert, select, update
from sqlalchemy.orm import Session

from accounts.secret import TokenKind, enter, hash_secret, new_secret
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import DirectoryToken, SenderToken

LIFETIME: Final = timedelta(hours=24)
DIGITS: Final = 8
MOST_TRIES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenMade:
    """A new pair of secrets; nothing can show them again."""

    id: int
    secret: str = field(repr=False)
    code: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What is known of a pair of secrets."""

    company_id: int
    id: int
    sender_id: int
    asked_by: int
    tries_left: int
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    replaced_at: datetime | None

    def is_open(self, now: datetime) -> bool:
        """Tell whether it can still confirm."""
        return self.used_at is None and self.replaced_at is None and self.expires_at > now


class Tried(StrEnum):
    """What became of a code; `over`: too old, used, or tried too often."""

    RIGHT = "right"
    WRONG = "wrong"
    OVER = "over"


def make_token(session: Session, by: Viewer, sender_id: int, code_key: bytes, now: datetime) -> TokenMade:
    """Make a link and a code for an address; those of earlier mails end."""
    end_tokens(session, by.company_id, sender_id, now)
    secret, token_id = new_secret(TokenKind.CONFIRM), new_id(session)
    code = "".join(secrets.choice("0123456789") for _ in range(DIGITS))
    made = TokenMade(id=token_id, secret=secret, code=code, expires_at=now + LIFETIME)
    session.execute(
        insert(SenderToken).values(
            company_id=by.company_id,
            id=token_id,
            sender_id=sender_id,
            asked_by=by.user_id,
            token_hash=enter(session, TokenKind.CONFIRM, by.company_id, token_id, secret),
            code_hash=_hash_code(code_key, token_id, code),
            tries=0,
            created_at=now,
            expires_at=made.expires_at,
        )
    )
    return made


def find_token(session: Session, secret: str) -> Token | None:
    """Answer what a link is for, used and expired ones too; None for an unknown one. One look-up for all alike."""
    query = (
        select(SenderToken)
        .join(
            DirectoryToken,
            and_(DirectoryToken.company_id == SenderToken.company_id, DirectoryToken.target_id == SenderToken.id),
        )
        .where(DirectoryToken.token_hash == hash_secret(secret), DirectoryToken.kind == TokenKind.CONFIRM)
        .execution_options(populate_existing=True)
    )
    row = session.scalars(query).one_or_none()
    return _token(row) if row else None


def latest_tokens(session: Session, company_id: int, sender_ids: list[int]) -> dict[int, Token]:
    """Answer the token of the last mail to each of these addresses."""
    query = select(SenderToken).where(SenderToken.company_id == company_id, SenderToken.sender_id.in_(sender_ids))
    rows = session.scalars(query.order_by(SenderToken.id), execution_options={"populate_existing": True})
    return {row.sender_id: _token(row) for row in rows} if sender_ids else {}


def use_token(session: Session, token: Token, now: datetime) -> bool:
    """Use it up; False where it is not open, or somebody else was first."""
    this = SenderToken.company_id == token.company_id, SenderToken.id == token.id
    used = update(SenderToken).where(*this, *_open(now)).values(used_at=now).returning(SenderToken.id)
    return session.execute(used.execution_options(synchronize_session=False)).first() is not None


def try_code(
    session: Session, company_id: int, sender_id: int, code: str, code_key: bytes, now: datetime
) -> tuple[Tried, int]:
    """Count a try before the code is looked at, and use the token up where it is right; answer what is left too.

    The caller commits whatever comes out, or the try would not be counted.
    """
    counted = (
        update(SenderToken)
        .where(
            SenderToken.company_id == company_id,
            SenderToken.sender_id == sender_id,
            SenderToken.tries < MOST_TRIES,
            *_open(now),
        )
        .values(tries=SenderToken.tries + 1)
        .returning(SenderToken.id, SenderToken.code_hash, SenderToken.tries)
        .execution_options(synchronize_session=False)
    )
    row = session.execute(counted).first()
    if row is None:
        return Tried.OVER, 0
    typed = "".join(char for char in code if char.isascii() and char.isdigit())
    if not hmac.compare_digest(row.code_hash, _hash_code(code_key, row.id, typed)):
        left = MOST_TRIES - row.tries
        return (Tried.WRONG if left else Tried.OVER), left
    this = SenderToken.company_id == company_id, SenderToken.id == row.id
    session.execute(update(SenderToken).where(*this).values(used_at=now))
    return Tried.RIGHT, 0


def end_tokens(session: Session, company_id: int, sender_id: int, now: datetime) -> None:
    """Make what earlier mails carried void."""
    this = SenderToken.company_id == company_id, SenderToken.sender_id == sender_id
    unused = SenderToken.used_at.is_(None), SenderToken.replaced_at.is_(None)
    session.execute(update(SenderToken).where(*this, *unused).values(replaced_at=now))


def _open(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return SenderToken.used_at.is_(None), SenderToken.replaced_at.is_(None), SenderToken.expires_at > now


def _token(row: SenderToken) -> Token:
    return Token(
        company_id=row.company_id,
        id=row.id,
        sender_id=row.sender_id,
        asked_by=row.asked_by,
        tries_left=max(0, MOST_TRIES - row.tries),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        replaced_at=row.replaced_at,
    )


def _hash_code(key: bytes, token_id: int, code: str) -> str:
    return hmac.new(key, f"{token_id} {code}".encode(), hashlib.sha256).hexdigest()
