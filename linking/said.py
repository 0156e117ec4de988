"""What a link says besides what it links: by whom, by which rule, and whether it was undone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from db.models import Link

SAID: Final = ("origin", "rule", "args", "created_by", "created_at", "undone_at", "undone_by")
TIMES: Final = ("created_at", "undone_at")


def said_by(link: Link) -> dict[str, Any]:
    """Answer all of it, for another link to say the same."""
    return {name: getattr(link, name) for name in SAID}


def to_kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """Answer it with times as text, which JSON can hold."""
    return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in said.items()}


def from_kept(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Answer it with times again."""
    return {
        name: datetime.fromisoformat(value) if name in TIMES and value is not None else value
        for name, value in kept.items()
    }
