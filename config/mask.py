"""Passwords in what people see: addresses and log lines are shown without them."""

from __future__ import annotations

import re
from typing import Final

MASK: Final = "***"
_USERINFO: Final = re.compile(r"(?<=://)[^/?#\s]*@")
_PASSWORD_PARAMETER: Final = re.compile(r"(?i)\b(\w*(?:password|secret|token|key)\w*=)[^&\s]*")


def masked(text: str) -> str:
    """Replace the userinfo of every URL in the text, and what its query names as a secret (RFC 3986 §3.2.1)."""
    return _PASSWORD_PARAMETER.sub(rf"\g<1>{MASK}", _USERINFO.sub(f"{MASK}@", text))
