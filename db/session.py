"""Transactions: read on a snapshot, or write in one transaction that commits once.

Functions that receive a session never commit; workers, the store and web requests open the
transaction. On SQLite every write takes its turn first (db.turn), so BEGIN IMMEDIATE finds nobody.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import datetime
from typing import Final

import structlog
from sqlalchemy import ColumnElement, Engine, func, select, type_coerce
from sqlalchemy.orm import Session, sessionmaker

from config.settings import Settings
from db.base import UtcDateTime
from db.blocks import reserve_block
from db.engines import DEFAULT_POOL, Engines, make_engines
from db.ids import MAKER, Block, IdMaker
from db.turn import Turn, TurnHeld

SLOW_WRITE_SECONDS: Final = 0.020
TURN_FILE: Final = "write.turn"
log = structlog.get_logger(__name__)
_thread = threading.local()


def in_write() -> bool:
    """Tell whether this thread has a write transaction open: then nothing may wait for the world outside."""
    return getattr(_thread, "writing", False)


def wall_clock_ms() -> int:
    """Answer the Unix time in milliseconds."""
    return time.time_ns() // 1_000_000


class Database:
    """The database of one installation, for all threads of a process; a forked child connects anew."""

    def __init__(self, engines: Engines, turn: Turn | None, clock_ms: Callable[[], int] = wall_clock_ms) -> None:
        self._engines = engines
        self._turn = turn
        self._clock_ms = clock_ms
        self._read_session = sessionmaker(engines.reading, expire_on_commit=False)
        self._write_session = sessionmaker(engines.writing, expire_on_commit=False)
        self._what_time = select(self.time)
        self._begin_process()

    @property
    def url(self) -> str:
        """Answer the address, its password hidden."""
        return self.engine.url.render_as_string()

    @property
    def is_sqlite(self) -> bool:
        """Tell which of the two databases this is."""
        return self.engine.dialect.name == "sqlite"

    @property
    def engine(self) -> Engine:
        """Answer the engine that writes."""
        return self._engines.writing

    @property
    def reading_engine(self) -> Engine:
        """Answer the engine that reads."""
        return self._engines.reading

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Give a session on one read snapshot; always rolled back."""
        self._notice_fork()
        with self._read_session() as session:
            yield session

    @contextmanager
    def write(self) -> Iterator[Session]:
        """Give a session in one write transaction; it commits at the end and rolls back on an error."""
        if in_write():
            raise TurnHeld("a write transaction is open in this thread")
        self._notice_fork()
        self._ids.ready(self._clock_ms(), self._reserve)
        with self._timed_turn(), self._write_session() as session, session.begin():
            session.info[MAKER] = self._ids
            session.connection()
            with _marked():
                yield session

    def now(self, session: Session) -> datetime:
        """Answer the database's time, aware UTC."""
        told: datetime = session.connection().execute(self._what_time).scalar_one()
        return told

    @property
    def time(self) -> ColumnElement[datetime]:
        """Answer the database's time as an expression for statements."""
        # SQLite: in the text form in which its times are kept, so that they compare.
        told = func.strftime("%Y-%m-%d %H:%M:%f000", "now") if self.is_sqlite else func.clock_timestamp()
        return type_coerce(told, UtcDateTime)

    def in_turn(self) -> AbstractContextManager[None]:
        """Keep the other writers of SQLite out."""
        return self._turn.taken() if self._turn else nullcontext()

    def close(self) -> None:
        """Close every connection."""
        self._engines.dispose()

    def _reserve(self, now: int, held: int | None) -> Block:
        with self.in_turn(), self._write_session() as session, session.begin():
            return reserve_block(session, now, held)

    @contextmanager
    def _timed_turn(self) -> Iterator[None]:
        with self.in_turn():
            began = time.monotonic()
            yield
            took = time.monotonic() - began
        if took > SLOW_WRITE_SECONDS:
            log.warning("slow write", milliseconds=round(took * 1000, 1))

    def _begin_process(self) -> None:
        self._pid = os.getpid()
        self._ids = IdMaker()

    def _notice_fork(self) -> None:
        if self._pid != os.getpid():
            self._engines.forget()
            self._begin_process()


@contextmanager
def _marked() -> Iterator[None]:
    before = in_write()
    _thread.writing = True
    try:
        yield
    finally:
        _thread.writing = before


def open_database(settings: Settings, *, pool: int = DEFAULT_POOL, autocheckpoint: bool = True) -> Database:
    """Open the installation's database; nothing connects until it is used.

    `autocheckpoint` is off where this process runs a `db.checkpoint.Checkpointer`.
    """
    url = settings.sqlalchemy_url
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    engines = make_engines(url, pool=pool, autocheckpoint=autocheckpoint)
    turn = Turn(settings.data_dir / TURN_FILE) if url.startswith("sqlite") else None
    return Database(engines, turn)
