"""`users`, for admins: without preferences, which are each user's own."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated, Final

from pydantic import StringConstraints

from accounts.invites import make_invite
from accounts.users import UserState, UserView, add_user, change_user, get_user, list_users
from accounts.viewer import Role
from webui.api.operation import Operations
from webui.api.shape import Answered, Asked, Change, Line, Listed, Moment, Page, unset
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


@operations.add("GET", "/users", "List the users", query=Page, answer=Listed[User], admin=True)
def list_all_users(call: Call, page: Page) -> Listed[User]:
    """Answer the newest first."""
    company_id = call.viewer.company_id
    found = paged(
        call, page, lambda limit, before: list_users(call.session, company_id, limit, before), lambda row: row.id
    )
    return Listed[User](data=[_shown(call, row) for row in found.rows], next_cursor=seal_cursor(call, found.next))


@operations.add("GET", "/users/{user}", "Read one user", answer=User, admin=True)
def get_one_user(call: Call, user_id: int) -> User:
    """Answer one."""
    return _shown(call, get_user(call.session, call.viewer.company_id, user_id))


@operations.add("POST", "/users", "Add a user", body=UserNew, answer=UserMade, status=HTTPStatus.CREATED, admin=True)
def post_user(call: Call, new: UserNew) -> UserMade:
    """Add a user and answer the link on which he sets his password."""
    domain = call.backend.settings.mail_domain[0]
    company_id = call.viewer.company_id
    made = add_user(call.session, company_id, new.email, new.name, new.role, call.now, domain, by=call.viewer)
    secret = make_invite(call.session, made.viewer, call.now)
    shown = _shown(call, get_user(call.session, company_id, made.user_id))
    return UserMade(**shown.model_dump(), invite_url=f"{call.backend.settings.base_url.rstrip('/')}/invite/{secret}")


@operations.add(
    "PATCH", "/users/{user}", "Change a user's name, role or state", body=UserChange, answer=User, admin=True
)
def patch_user(call: Call, change: UserChange, user_id: int) -> User:
    """Change what is named."""
    return _shown(call, change_user(call.session, call.viewer, user_id, change.named(), call.now))


def _shown(call: Call, user: UserView) -> User:
    return User(
        id=call.seal("user", user.id),
        email=user.email,
        name=user.name,
        role=user.role,
        state=user.state,
        created_at=user.created_at,
    )
