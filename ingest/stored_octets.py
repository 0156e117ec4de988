"""How much lies where: the database as a whole, a company's raw mail, its index of words."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from db.models import Measurement, RawContent
from ingest.measurements import FIVE

COUNTED_EVERY: Final = timedelta(days=1)
"""To add up the sizes of all mail reads every row of it."""
DATABASE: Final = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count(), pragma_page_size()",
    "postgresql": "SELECT pg_database_size(current_database())",
}
INDEX: Final = {
    "sqlite": "SELECT coalesce(sum(length(block)), 0) FROM search_index_data",
    "postgresql": "SELECT pg_relation_size('ix_search_document_words')",
}


def count_database(session: Session) -> int:
    """Answer the octets of the whole database."""
    return int(session.execute(text(DATABASE[_dialect(session)])).scalar_one())


def count_stored(session: Session, company_id: int) -> dict[str, int]:
    """Answer the octets of the company's raw mail before compression, how many of them lie in files, and of the index.

    The index is that of all companies.
    """
    in_files = func.coalesce(func.sum(RawContent.size).filter(RawContent.content.is_(None)), 0)
    query = select(func.coalesce(func.sum(RawContent.size), 0), in_files).where(RawContent.company_id == company_id)
    raw, files = session.execute(query).one()
    index = session.execute(text(INDEX[_dialect(session)])).scalar_one()
    return {"raw": int(raw), "file": int(files), "index": int(index)}


def is_counted(session: Session, company_id: int, now: datetime) -> bool:
    """Tell whether it was counted within the last day."""
    query = select(Measurement.at).where(
        Measurement.company_id == company_id,
        Measurement.minutes == FIVE,
        Measurement.raw_octets.is_not(None),
        Measurement.at > now - COUNTED_EVERY,
    )
    return session.scalars(query.limit(1)).first() is not None


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name
