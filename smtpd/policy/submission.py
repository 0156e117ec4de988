"""After the dot of a submitted mail: From has to be an address of who signed in (SECURITY 4.3, O3)."""

from __future__ import annotations

from accounts.senders import Standing
from smtpd import replies
from smtpd.reply import Reply


def check_author(standing: Standing | None, user_id: int) -> Reply | None:
    """Refuse a From that is not a confirmed address of this user; never mixed with the rules for strangers."""
    is_own = standing is not None and standing.approved and standing.user_id == user_id
    return None if is_own else replies.NOT_YOUR_ADDRESS
