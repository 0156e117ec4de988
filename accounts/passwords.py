"""Passwords: argon2id; checking an unknown user costs what checking a known one costs (SECURITY W5).

Hashing takes tens of milliseconds on purpose: never call it inside a write transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Final

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from accounts.guessable import is_guessable
from accounts.refusals import Invalid
from db.models import User
from languages.speech import _, marked

SHORTEST: Final = 8
LONGEST: Final = 1024
"""Characters; argon2 takes more, but nobody should make us hash a megabyte."""
GUESSABLE: Final = marked("this password is too easy to guess: take a few words that do not belong together")
HASHER: Final = PasswordHasher()
"""RFC 9106 §4, the second recommended choice (64 MiB, three passes)."""


def check_password(password: object) -> str:
    """Answer a password that may be set by whoever runs the installation; raise Invalid."""
    if not isinstance(password, str) or len(password) < SHORTEST:
        raise Invalid({"password": _("a password has at least {shortest} characters").format(shortest=SHORTEST)})
    if len(password) > LONGEST:
        raise Invalid({"password": _("a password has at most {longest} characters").format(longest=LONGEST)})
    if len(set(password)) < 3:
        raise Invalid({"password": _(GUESSABLE)})
    return password


def check_chosen_password(password: object, about: Iterable[str]) -> str:
    """Answer a password that somebody may choose on a page; raise Invalid for one that would be tried early.

    `about` are words about the user, none of which will do: address, name, company.
    """
    checked = check_password(password)
    if is_guessable(checked, about):
        raise Invalid({"password": _(GUESSABLE)})
    return checked


def hash_password(password: str) -> str:
    """Answer the hash to keep; raise Invalid where the password may not be set."""
    return HASHER.hash(check_password(password).encode("utf-8", "surrogatepass"))


def matches(password_hash: str | None, password: str, hasher: PasswordHasher = HASHER) -> bool:
    """Tell whether the password is right; without a hash it takes as long and answers no."""
    given = password[:LONGEST].encode("utf-8", "surrogatepass")
    try:
        right = hasher.verify(password_hash or _hash_of_nobody(), given)
    except (VerificationError, InvalidHashError):
        return False
    return right and password_hash is not None and len(password) <= LONGEST


def set_password_hash(session: Session, company_id: int, user_id: int, password_hash: str) -> None:
    """Write a hash that `hash_password` made before the transaction."""
    session.execute(
        update(User).where(User.company_id == company_id, User.id == user_id).values(password_hash=password_hash)
    )


def has_password(session: Session, company_id: int, user_id: int) -> bool:
    """Tell whether a user has chosen a password."""
    query = select(User.password_hash).where(User.company_id == company_id, User.id == user_id)
    return session.scalar(query) is not None


@cache
def _hash_of_nobody() -> str:
    return HASHER.hash(b"the password of nobody")
