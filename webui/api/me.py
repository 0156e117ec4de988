"""`me`: the caller, his preferences and his own address."""

from __future__ import annotations

from typing import Final, Literal

from pydantic import ConfigDict

from accounts.policies import UserPreferences
from accounts.users import UserView, change_preferences, get_user, personal_address
from accounts.viewer import Role
from webui.api.operation import Operations
from webui.api.shape import Change, Line, unset
from webui.call import Call
from webui.offering import offer_after_preferences

operations: Final = Operations()
Sharing = Literal["private", "team", "shared"]


class Me(UserPreferences):
    """The caller; `sharing_default.smtp` covers composed mail, `.imap` uploads."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    id: str
    email: str
    name: str
    role: Role
    personal_bcc_address: str


class SharingDefaultChange(Change):
    """Sharing of new copies."""

    smtp: Sharing = unset()
    imap: Sharing = unset()


class MeChange(Change):
    """What one changes about oneself."""

    name: Line = unset()
    language: Literal["en", "nb", "de", "es"] = unset()
    time_zone: Line = unset()
    sharing_default: SharingDefaultChange = unset()
    deal_linking: Literal["automatic", "manual"] = unset()
    notices: Literal["problems", "all", "none"] = unset()
    mailto: Literal["here", "system"] = unset()
    forwards_here: bool = unset()
    keyboard: Literal["on", "off"] = unset()
    theme: Literal["system", "light", "dark"] = unset()


@operations.add("GET", "/me", "Read oneself", answer=Me)
def get_me(call: Call) -> Me:
    """Answer the caller."""
    return _shown(call, get_user(call.session, call.viewer.company_id, call.viewer.user_id))


@operations.add("PATCH", "/me", "Change one's own name and preferences", body=MeChange, answer=Me, for_readers=True)
def patch_me(call: Call, change: MeChange) -> Me:
    """Change what is named."""
    changes = change.named()
    user = change_preferences(call.session, call.viewer, changes)
    offer_after_preferences(call, changes)
    return _shown(call, user)


def _shown(call: Call, user: UserView) -> Me:
    return Me(
        id=call.seal("user", user.id),
        email=user.email,
        name=user.name,
        role=user.role,
        personal_bcc_address=personal_address(call.session, user.company_id, user.id),
        **user.preferences.model_dump(),
    )
