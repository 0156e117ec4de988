"""What a new user gets at creation, and never again: an API token, and a link or a password."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from sqlalchemy.orm import Session

from accounts.invites import make_invite
from accounts.passwords import hash_password, set_password_hash
from accounts.tokens import make_api_token
from accounts.viewer import Viewer
from cli.problem import Problem


def password_hash_from(file: Path | None) -> str | None:
    """Hash the first line of a password file; None without a file. Raise Invalid where it may not be set."""
    if file is None:
        return None
    try:
        lines = file.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as wrong:
        raise Problem(f"the password file cannot be read: {wrong}") from None
    return hash_password(lines[0] if lines else "")


def welcome(
    session: Session, user: Viewer, password_hash: str | None, base_url: str, now: datetime
) -> dict[str, str | None]:
    """Answer `api_token` and `invite_url` (None where a password was given)."""
    token = make_api_token(session, user, "command line", now)
    if password_hash is not None:
        set_password_hash(session, user.company_id, user.user_id, password_hash)
        return {"api_token": token, "invite_url": None}
    invite = make_invite(session, user, now)
    return {"api_token": token, "invite_url": f"{base_url.rstrip('/')}/invite/{invite}"}
