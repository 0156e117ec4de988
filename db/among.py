"""One of many numbers, given as a single parameter: a statement is made once, and takes more than databases allow."""

from __future__ import annotations

import json
from collections.abc import Collection
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, any_, column, func, literal, select
from sqlalchemy.dialects.postgresql import ARRAY


def among(dialect: str, number: ColumnElement[int] | Any, numbers: Collection[int]) -> ColumnElement[bool]:
    """Answer the condition that a column is one of these."""
    listed = list(numbers)
    if dialect == "sqlite":
        found: ColumnElement[bool] = number.in_(select(column("value")).select_from(func.json_each(json.dumps(listed))))
        return found
    same: ColumnElement[bool] = number == any_(literal(listed, ARRAY(BigInteger)))
    return same
