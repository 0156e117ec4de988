"""Rows for tests: `make(session, Deal, title="x")` invents what was not given, parents included.

    user = make(session, User)                                # a company is made for it
    make(session, InboundMessage, company_id=user.company_id, owner_id=user.id)
    fill_every_table(session)                                 # a row in each, every column with a value

Columns under a CHECK take the first of the allowed words; nullable columns stay NULL unless `everything`.
"""

from __future__ import annotations

import itertools
import re
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.orm import Session

from db.base import Base, UtcDateTime
from db.ids import new_id
from db.models import Company, IdBlock

A_MOMENT: Final = datetime(2026, 11, 3, 9, 30, tzinfo=UTC)
OF_SOMEBODY: Final = frozenset({"approved_sender.user_id"})
"""Columns that may be NULL where another is not: these get a value."""
_numbers = itertools.count(1)
_ALLOWED = re.compile(r"(\w+) IN \('([^']*)'")


def make[M: Base](session: Session, model: type[M], *, everything: bool = False, **given: Any) -> M:
    """Add a row and flush it; the session is inside `Database.write()`."""
    table = _table(model)
    values = dict(given)
    _give_parents(session, table, values, everything=everything)
    for column in table.columns:
        if column.key not in values and (everything or not column.nullable or column.primary_key):
            values[column.key] = _invented(session, table, column)
    made = model(**{_attribute(model, name): value for name, value in values.items()})
    session.add(made)
    session.flush()
    return made


def fill_every_table(session: Session) -> dict[str, int]:
    """Put a row into each table, no column NULL; answer the number of rows by table."""
    company = make(session, Company, everything=True)
    for mapper in sorted(Base.registry.mappers, key=lambda one: _table(one.class_).name):
        if mapper.class_ not in (Company, IdBlock):
            parent = {"company_id": company.id} if "company_id" in _table(mapper.class_).c else {}
            make(session, mapper.class_, everything=True, **parent)
    return count_rows(session)


def count_rows(session: Session) -> dict[str, int]:
    """Answer the number of rows by table."""
    tables = Base.metadata.sorted_tables
    return {table.name: session.execute(sa.select(sa.func.count()).select_from(table)).scalar_one() for table in tables}


def _give_parents(session: Session, table: sa.Table, values: dict[str, Any], *, everything: bool) -> None:
    for constraint in sorted(table.foreign_key_constraints, key=lambda one: len(one.columns)):
        last = list(constraint.columns)[-1]
        wanted = everything or not last.nullable or str(last) in OF_SOMEBODY
        if last.key in values or not wanted:
            continue
        if constraint.referred_table is table:
            values[last.key] = values.setdefault("id", new_id(session))
            continue
        within = {"company_id": values["company_id"]} if len(constraint.columns) == 2 and "company_id" in values else {}
        parent = make(session, _model(constraint.referred_table), **within)
        values[last.key] = parent.id  # type: ignore[attr-defined]
        if len(constraint.columns) == 2:
            values["company_id"] = parent.company_id  # type: ignore[attr-defined]


def _invented(session: Session, table: sa.Table, column: sa.Column[Any]) -> Any:
    number = next(_numbers)
    if (word := _first_allowed(table, column)) is not None:
        return word
    match column.type:
        case UtcDateTime():
            return A_MOMENT + timedelta(seconds=number)
        case sa.JSON():
            return {"made": number}
        case sa.Boolean():
            return False
        case sa.Numeric():
            return Decimal("12.50")
        case sa.LargeBinary():
            return b"made"
        case sa.Integer() if column.name == "id" or isinstance(column.type, sa.BigInteger):
            return new_id(session)
        case sa.Integer():
            return 0
    return f"{column.name}-{number}"


def _first_allowed(table: sa.Table, column: sa.Column[Any]) -> str | None:
    for constraint in table.constraints:
        found = _ALLOWED.match(str(constraint.sqltext)) if isinstance(constraint, sa.CheckConstraint) else None
        if found and found[1] == column.name:
            return found[2]
    return None


def _table(model: type[Base]) -> sa.Table:
    table = model.__table__
    assert isinstance(table, sa.Table)
    return table


def _model(table: sa.Table) -> type[Base]:
    return next(mapper.class_ for mapper in Base.registry.mappers if mapper.local_table is table)


def _attribute(model: type[Base], column: str) -> str:
    return str(sa.inspect(model).get_property_by_column(_table(model).c[column]).key)
