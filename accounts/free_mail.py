"""Free-mail domains: they belong to nobody's company and to no organisation (RULES R20)."""

from __future__ import annotations

from importlib.resources import files
from typing import Final

FREE_MAIL_DOMAINS: Final = frozenset(files("accounts").joinpath("free_mail.txt").read_text("ascii").split())
"""Well-known ones, a line each in free_mail.txt."""


def is_free_mail(domain: str) -> bool:
    """Tell whether anybody can have a mailbox there; `domain` is lower case, A-label form."""
    return domain in FREE_MAIL_DOMAINS
