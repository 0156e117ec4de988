"""Automatic mail: what the mail says of itself (RFC 3464, 3834, 2369, 2919)."""

from __future__ import annotations

from mail.message import Automatic
from mail.part import Part


def find_automatic(root: Part) -> Automatic | None:
    """Answer what kind of automatic mail this is, None for mail of a person."""
    return None
