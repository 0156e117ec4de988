"""What a user gives to programs so that they act for him: API tokens and app passwords, each with a name.

Shown once, kept as a hash, listed and revoked by their user alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, insert, or_, select, update
from sqlalchemy.orm import Session

from accounts.refusals import Invalid
from accounts.revocation import revoke_all, revoke_one
from accounts.secret import TokenKind, enter, hash_secret
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import ApiToken, AppPassword, DirectoryToken, User
from languages.speech import _

LONGEST_NAME: Final = 100
MOST: Final = 50
"""Working keys of one kind of one user: more is a script that forgets what it made."""
NOTED_EVERY: Final = timedelta(hours=1)
"""The last use is written once an hour, not at every request."""
Table = type[ApiToken] | type[AppPassword]


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Whom a key acts for."""

    viewer: Viewer
    key_id: int
    last_used_at: datetime | None

    def is_use_due(self, now: datetime) -> bool:
        """Tell whether the last use is worth a write."""
        return self.last_used_at is None or now - self.last_used_at >= NOTED_EVERY


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyView:
    """A key in the list of its user; the secret itself was shown once."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


def check_key_name(name: str) -> str:
    """Answer the name that a key is to have; raise Invalid."""
    plain = " ".join(name.split())
    if not plain or len(plain) > LONGEST_NAME or not plain.isprintable():
        raise Invalid({"name": _("a name has 1 to {longest_name} characters").format(longest_name=LONGEST_NAME)})
    return plain


def make_key(
    session: Session, table: Table, kind: TokenKind, secret: str, user: Viewer, name: str, now: datetime
) -> int:
    """Keep the hash of a new secret and answer the key's id; raise Invalid."""
    plain = check_key_name(name)
    if len(list_keys(session, table, user)) >= MOST:
        raise Invalid({"name": _("you have {most} already: revoke one first").format(most=MOST)})
    key_id = new_id(session)
    token_hash = enter(session, kind, user.company_id, key_id, secret)
    session.execute(
        insert(table).values(
            company_id=user.company_id,
            id=key_id,
            user_id=user.user_id,
            token_hash=token_hash,
            name=plain,
            created_at=now,
        )
    )
    return key_id


def find_principal(
    session: Session, table: Table, kind: TokenKind, secret: str, *conditions: ColumnElement[bool]
) -> Principal | None:
    """Answer whom a secret acts for; None for an unknown or revoked one and for a deactivated user."""
    row = session.execute(_who(table, kind, secret).where(*conditions)).one_or_none()
    if row is None:
        return None
    key_id, last_used_at, company_id, user_id, role = row
    return Principal(viewer=Viewer(company_id, user_id, Role(role)), key_id=key_id, last_used_at=last_used_at)


def _who(table: Table, kind: TokenKind, secret: str) -> Select[int, datetime | None, int, int, str]:
    return (
        select(table.id, table.last_used_at, User.company_id, User.id, User.role)
        .join(
            DirectoryToken,
            and_(DirectoryToken.company_id == table.company_id, DirectoryToken.target_id == table.id),
        )
        .join(User, and_(User.company_id == table.company_id, User.id == table.user_id))
        .where(
            DirectoryToken.token_hash == hash_secret(secret),
            DirectoryToken.kind == kind,
            table.revoked_at.is_(None),
            User.state == "active",
        )
    )


def note_use(session: Session, table: Table, principal: Principal, now: datetime) -> None:
    """Write when a key was last used; cheap to call where `is_use_due` says so."""
    session.execute(
        update(table)
        .where(
            table.company_id == principal.viewer.company_id,
            table.id == principal.key_id,
            or_(table.last_used_at.is_(None), table.last_used_at < now),
        )
        .values(last_used_at=now)
    )


def list_keys(session: Session, table: Table, viewer: Viewer) -> tuple[KeyView, ...]:
    """Answer one's own working keys, the newest first."""
    query = select(table.id, table.name, table.created_at, table.last_used_at).where(
        table.company_id == viewer.company_id, table.user_id == viewer.user_id, table.revoked_at.is_(None)
    )
    rows = session.execute(query.order_by(table.id.desc()))
    return tuple(KeyView(id=one[0], name=one[1], created_at=one[2], last_used_at=one[3]) for one in rows)


def revoke_key(session: Session, table: Table, viewer: Viewer, key_id: int, now: datetime) -> None:
    """End one of one's own; raise Missing."""
    revoke_one(session, table, viewer, key_id, now)


def revoke_all_keys(session: Session, company_id: int, user_id: int, now: datetime) -> None:
    """End every key of a user, of both kinds."""
    for table in (ApiToken, AppPassword):
        revoke_all(session, table, company_id, user_id, now)
