"""Letters that nobody vouches for: kept apart from proved ones, and no evidence for them (RULES R9, SECURITY 4.8)."""

from __future__ import annotations

from typing import Final

from sqlalchemy import ColumnElement

from db.models import Message

WEAK_PREFIX: Final = "weak:"
"""Before fingerprint and digest of a weak letter, so that no proved witness ever has the same."""


def is_weak(fingerprint: str) -> bool:
    """Tell whether a letter is weak by its fingerprint."""
    return fingerprint.startswith(WEAK_PREFIX)


def of_weak_letter() -> ColumnElement[bool]:
    """Answer the condition of a weak letter's row."""
    return Message.fingerprint.startswith(WEAK_PREFIX)
