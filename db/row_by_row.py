"""A question that PostgreSQL is to ask for each row outside of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select


def row_by_row[Columns: Select[Any]](query: Columns) -> Columns:
    """Keep it from reading whole tables into a hash, as it would for an EXISTS, to show fifty letters."""
    return query.offset(0)
