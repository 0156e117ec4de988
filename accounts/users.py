"""Users: who they are, what they may do, and what they prefer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Row, bindparam, insert, select, update
from sqlalchemy.orm import Session

from accounts.addresses import AddressKind, address_of, make_address, readable_prefix
from accounts.audit import record_event
from accounts.companies import check_name
from accounts.email import check_email
from accounts.policies import UserPreferences, changed
from accounts.refusals import Conflict, Forbidden, Invalid, Missing
from accounts.senders import add_approved
from accounts.viewer import Role, Viewer
from db.ids import new_id
from db.models import DirectoryLogin, User
from languages.listing import either
from languages.speech import _
from mail.address import address_key


class UserState(StrEnum):
    """Whether a user can do anything at all."""

    ACTIVE = "active"
    DEACTIVATED = "deactivated"


# Asked for every mail: made once, because making a statement takes longer than its answer.
_BY_ID: Final = select(
    User.company_id, User.id, User.email, User.name, User.role, User.state, User.preferences, User.created_at
).where(User.company_id == bindparam("company_id"), User.id == bindparam("user_id"))


@dataclass(frozen=True, slots=True, kw_only=True)
class UserMade:
    """A new user and the address for his own mail."""

    company_id: int
    user_id: int
    role: Role
    personal_bcc_address: str

    @property
    def viewer(self) -> Viewer:
        """Answer the new user as one who asks."""
        return Viewer(self.company_id, self.user_id, self.role)


@dataclass(frozen=True, slots=True, kw_only=True)
class UserView:
    """A user as he and his admins see him; preferences are shown to himself alone."""

    company_id: int
    id: int
    email: str
    name: str
    role: Role
    state: UserState
    preferences: UserPreferences
    created_at: datetime

    @property
    def viewer(self) -> Viewer:
        """Answer this user as one who asks."""
        return Viewer(self.company_id, self.id, self.role)


def add_user(
    session: Session,
    company_id: int,
    email: str,
    name: str,
    role: Role | str,
    now: datetime,
    mail_domain: str,
    *,
    by: Viewer | None = None,
) -> UserMade:
    """Add a user, his personal address and his login address as an approved sender (RULES R11).

    `by` is the admin who adds; None is the command line.

    Raise Invalid, Forbidden where `by` is no admin, and Conflict where the login address has a user already.
    """
    if by is not None and not by.is_admin:
        raise Forbidden(_("Only an admin adds users."))
    user = UserView(
        company_id=company_id,
        id=new_id(session),
        email=check_email(email),
        name=check_name(name),
        role=check_role(role),
        state=UserState.ACTIVE,
        preferences=UserPreferences(),
        created_at=now,
    )
    _write_new(session, user)
    add_approved(session, company_id, user.id, user.email, now)
    prefix = readable_prefix(user.email.partition("@")[0], "me")
    personal = make_address(session, company_id, AddressKind.PERSONAL, prefix, mail_domain, now, user_id=user.id)
    actor = by.user_id if by else None
    record_event(session, company_id, actor, "user.add", now=now, target=("user", user.id), args={"role": user.role})
    return UserMade(company_id=company_id, user_id=user.id, role=user.role, personal_bcc_address=personal)


def get_user(session: Session, company_id: int, user_id: int) -> UserView:
    """Answer a user of the company; raise Missing."""
    row = session.connection().execute(_BY_ID, {"company_id": company_id, "user_id": user_id}).first()
    if row is None:
        raise Missing("user")
    return _view(row)


def find_user(session: Session, email: str) -> UserView | None:
    """Answer the user of the installation who signs in with this address."""
    login = session.get(DirectoryLogin, address_key(email))
    return get_user(session, login.company_id, login.user_id) if login else None


def list_users(
    session: Session, company_id: int, limit: int = 200, before_id: int | None = None
) -> tuple[UserView, ...]:
    """Answer the company's users, the newest first."""
    query = select(User).where(User.company_id == company_id)
    if before_id is not None:
        query = query.where(User.id < before_id)
    return tuple(_view(row) for row in session.scalars(query.order_by(User.id.desc()).limit(limit)))


def personal_address(session: Session, company_id: int, user_id: int) -> str:
    """Answer the address for a user's own mail."""
    return address_of(session, company_id, user_id=user_id) or ""


def change_preferences(session: Session, viewer: Viewer, changes: Mapping[str, object]) -> UserView:
    """Change one's own name and preferences; raise Invalid."""
    rest = dict(changes)
    user = get_user(session, viewer.company_id, viewer.user_id)
    name = check_name(rest.pop("name")) if "name" in rest else user.name
    preferences = changed(user.preferences, rest).model_dump(mode="json")
    return write_user(session, user, {"name": name, "preferences": preferences})


def write_user(session: Session, user: UserView, values: Mapping[str, object]) -> UserView:
    """Write columns of a user and answer him anew; who may and what is right was checked before."""
    if values:
        session.execute(update(User).where(User.company_id == user.company_id, User.id == user.id).values(**values))
    return get_user(session, user.company_id, user.id)


def check_role(role: object) -> Role:
    """Answer the role; raise Invalid."""
    try:
        return Role(str(role))
    except ValueError:
        raise Invalid({"role": _("a role is one of {roles}").format(roles=either(list(Role)))}) from None


def _write_new(session: Session, user: UserView) -> None:
    """Write the user and the way to find him by login address; raise Conflict."""
    key = address_key(user.email)
    if session.get(DirectoryLogin, key) is not None:
        raise Conflict(_("This login address belongs to a user already."))
    values = {field.name: getattr(user, field.name) for field in fields(user)}
    values["preferences"] = user.preferences.model_dump(mode="json")
    session.execute(insert(User).values(**values, email_key=key, password_hash=None))
    session.execute(insert(DirectoryLogin).values(email_key=key, company_id=user.company_id, user_id=user.id))


def _view(row: User | Row[Any]) -> UserView:
    return UserView(
        company_id=row.company_id,
        id=row.id,
        email=row.email,
        name=row.name,
        role=Role(row.role),
        state=UserState(row.state),
        preferences=UserPreferences.model_validate(row.preferences),
        created_at=row.created_at,
    )
