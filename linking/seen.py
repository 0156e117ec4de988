"""Seen: a letter as it counts for one viewer's threads, through the copies by which he sees it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SeenCopy:
    """A copy through which the viewer sees a letter."""

    id: int
    bucket: int
    at: datetime
    own: bool
    deleted: bool
    shared: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A letter that a viewer sees, and its place in a thread; `copies` by id."""

    message_id: int
    bucket: int
    at: datetime
    deleted: bool
    copies: tuple[SeenCopy, ...]

    @property
    def first_copy(self) -> int:
        """Answer the id of the earliest copy."""
        return self.copies[0].id

    @property
    def is_shared(self) -> bool:
        """Tell whether he sees it through a copy that is shared with the company."""
        return any(one.shared for one in self.copies)

    @property
    def acted_through(self) -> SeenCopy:
        """Answer the copy for which a choice of his is: his own before a colleague's, a shared one before others."""
        return min(self.copies, key=lambda one: (not one.own, not one.shared, one.id))


def seen_through(message_id: int, copies: Sequence[SeenCopy]) -> Seen:
    """Answer a letter by the copies, by id, through which a viewer sees it."""
    # What one deleted oneself is not shown again through a colleague's copy.
    counting = [one for one in copies if one.own] or copies
    first = copies[0]
    return Seen(
        message_id=message_id,
        bucket=first.bucket,
        at=first.at,
        deleted=all(one.deleted for one in counting),
        copies=tuple(copies),
    )
