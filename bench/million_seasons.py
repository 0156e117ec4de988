"""Older mail of a large installation: the newest season over again, in the database itself.

To make millions of letters in Python takes an hour, to move rows back in time minutes. Texts come again with each
season; ids, msg-ids and digests are new, everything older was read, and half of it archived.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import Column, Integer

from bench.bulk import STAGED, Sink
from db.base import Base, UtcDateTime
from db.ids import MS_SHIFT

SEASONS: Final = 20
TABLES: Final = (
    "thread", "message", "message_address", "message_reference", "inbound_message", "message_copy", "decision", "link",
    "search_document",
)  # fmt: skip
OF_LETTERS: Final = frozenset({"id", "message_id", "thread_id", "inbound_id", "copy_id"})
"""Columns whose numbers are ids of what a season has of its own."""
DIGESTS: Final = frozenset({"delivery_key", "content_digest", "fingerprint"})
MSG_IDS: Final = frozenset({"message_id", "msg_id"})
IMPORTED: Final = {
    "archived": f"(id >> {MS_SHIFT + 2}) % 2 = 0",
    "proof": "NULL",
    "origin": "'upload'",
    "kind": "'upload'",
}
MILLISECOND: Final = timedelta(milliseconds=1)
IMPORTED_FROM: Final = 2
"""Seasons ago from which on mail was imported, without a proof, and half of it is archived."""


@contextmanager
def staged(sink: Sink) -> Iterator[None]:
    """Have tables for one season."""
    for table in TABLES:
        sink.run(f"CREATE TABLE {STAGED}{table} AS SELECT * FROM {table} WHERE 1 = 0")
    yield
    for table in TABLES:
        sink.run(f"DROP TABLE {STAGED}{table}")


def write_seasons(sink: Sink, seasons: int, length: timedelta, *, is_sqlite: bool) -> None:
    """Write the season that is staged so many times, the oldest first, each `length` after the one before."""
    for ago in reversed(range(seasons)):
        for table in TABLES:
            columns = Base.metadata.tables[table].columns
            moved = ", ".join(_moved(one, ago, length, is_sqlite=is_sqlite) for one in columns)
            names = ", ".join(f'"{one.name}"' for one in columns)
            sink.run(f"INSERT INTO {table} ({names}) SELECT {moved} FROM {STAGED}{table}")


def _moved(column: Column[Any], ago: int, length: timedelta, *, is_sqlite: bool) -> str:
    """Answer the value of a column, so many seasons ago."""
    name = f'"{column.name}"'
    if ago == 0:
        return name
    if isinstance(column.type, UtcDateTime):
        return _earlier(name, ago * length, is_sqlite=is_sqlite)
    if isinstance(column.type, Integer) and column.name in OF_LETTERS:
        return f"{name} - {ago * length // MILLISECOND << MS_SHIFT}"
    if column.name in MSG_IDS:
        return f"replace({name}, '<', '<{ago}.')"
    if column.name in DIGESTS:
        # The oldest season has the lowest, so that rows are met in the order of their index.
        return f"'{999 - ago}' || substr({name}, 4)"
    if column.name == "read":
        return "1" if is_sqlite else "true"
    if ago >= IMPORTED_FROM and column.table.name == "message_copy":
        return IMPORTED.get(column.name, name)
    return name


def _earlier(name: str, by: timedelta, *, is_sqlite: bool) -> str:
    seconds = by // timedelta(seconds=1)
    if is_sqlite:
        return f"strftime('%Y-%m-%d %H:%M:%f000', {name}, '-{seconds} seconds')"
    return f"{name} - interval '{seconds} seconds'"
