"""Who is who at the provider: bound on first sign-in, and let go by an admin, so that another account can be bound."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, delete, select
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.refusals import Conflict, Forbidden, Missing
from accounts.viewer import Viewer
from accounts.ways_in import can_prove
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
    """Forget which account a user has there: his next sign-in connects anew, once he has shown who he is.

    Raise Forbidden, Missing, and Conflict where he has nothing to show: the next to come would be taken for him.
    """
    _must_be_admin(admin)
    this = SignInSubject.company_id == admin.company_id, SignInSubject.id == subject_id
    user_id = session.scalar(select(SignInSubject.user_id).where(*this))
    if user_id is None:
        raise Missing("account")
    if not can_prove(session, admin.company_id, user_id):
        raise Conflict(
            _(
                "This user has neither password nor passkey, so the next to sign in would be taken for them. "
                "Whoever runs the server can make them a link for a password first."
            )
        )
    session.execute(delete(SignInSubject).where(*this))
    about = ("user", user_id)
    record_event(session, admin.company_id, admin.user_id, "user.sign_in.release", now=now, target=about)


def _must_be_admin(viewer: Viewer) -> None:
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin decides how users sign in."))
