"""Takes an address out of the rows of any table: by the kind of column, so that no table can be forgotten.

A row that is about the address goes; of one that only mentions it, the mention goes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    RowMapping,
    String,
    Table,
    UniqueConstraint,
    and_,
    cast,
    delete,
    false,
    func,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.orm import Session

from db.base import Base
from db.models import Company, Knock, OutboxMessage, SearchDocument, User
from db.session import Database
from ingest.naming import Naming

AT_ONCE: Final = 100
ABOUT: Final = frozenset({"contact_address", "sender_ratchet", "pause", "blocked_address", "notice"})
"""Tables whose rows say something of one address alone."""
NEVER_DELETED: Final = frozenset({User.__tablename__, Company.__tablename__})
ELSEWHERE: Final = frozenset({SearchDocument.__tablename__, "raw_content"})
"""What other parts keep right: the index is written anew from its letters, raw bytes go by their hash."""


def sweep_tables(database: Database, company_id: int, naming: Naming) -> int:
    """Go through every table of the company, some rows a transaction; answer how many rows named the address."""
    count = 0
    for table in Base.metadata.sorted_tables:
        if table.name not in ELSEWHERE and (table.name == Company.__tablename__ or "company_id" in table.c):
            count += sum(_sweep(database, table, company_id, naming))
    return count + _sweep_others(database, company_id, naming)


def redact(session: Session, table: Table, condition: ColumnElement[bool], naming: Naming) -> int:
    """Take the address out of the rows that meet the condition, which names the company; answer how many had it."""
    rows = session.execute(select(table).where(condition)).mappings().all()
    return sum(_clean(session, table, dict(row), naming) for row in rows)


def rows_naming(session: Session, table: Table, company_id: int, naming: Naming) -> Iterator[RowMapping]:
    """Answer the rows of the company in which the address stands whole."""
    query = select(table).where(table.c.company_id == company_id, _may_name(table, naming))
    for row in session.execute(query).mappings():
        if any(naming.is_in(row[column.name]) for column in _texts(table)):
            yield row


def _may_name(table: Table, naming: Naming) -> ColumnElement[bool]:
    texts = [func.lower(cast(column, String)) for column in _texts(table)]
    found = [text.contains(needle, autoescape=True) for text in texts for needle in naming.needles()]
    return or_(false(), *found)


def _sweep(database: Database, table: Table, company_id: int, naming: Naming) -> Iterator[int]:
    condition = _may_name(table, naming)
    if not _texts(table):
        return
    company = table.c.id if table.name == Company.__tablename__ else table.c.company_id
    key = list(table.primary_key.columns)
    last: Sequence[Any] | None = None
    while True:
        after = [] if last is None else [tuple_(*key) > tuple_(*last)]
        page = select(table).where(company == company_id, condition, *after).order_by(*key).limit(AT_ONCE)
        with database.write() as session:
            rows = [dict(row) for row in session.execute(page).mappings()]
            yield sum(_clean(session, table, row, naming) for row in rows)
        if len(rows) < AT_ONCE:
            return
        last = [rows[-1][column.name] for column in key]


def _clean(session: Session, table: Table, row: dict[str, Any], naming: Naming) -> bool:
    hit = [column for column in _texts(table) if naming.is_in(row[column.name])]
    if not hit:
        return False
    this = and_(*(column == row[column.name] for column in table.primary_key.columns))
    if "company_id" in table.c:
        this = and_(table.c.company_id == row["company_id"], this)
    keyed = any(column in _keys(table) for column in hit)
    if (table.name in ABOUT or keyed) and table.name not in NEVER_DELETED:
        _delete_dependents(session, table, row)
        session.execute(delete(table).where(this))
        return True
    changes = {column.name: naming.without(row[column.name]) for column in hit if column not in _keys(table)}
    session.execute(update(table).where(this).values(**changes))
    return True


def _delete_dependents(session: Session, table: Table, row: dict[str, Any]) -> None:
    """Delete the rows that hang on this one, where the database does not do it by itself."""
    for other in Base.metadata.sorted_tables:
        for foreign in other.foreign_key_constraints:
            if foreign.referred_table is table and foreign.ondelete is None and "id" in row:
                own = other.c.company_id == row["company_id"], list(foreign.columns)[-1] == row["id"]
                session.execute(delete(other).where(*own))


def _texts(table: Table) -> list[Column[Any]]:
    return [column for column in table.columns if isinstance(column.type, String | JSON)]


def _keys(table: Table) -> set[Column[Any]]:
    """Answer the columns by which a row is told from others: what stood there for two would be one."""
    found = set(table.primary_key.columns)
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            found.update(constraint.columns)
    for index in table.indexes:
        if index.unique:
            found.update(column for column in index.columns if isinstance(column, Column))
    return found


def _sweep_others(database: Database, company_id: int, naming: Naming) -> int:
    """What holds the address in another form: a hash for counting, mail of ours."""
    knocked = hashlib.sha256(naming.key.encode()).hexdigest()
    with database.write() as session:
        session.execute(delete(Knock).where(Knock.company_id == company_id, Knock.sender == knocked))
        sent = select(OutboxMessage.id, OutboxMessage.content).where(
            OutboxMessage.company_id == company_id, OutboxMessage.content != b""
        )
        named = [row.id for row in session.execute(sent) if naming.is_in_raw(row.content)]
        session.execute(
            delete(OutboxMessage).where(OutboxMessage.company_id == company_id, OutboxMessage.id.in_(named))
        )
    return len(named)
