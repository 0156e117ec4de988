"""One transaction at a time files or shares letters of a company; a turn ends with its transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.orm import Session

TAKE_TURN: Final = select(func.pg_advisory_xact_lock(bindparam("company_id", type_=BigInteger)))


def file_in_turn(session: Session, company_id: int) -> None:
    """Wait until nobody else files or shares letters of this company; ask before anything else is written.

    Letters that name each other, and witnesses of one letter, find each other only if one comes first.
    SQLite has one writer anyway.
    """
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(TAKE_TURN, {"company_id": company_id})
