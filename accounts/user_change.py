"""What admins change about a user: name, role, state, and who follows one who leaves (RULES R11, R55)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from accounts.audit import record_event
from accounts.companies import check_name
from accounts.leaving import come_back, leave, name_successor
from accounts.program_keys import revoke_all_keys
from accounts.refusals import Conflict, Forbidden, Invalid
from accounts.sessions import revoke_all_sessions
from accounts.users import UserState, UserView, check_role, get_user, write_user
from accounts.viewer import Role, Viewer
from db.models import User
from languages.listing import either
from languages.speech import _

CHANGEABLE: Final = frozenset({"name", "role", "state", "successor_id"})


def change_user(session: Session, viewer: Viewer, user_id: int, changes: Mapping[str, Any], now: datetime) -> UserView:
    """Change name, role or state of a user; for admins. A company keeps one active admin.

    A deactivated user loses sessions, tokens and app passwords at once, and his addresses with his state;
    `successor_id` names who follows him. Raise Forbidden, Missing, Invalid, Conflict.
    """
    if not viewer.is_admin:
        raise Forbidden(_("Only an admin changes users."))
    user = get_user(session, viewer.company_id, user_id)
    values, successor_id = _checked(changes), changes.get("successor_id")
    _keep_an_admin(session, user, values)
    told = {**values, **({"successor": successor_id} if successor_id else {})}
    changed = write_user(session, user, values)
    _follow(session, user, changed, successor_id, now)
    record_event(
        session, viewer.company_id, viewer.user_id, "user.change", now=now, target=("user", user_id), args=told
    )
    return changed


def _follow(session: Session, before: UserView, after: UserView, successor_id: int | None, now: datetime) -> None:
    """Do what a change of state brings with it."""
    company_id, user_id = after.company_id, after.id
    match before.state, after.state:
        case UserState.ACTIVE, UserState.DEACTIVATED:
            revoke_all_sessions(session, company_id, user_id, now)
            revoke_all_keys(session, company_id, user_id, now)
            leave(session, company_id, user_id, successor_id, now)
        case UserState.DEACTIVATED, UserState.DEACTIVATED if successor_id is not None:
            name_successor(session, company_id, user_id, successor_id)
        case _ if successor_id is not None:
            raise Invalid({"successor_id": _("only a user who leaves has a successor")})
        case UserState.DEACTIVATED, UserState.ACTIVE:
            come_back(session, company_id, user_id)


def _checked(changes: Mapping[str, Any]) -> dict[str, Any]:
    unknown = {field: _("there is no such field") for field in changes if field not in CHANGEABLE}
    if unknown:
        raise Invalid(unknown)
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = check_name(changes["name"])
    if "role" in changes:
        values["role"] = check_role(changes["role"])
    if "state" in changes:
        values["state"] = _check_state(changes["state"])
    return values


def _check_state(state: object) -> UserState:
    try:
        return UserState(str(state))
    except ValueError:
        raise Invalid({"state": _("a state is one of {states}").format(states=either(list(UserState)))}) from None


def _keep_an_admin(session: Session, user: UserView, values: Mapping[str, object]) -> None:
    stays = values.get("role", user.role) is Role.ADMIN and values.get("state", user.state) is UserState.ACTIVE
    if stays or user.role is not Role.ADMIN or user.state is not UserState.ACTIVE:
        return
    admins = select(User.id).where(
        User.company_id == user.company_id, User.role == Role.ADMIN, User.state == UserState.ACTIVE
    )
    # Locked, so that of two admins who take each other's role at once the second finds himself the last.
    found = session.scalars(admins.order_by(User.id).with_for_update(key_share=True)).all()
    if set(found) <= {user.id}:
        raise Conflict(_("A company keeps one active admin."))
