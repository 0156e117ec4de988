"""Reserve spans of time for the ids of one process, in a transaction of their own."""

from __future__ import annotations

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from db.ids import BLOCK_MS, Block
from db.models.block import IdBlock


def reserve_block(session: Session, now: int, held: int | None) -> Block:
    """Reserve the next span of the number held, or of one that nobody has now; the caller commits."""
    row = session.execute(_own(held) if held is not None else _free(now)).first()
    if row is None:
        row = session.execute(_least_ahead()).one()
    start = max(row.reserved_until, now)
    session.execute(update(IdBlock).where(IdBlock.number == row.number).values(reserved_until=start + BLOCK_MS))
    return Block(number=row.number, start=start, end=start + BLOCK_MS)


def _own(number: int) -> Select[int, int]:
    return _columns().where(IdBlock.number == number).with_for_update()


def _free(now: int) -> Select[int, int]:
    # The one that rests the longest, so that a clock that steps back finds room.
    return (
        _columns()
        .where(IdBlock.reserved_until <= now)
        .order_by(IdBlock.reserved_until, IdBlock.number)
        .limit(1)
        .with_for_update(skip_locked=True)
    )


def _least_ahead() -> Select[int, int]:
    # A thousand processes began within a minute: ids run a little ahead of the clock.
    return _columns().order_by(IdBlock.reserved_until, IdBlock.number).limit(1).with_for_update()


def _columns() -> Select[int, int]:
    return select(IdBlock.number, IdBlock.reserved_until)
