"""After the dot of a submitted mail: From has to be an address of who signed in (SECURITY 4.3, O3)."""

from __future__ import annotations

from accounts.senders import Standing
from smtpd import replies
from smtpd.reply import Reply


def check_author(standing: Standing | None, user_id: int) -> Reply | None:
    """Refuse a From that is no address of this user or of a team of his; never mixed with the rules for strangers."""
    return None if standing is not None and standing.may_send(user_id) else replies.NOT_YOUR_ADDRESS
