"""What a replay finds different from what stands, and how to set it right (RULES R52)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import Executable
from sqlalchemy.orm import Session


class Result(StrEnum):
    """How a replay ends."""

    SAME = "same"
    CHANGED = "changed"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """`message_id` is the letter, None for the mail; `record` the record where the field is a link."""

    field: str
    before: Any
    after: Any
    rule: str | None = None
    message_id: int | None = None
    record: int | None = None


Act = Callable[[Session, datetime], None]


@dataclass(frozen=True, slots=True)
class Change:
    """A difference, and the statement or act that sets it right in a write transaction."""

    difference: Difference
    correction: Executable | Act

    def write(self, session: Session, now: datetime) -> None:
        """Set it right."""
        if isinstance(self.correction, Executable):
            session.execute(self.correction, execution_options={"synchronize_session": False})
        else:
            self.correction(session, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What became of a replay; `reason` says why it was impossible."""

    inbound_id: int
    result: Result
    differences: tuple[Difference, ...] = ()
    reason: str = ""
