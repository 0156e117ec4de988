"""`users`, for admins: without preferences, which are each user's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from pydantic import StringConstraints

from accounts.invites import make_invite
from accounts.leaving import LeaverView, find_leavers
from accounts.user_change import change_user
from accounts.users import UserState, UserView, add_user, get_user, list_users
from accounts.viewer import Role
from webui.api.operation import Operations
from webui.api.references import number_of
from webui.api.shape import Answered, Asked, Change, Line, Listed, Moment, Page, Sealed, unset
from webui.call import Call
from webui.cursor import paged, seal_cursor

operations: Final = Operations()
Email = Annotated[str, StringConstraints(strip_whitespace=True, min_length=3, max_length=320)]


class User(Answered):
    """A user as admins see him."""

    id: str
    email: str
    name: str
    role: Role
    state: UserState
    created_at: Moment
    successor_id: str | None
    """Who follows a user who has left."""


class UserMade(User):
    """A new user; `invite_url` opens a form to set a password, once."""

    invite_url: str


class UserNew(Asked):
    """Whom to add."""

    email: Email
    name: Line
    role: Role = Role.MEMBER


class UserChange(Change):
    """What an admin changes."""

    name: Line = unset()
    role: Role = unset()
    state: UserState = unset()
    successor_id: Sealed | None = unset()
    """With `state` deactivated: who gets what the user shared, and holds what still comes for him."""


@operations.add("GET", "/users", "List the users", query=Page, answer=Listed[User], admin=True)
def list_all_users(call: Call, page: Page) -> Listed[User]:
    """Answer the newest first."""
    company_id = call.viewer.company_id
    found = paged(
        call, page, lambda limit, before: list_users(call.session, company_id, limit, before), lambda row: row.id
    )
    left = find_leavers(call.session, company_id, [row.id for row in found.rows])
    data = [_shown(call, row, left.get(row.id)) for row in found.rows]
    return Listed[User](data=data, next_cursor=seal_cursor(call, found.next))


@operations.add("GET", "/users/{user}", "Read one user", answer=User, admin=True)
def get_one_user(call: Call, user_id: int) -> User:
    """Answer one."""
    return _with_successor(call, get_user(call.session, call.viewer.company_id, user_id))


@operations.add("POST", "/users", "Add a user", body=UserNew, answer=UserMade, status=HTTPStatus.CREATED, admin=True)
def post_user(call: Call, new: UserNew) -> UserMade:
    """Add a user and answer the link on which he sets his password."""
    domain = call.backend.settings.mail_domain[0]
    company_id = call.viewer.company_id
    made = add_user(call.session, company_id, new.email, new.name, new.role, call.now, domain, by=call.viewer)
    secret = make_invite(call.session, made.viewer, call.now, by=call.viewer)
    shown = _with_successor(call, get_user(call.session, company_id, made.user_id))
    return UserMade(**shown.model_dump(), invite_url=f"{call.backend.settings.base_url.rstrip('/')}/invite/{secret}")


@operations.add(
    "PATCH", "/users/{user}", "Change a user's name, role or state", body=UserChange, answer=User, admin=True
)
def patch_user(call: Call, change: UserChange, user_id: int) -> User:
    """Change what is named."""
    changes = change.named()
    if changes.get("successor_id") is not None:
        changes["successor_id"] = number_of(call, "user", changes["successor_id"])
    return _with_successor(call, change_user(call.session, call.viewer, user_id, changes, call.now))


def _with_successor(call: Call, user: UserView) -> User:
    return _shown(call, user, find_leavers(call.session, user.company_id, [user.id]).get(user.id))


def _shown(call: Call, user: UserView, leaver: LeaverView | None) -> User:
    return User(
        id=call.seal("user", user.id),
        email=user.email,
        name=user.name,
        role=user.role,
        state=user.state,
        created_at=user.created_at,
        successor_id=call.maybe_seal("user", leaver.successor_id if leaver else None),
    )
