"""The declarative base, constraint names and column types that every table shares."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator, TypeEngine


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time; naive values are refused, so that none can slip in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive time was given to the database")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")
"""SQLite makes a rowid alias of INTEGER alone."""
Json: TypeEngine[Any] = JSON().with_variant(JSONB(), "postgresql")

Id = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=False)]
CompanyId = Annotated[int, mapped_column(BigId, nullable=False)]
Ref = Annotated[int, mapped_column(BigId, nullable=False)]
MaybeRef = Annotated[int | None, mapped_column(BigId, nullable=True)]
Text = Annotated[str, mapped_column(String, nullable=False)]
MaybeText = Annotated[str | None, mapped_column(String, nullable=True)]
Time = Annotated[datetime, mapped_column(UtcDateTime, nullable=False)]
MaybeTime = Annotated[datetime | None, mapped_column(UtcDateTime, nullable=True)]
JsonValue = Annotated[Any, mapped_column(Json, nullable=False)]
MaybeJson = Annotated[Any | None, mapped_column(Json, nullable=True)]


class Base(DeclarativeBase):
    """All tables; names of constraints follow one convention, so that down-migrations work."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
