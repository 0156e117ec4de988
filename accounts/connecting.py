"""Connecting: a provider vouches for an address whose user has a way in of his own, so he has to show that he agrees.

    vouched for > connected   once the same browser signed in as that user, by password or passkey
    vouched for > nothing     after ten minutes, or when somebody else signs in

What an admin's provider says would otherwise open what is private to a user (RULES R31). One browser keeps it, sealed.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import insert, or_, select
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.invites import end_invites
from accounts.only_way import only_way
from accounts.sign_in_providers import get_provider
from accounts.viewer import Viewer
from db.ids import new_id
from db.models import SignInSubject
from net.sealed import CannotUnseal, Keys

LIFETIME: Final = timedelta(minutes=10)
PLACE: Final = "oidc:connecting:cookie"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connecting:
    """Which account is to be connected with whom; `label` names the provider and its host.

    `issuer_digest` because a cookie holds no long address.
    """

    company_id: int
    provider_id: int
    user_id: int
    label: str
    issuer_digest: str
    subject: str
    at: datetime

    def is_for(self, viewer: Viewer) -> bool:
        """Tell whether it is this user who has to agree."""
        return (self.company_id, self.user_id) == (viewer.company_id, viewer.user_id)

    def sealed(self, keys: Keys) -> str:
        """Answer what the browser keeps: it can read and change nothing of it."""
        content = [self.company_id, self.provider_id, self.user_id, self.label, self.issuer_digest, self.subject]
        return keys.seal(json.dumps([*content, self.at.timestamp()], ensure_ascii=False).encode(), PLACE)


def open_connecting(keys: Keys, kept: object, now: datetime) -> Connecting | None:
    """Answer what a browser kept; None for anything that is not ours or is too old."""
    if not isinstance(kept, str):
        return None
    try:
        company_id, provider_id, user_id, label, issuer_digest, subject, at = json.loads(keys.unseal(kept, PLACE))
    except CannotUnseal:
        return None
    found = Connecting(
        company_id=company_id,
        provider_id=provider_id,
        user_id=user_id,
        label=label,
        issuer_digest=issuer_digest,
        subject=subject,
        at=datetime.fromtimestamp(at, UTC),
    )
    return found if found.at <= now < found.at + LIFETIME else None


def connect(session: Session, connecting: Connecting, viewer: Viewer, now: datetime) -> bool:
    """Bind the account to the user who has just signed in; tell no where it is not his, or the provider changed."""
    provider = get_provider(session, viewer.company_id)
    if provider is None or not connecting.is_for(viewer) or provider.id != connecting.provider_id:
        return False
    issuer = provider.decided.issuer
    if not provider.decided.active or issuer_digest(issuer) != connecting.issuer_digest:
        return False
    taken = select(SignInSubject.id).where(
        SignInSubject.company_id == viewer.company_id,
        SignInSubject.issuer == issuer,
        or_(SignInSubject.subject == connecting.subject, SignInSubject.user_id == viewer.user_id),
    )
    if session.scalar(taken.limit(1)) is not None:
        return False
    bind(session, viewer.company_id, viewer.user_id, issuer, connecting.subject, now)
    return True


def bind(session: Session, company_id: int, user_id: int, issuer: str, subject: str, now: datetime) -> None:
    """Write that an account at a provider is this user's; links for a password end. The caller tells him by mail."""
    row = {"user_id": user_id, "issuer": issuer, "subject": subject, "bound_at": now, "last_used_at": now}
    session.execute(insert(SignInSubject).values(company_id=company_id, id=new_id(session), **row))
    end_invites(session, company_id, user_id, now)
    record_event(session, company_id, user_id, "user.sign_in.bind", now=now, target=("user", user_id))


def where_else(session: Session, viewer: Viewer, connecting: Connecting | None) -> str:
    """Answer at which provider alone this user signs in, "" where he may here: he has just come from there, or may."""
    return "" if connecting is not None and connecting.is_for(viewer) else only_way(session, viewer)


def issuer_digest(issuer: str) -> str:
    """Answer a short word for an issuer."""
    return hashlib.sha256(issuer.encode()).hexdigest()
