"""The engines that write and read, with what each database needs to be told at connecting."""

from __future__ import annotations

import select
import sqlite3
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

DEFAULT_POOL: Final = 5
BUSY_MS: Final = 10_000
CONNECT_SECONDS: Final = 5
AUTOCHECKPOINT_PAGES: Final = 1000
POSTGRES_OPTIONS: Final = "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=5min -c jit=off"
"""Compiling a statement takes longer than any of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engines:
    """`reading` refuses to write; on PostgreSQL both share one pool."""

    writing: Engine
    reading: Engine

    def dispose(self) -> None:
        """Close every pooled connection."""
        self.reading.dispose()
        self.writing.dispose()

    def forget(self) -> None:
        """Leave the connections to the parent that opened them, after a fork."""
        self.reading.dispose(close=False)
        self.writing.dispose(close=False)


def make_engines(url: str, *, pool: int = DEFAULT_POOL, autocheckpoint: bool = True) -> Engines:
    """Make the engines for a SQLAlchemy address of SQLite or PostgreSQL."""
    if url.startswith("sqlite"):
        return _sqlite_engines(url, pool, AUTOCHECKPOINT_PAGES if autocheckpoint else 0)
    return _postgresql_engines(url, pool)


def _sqlite_engines(url: str, pool: int, autocheckpoint: int) -> Engines:
    writing = _sqlite_engine(url, pool, autocheckpoint)
    reading = _sqlite_engine(url, pool, 0)
    event.listen(writing, "begin", _begin_immediate)
    event.listen(reading, "begin", _begin_deferred)
    event.listen(reading, "connect", _refuse_writes)
    return Engines(writing=writing, reading=reading)


def _sqlite_engine(url: str, pool: int, autocheckpoint: int) -> Engine:
    # The driver's own transaction control begins too late; BEGIN is said by us.
    arguments: dict[str, Any] = {"isolation_level": None, "check_same_thread": False, "timeout": BUSY_MS / 1000}
    engine = create_engine(url, pool_size=pool, max_overflow=pool, connect_args=arguments, hide_parameters=True)

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
        # FULL: a commit that was answered with 250 survives a power cut.
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")
        connection.execute(f"PRAGMA wal_autocheckpoint={autocheckpoint}")

    return engine


def _postgresql_engines(url: str, pool: int) -> Engines:
    arguments = {"connect_timeout": CONNECT_SECONDS, "tcp_user_timeout": 10_000, "options": POSTGRES_OPTIONS}
    # Parameters are people's mail: no error may print them.
    writing = create_engine(url, pool_size=pool, max_overflow=pool, connect_args=arguments, hide_parameters=True)
    event.listen(writing, "connect", _wait_for_the_disk)
    event.listen(writing, "checkout", _refuse_closed)
    reading = writing.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return Engines(writing=writing, reading=reading)


def _begin_immediate(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_deferred(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN")


def _refuse_writes(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.execute("PRAGMA query_only=ON")


def _wait_for_the_disk(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    """Let a commit be durable before it is answered, whatever the server's default: a 250 rests on it."""
    cursor = connection.cursor()
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    connection.commit()


def _refuse_closed(connection: DBAPIConnection, _: ConnectionPoolEntry, __: PoolProxiedConnection) -> None:
    """Notice a server that went away, without the round trip of a ping: its farewell is readable."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError("the server closed this connection")
