"""Recovery codes: ten that stand for a lost authenticator, each once; shown once, kept as keyed hashes."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import Session

from accounts.addresses import ALPHABET
from db.ids import new_id
from db.models import RecoveryCode
from net.sealed import Keys

COUNT: Final = 10
GROUPS: Final = 3
GROUP_LETTERS: Final = 4
"""Twelve letters of 31 carry 59 bits, and the key of their hash stands in no database."""


def replace_codes(session: Session, keys: Keys, company_id: int, user_id: int, now: datetime) -> tuple[str, ...]:
    """Make new codes, end the earlier ones, and answer their texts, which nothing can show again."""
    remove_codes(session, company_id, user_id)
    codes = tuple(_new_code() for _ in range(COUNT))
    rows = [
        {
            "company_id": company_id,
            "id": new_id(session),
            "user_id": user_id,
            "code_hash": _hash(keys, company_id, user_id, code),
            "created_at": now,
        }
        for code in codes
    ]
    session.execute(insert(RecoveryCode), rows)
    return codes


def use_code(session: Session, keys: Keys, company_id: int, user_id: int, code: str, now: datetime) -> bool:
    """Tell whether this is a code that was not used yet; it is used now."""
    marked = session.execute(
        update(RecoveryCode)
        .where(
            RecoveryCode.company_id == company_id,
            RecoveryCode.user_id == user_id,
            RecoveryCode.code_hash == _hash(keys, company_id, user_id, code),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(RecoveryCode.id)
    )
    return marked.first() is not None


def count_codes(session: Session, company_id: int, user_id: int) -> int:
    """Answer how many codes are left."""
    query = select(func.count()).where(
        RecoveryCode.company_id == company_id, RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(query) or 0


def remove_codes(session: Session, company_id: int, user_id: int) -> None:
    """End all codes of a user."""
    session.execute(delete(RecoveryCode).where(RecoveryCode.company_id == company_id, RecoveryCode.user_id == user_id))


def _new_code() -> str:
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(GROUP_LETTERS)) for _ in range(GROUPS))
    return "-".join(groups)


def _hash(keys: Keys, company_id: int, user_id: int, code: str) -> str:
    letters = "".join(letter for letter in code.lower() if letter in ALPHABET)
    message = f"{company_id}:{user_id}:{letters}".encode()
    return hmac.new(keys.derive("recovery-codes"), message, hashlib.sha256).hexdigest()
