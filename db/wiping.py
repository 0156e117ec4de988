"""What is deleted on purpose is overwritten: SQLite otherwise leaves it in its file until the space is used again.

PostgreSQL gives the space free by its own VACUUM; nothing is asked of it here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from db.session import Database


@contextmanager
def wiping(database: Database) -> Iterator[None]:
    """Let deletions of this process overwrite what they free; afterwards empty the log, which holds pages as they were.

    While another process reads an old snapshot, the log keeps them until its next checkpoint.
    """
    if not database.is_sqlite:
        yield
        return
    with database.write() as session:
        # It holds for the connection, which the pool gives to this thread again.
        session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
    yield
    with database.in_turn(), closing(database.engine.raw_connection()) as connection:
        driver = connection.cursor()
        driver.execute("PRAGMA secure_delete=ON")
        # Without it the index keeps deleted words in its segments until they merge.
        driver.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")
        connection.commit()
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")
