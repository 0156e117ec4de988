"""The words in which revisions are written: columns of our few types, keys as each database wants them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
JSON = sa.JSON().with_variant(JSONB(), "postgresql")
TIME = sa.DateTime(timezone=True)
Item = sa.Column[Any] | sa.Constraint


def big(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A 63-bit integer: an id."""
    return sa.Column(name, BIG, nullable=null, autoincrement=False)


def text(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A text of any length."""
    return sa.Column(name, sa.String(), nullable=null)


def time(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A time in UTC."""
    return sa.Column(name, TIME, nullable=null)


def json(name: str, *, null: bool = False) -> sa.Column[Any]:
    """A JSON value."""
    return sa.Column(name, JSON, nullable=null)


def column(name: str, kind: sa.types.TypeEngine[Any], *, null: bool = False) -> sa.Column[Any]:
    """A column of another type."""
    return sa.Column(name, kind, nullable=null)


def primary(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    """A primary key under its conventional name."""
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def unique(table: str, *columns: str) -> sa.UniqueConstraint:
    """A unique constraint under its conventional name."""
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def one_of(table: str, name: str, values: Sequence[str]) -> sa.CheckConstraint:
    """A check that a column holds one of the words."""
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{name} IN ({listed})", name=op.f(f"ck_{table}_{name}"))


def of_company(table: str) -> sa.ForeignKeyConstraint:
    """A foreign key from `company_id` to the company."""
    return sa.ForeignKeyConstraint(["company_id"], ["company.id"], name=f"fk_{table}_company_id_company")


def refers(table: str, name: str, other: str, *, cascade: bool = False) -> sa.ForeignKeyConstraint:
    """A foreign key between tenant tables: both name the company."""
    return sa.ForeignKeyConstraint(
        ["company_id", name],
        [f"{other}.company_id", f"{other}.id"],
        name=f"fk_{table}_company_id_{name}_{other}",
        ondelete="CASCADE" if cascade else None,
    )


def index(name: str, table: str, *columns: str, is_unique: bool = False, where: str | None = None) -> None:
    """Create an index, partial where a condition is given."""
    condition = None if where is None else sa.text(where)
    op.create_index(name, table, list(columns), unique=is_unique, sqlite_where=condition, postgresql_where=condition)


def tenant_table(name: str, *items: Item) -> None:
    """Create a table whose rows are a company's, each with an id.

    PostgreSQL: PRIMARY KEY (company_id, id), so that companies can be spread over machines.
    SQLite: `id INTEGER PRIMARY KEY`, the rowid itself, and UNIQUE (company_id, id) for foreign keys.
    """
    if is_postgresql():
        keys: list[sa.Constraint] = [primary(name, "company_id", "id")]
    else:
        keys = [primary(name, "id"), unique(name, "company_id", "id")]
    op.create_table(name, big("company_id"), big("id"), *items, *keys)


def is_postgresql() -> bool:
    """Tell which database is being migrated."""
    return op.get_context().dialect.name == "postgresql"
