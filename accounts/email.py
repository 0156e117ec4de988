"""What we take for the address of a person: strict, because it is typed once and kept."""

from __future__ import annotations

import re
from typing import Final

from accounts.companies import DOMAIN
from accounts.refusals import Invalid
from languages.speech import _
from mail.address import domain_of

ATEXT: Final = r"[\w!#$%&'*+/=?^`{|}~-]+"
"""RFC 5322 §3.2.3, and letters beyond ASCII (RFC 6532 §3.2)."""
DOT_ATOM: Final = re.compile(rf"{ATEXT}(?:\.{ATEXT})*")
LONGEST_LOCAL: Final = 64
"""RFC 5321 §4.5.3.1.1."""


def check_email(email: object, field: str = "email") -> str:
    """Answer an addr-spec without spaces around it; raise Invalid."""
    plain = email.strip() if isinstance(email, str) else ""
    local = plain.rpartition("@")[0]
    fits = DOT_ATOM.fullmatch(local) is not None and len(local.encode()) <= LONGEST_LOCAL
    if not fits or not DOMAIN.fullmatch(domain_of(plain)):
        raise Invalid({field: _("{address} is not an e-mail address").format(address=str(email)[:100])})
    return plain
