"""Who is who at the provider: bound on first sign-in, and let go by an admin, so that another account can be bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Forbidden, Missing
from accounts.viewer import Viewer
from db.models import SignInSubject, User
from languages.speech import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectView:
    """A user and his account at a provider."""

    id: int
    user_id: int
    name: str
    email: str
    issuer: str
    bound_at: datetime
    last_used_at: datetime | None


def list_subjects(session: Session, admin: Viewer, limit: int = 200) -> tuple[SubjectView, ...]:
    """Answer who has signed in there, the newest first; raise Forbidden."""
    _must_be_admin(admin)
    rows = session.execute(
        select(SignInSubject, User.name, User.email)
        .join(User, and_(User.company_id == SignInSubject.company_id, User.id == SignInSubject.user_id))
        .where(SignInSubject.company_id == admin.company_id)
        .order_by(SignInSubject.id.desc())
        .limit(limit)
    )
    return tuple(
        SubjectView(
            id=row.id,
            user_id=row.user_id,
            name=name,
            email=email,
            issuer=row.issuer,
            bound_at=row.bound_at,
            last_used_at=row.last_used_at,
        )
        for row, name, email in rows
    )


def release_subject(session: Session, admin: Viewer, subject_id: int, now: datetime) -> None:
    """Forget which account a user has there: his next sign-in binds anew. Raise Forbidden, Missing."""
    _must_be_admin(admin)
    gone = session.execute(
        delete(SignInSubject)
        .where(SignInSubject.company_id == admin.company_id, SignInSubject.id == subject_id)
        .returning(SignInSubject.user_id)
    ).first()
    if gone is None:
        raise Missing("account")
    about = ("user", gone.user_id)
    record_event(session, admin.company_id, admin.user_id, "user.sign_in.release", now=now, target=about)


def _must_be_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin decides how users sign in."))
