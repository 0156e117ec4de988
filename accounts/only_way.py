"""The only way in: a company may have its users sign in at its provider alone; admins keep the glass to break."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.viewer import Viewer
from db.models import SignInProvider


def only_way(session: Session, viewer: Viewer) -> str:
    """Answer the name of the provider where this user has to sign in, "" where a password or passkey will do.

    An admin may always use his own: a provider that fails must not shut out whoever can turn it off.
    """
    return "" if viewer.is_admin else _label(session, viewer.company_id)


def is_only_way(session: Session, company_id: int) -> bool:
    """Tell whether the users of a company have no other way in than its provider."""
    return bool(_label(session, company_id))


def _label(session: Session, company_id: int) -> str:
    query = select(SignInProvider.label).where(
        SignInProvider.company_id == company_id, SignInProvider.active, SignInProvider.only_way
    )
    return session.scalar(query) or ""
