"""Invitations: a single-use link on which a user sets a password."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import and_, insert, select, update
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.passwords import set_password_hash
from accounts.refusals import Conflict
from accounts.secret import TokenKind, enter, hash_secret, new_secret
from accounts.sessions import revoke_all_sessions
from accounts.viewer import Role, Viewer
from accounts.ways_in import has_own_way
from db.ids import new_id
from db.models import DirectoryToken, Invite, User
from languages.speech import _

LIFETIME: Final = timedelta(days=7)
KINDS: Final = (TokenKind.INVITE, TokenKind.OPERATOR)


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """Whom an invitation is for; `open` is whether it can still be used."""

    viewer: Viewer
    invite_id: int
    email: str
    name: str
    open: bool


def make_invite(session: Session, user: Viewer, now: datetime, *, by: Viewer | None = None) -> str:
    """Make an invitation and answer its secret; earlier ones of this user end. `by` None is the command line.

    Raise Conflict where an admin asks for one of a user who has a way in of his own: with it he would read
    what is private to that user (RULES R31).
    """
    if by is not None and has_own_way(session, user.company_id, user.user_id):
        raise Conflict(_("This user has a way in already, and a new link would let you in as them."))
    end_invites(session, user.company_id, user.user_id, now)
    kind = TokenKind.INVITE if by else TokenKind.OPERATOR
    secret, invite_id = new_secret(kind), new_id(session)
    token_hash = enter(session, kind, user.company_id, invite_id, secret)
    session.execute(
        insert(Invite).values(
            company_id=user.company_id,
            id=invite_id,
            user_id=user.user_id,
            token_hash=token_hash,
            created_at=now,
            expires_at=now + LIFETIME,
        )
    )
    actor = by.user_id if by else None
    record_event(session, user.company_id, actor, "user.invite", now=now, target=("user", user.user_id))
    return secret


def find_invite(session: Session, secret: str, now: datetime) -> Invitation | None:
    """Answer whom an invitation is for, used and expired ones too; None for an unknown one.

    One of an admin is not open any more once its user has another way in; one of the command line is.
    """
    query = (
        select(Invite, DirectoryToken.kind, User.email, User.name, User.role, User.state)
        .join(
            DirectoryToken,
            and_(DirectoryToken.company_id == Invite.company_id, DirectoryToken.target_id == Invite.id),
        )
        .join(User, and_(User.company_id == Invite.company_id, User.id == Invite.user_id))
        .where(DirectoryToken.token_hash == hash_secret(secret), DirectoryToken.kind.in_(KINDS))
    )
    row = session.execute(query).one_or_none()
    if row is None:
        return None
    invite, kind, email, name, role, state = row
    is_open = invite.used_at is None and invite.expires_at > now and state == "active"
    if is_open and kind == TokenKind.INVITE:
        is_open = not has_own_way(session, invite.company_id, invite.user_id)
    return Invitation(
        viewer=Viewer(invite.company_id, invite.user_id, Role(role)),
        invite_id=invite.id,
        email=email,
        name=name,
        open=is_open,
    )


def accept_invite(session: Session, secret: str, password_hash: str, now: datetime) -> Viewer | None:
    """Set the password and use the invitation up; None where it is not open. Other sessions end.

    Whoever comes second finds no row to mark and changes nothing.
    """
    invitation = find_invite(session, secret, now)
    if invitation is None or not invitation.open:
        return None
    user = invitation.viewer
    marked = session.execute(
        update(Invite)
        .where(
            Invite.company_id == user.company_id,
            Invite.id == invitation.invite_id,
            Invite.used_at.is_(None),
        )
        .values(used_at=now)
        .returning(Invite.id)
    )
    if marked.scalar() is None:
        return None
    set_password_hash(session, user.company_id, user.user_id, password_hash)
    revoke_all_sessions(session, user.company_id, user.user_id, now)
    record_event(session, user.company_id, user.user_id, "user.password", now=now, target=("user", user.user_id))
    return user


def end_invites(session: Session, company_id: int, user_id: int, now: datetime) -> None:
    """End every open invitation of a user: there is a newer one, or he has another way in."""
    session.execute(
        update(Invite)
        .where(Invite.company_id == company_id, Invite.user_id == user_id, Invite.used_at.is_(None))
        .values(used_at=now)
    )
