"""Ways in: what of his own a user can sign in by, so that nobody is let in as him, and nobody is shut out unawares."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import Passkey, SignInProvider, SignInSubject, User


def has_own_way(session: Session, company_id: int, user_id: int) -> bool:
    """Tell whether a user has chosen a way in: then no admin makes him another (RULES R31).

    An account at a provider that is gone counts as well: an admin could have sent it away for that.
    """
    return _is_one(session, company_id, user_id, or_(*_proofs(), _bound()))


def can_prove(session: Session, company_id: int, user_id: int) -> bool:
    """Tell whether a user has a password or a passkey: what nobody but him can show."""
    return _is_one(session, company_id, user_id, or_(*_proofs()))


def is_let_in_by_provider(session: Session, viewer: Viewer) -> bool:
    """Tell whether the company's provider, as it is switched on now, lets a user in."""
    at_it = and_(SignInProvider.company_id == SignInSubject.company_id, SignInProvider.issuer == SignInSubject.issuer)
    found = (
        select(SignInSubject.id)
        .join(SignInProvider, at_it)
        .where(
            SignInSubject.company_id == viewer.company_id,
            SignInSubject.user_id == viewer.user_id,
            SignInProvider.active,
        )
    )
    return session.scalar(found.limit(1)) is not None


def count_shut_out(session: Session, company_id: int, issuer: str = "") -> int:
    """Count who signs in at providers alone, none of them this issuer: each needs a link of whoever runs the server."""
    there = _bound(SignInSubject.issuer == issuer)
    query = select(func.count()).where(
        User.company_id == company_id, User.state == "active", _bound(), ~there, *(~one for one in _proofs())
    )
    return session.scalar(query) or 0


def _is_one(session: Session, company_id: int, user_id: int, condition: Any) -> bool:
    query: Select[int] = select(User.id).where(User.company_id == company_id, User.id == user_id, condition)
    return session.scalar(query) is not None


def _proofs() -> tuple[Any, ...]:
    passkey = exists().where(Passkey.company_id == User.company_id, Passkey.user_id == User.id)
    return User.password_hash.is_not(None), passkey


def _bound(*conditions: Any) -> Any:
    return exists().where(SignInSubject.company_id == User.company_id, SignInSubject.user_id == User.id, *conditions)
