"""App passwords: with one a mail program hands mail over as its user, and can do nothing else (RFC 6409).

Who signs in with one is asked for no second step, so it is made by chance, long, and good for nothing but that.
"""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from accounts.addresses import ALPHABET
from accounts.audit import record_event
from accounts.program_keys import KeyView, Principal, find_principal, list_keys, make_key, note_use, revoke_key
from accounts.refusals import Forbidden
from accounts.secret import TokenKind
from accounts.throttle import Throttled, begin_try, give_back, login_limits
from accounts.viewer import Role, Viewer
from db.models import AppPassword, User
from db.session import Database
from languages.speech import _
from mail.address import address_key

GROUPS: Final = 5
GROUP_LETTERS: Final = 5
"""25 letters of 31 carry 123.8 bits: nobody guesses one, so a plain hash is enough to keep it."""
_BETWEEN: Final = re.compile(r"[\s-]+")


def make_app_password(session: Session, user: Viewer, name: str, now: datetime) -> str:
    """Make a password and answer it in groups, as nothing can show it again; raise Invalid, Forbidden."""
    if user.role is Role.READ_ONLY:
        raise Forbidden(_("You may read, not send."))  # RULES R11
    groups = ["".join(secrets.choice(ALPHABET) for letter in range(GROUP_LETTERS)) for group in range(GROUPS)]
    made_id = make_key(session, AppPassword, TokenKind.APP, "".join(groups), user, name, now)
    record_event(session, user.company_id, user.user_id, "app_password.add", now=now, target=("app_password", made_id))
    return "-".join(groups)


def sign_program_in(database: Database, login: str, password: str, peer: str) -> Viewer | Throttled | None:
    """Answer whom a program acts for by login address and app password; None for any that do not belong together.

    Counted like a sign-in with a browser: tries from one network, and for one account, run out.
    """
    key = address_key(login.strip())
    limits = login_limits(f"app {key}", peer)
    tried_at = begin_try(database, limits)
    if isinstance(tried_at, Throttled):
        return tried_at
    with database.read() as session:
        found = _find(session, key, password)
        now = database.now(session)
    if found is None:
        return None
    with database.write() as session:
        give_back(session, limits, tried_at)
        if found.is_use_due(now):
            note_use(session, AppPassword, found, now)
    return found.viewer


def list_app_passwords(session: Session, viewer: Viewer) -> tuple[KeyView, ...]:
    """Answer one's own working passwords, the newest first."""
    return list_keys(session, AppPassword, viewer)


def revoke_app_password(session: Session, viewer: Viewer, password_id: int, now: datetime) -> None:
    """End one of one's own; raise Missing."""
    revoke_key(session, AppPassword, viewer, password_id, now)
    target = ("app_password", password_id)
    record_event(session, viewer.company_id, viewer.user_id, "app_password.revoke", now=now, target=target)


def _find(session: Session, email_key: str, password: str) -> Principal | None:
    if not email_key.isprintable():  # NUL or half a surrogate: no database takes it
        return None
    secret = _BETWEEN.sub("", password).lower()
    belongs = (User.email_key == email_key, User.role != Role.READ_ONLY)
    return find_principal(session, AppPassword, TokenKind.APP, secret, *belongs)
