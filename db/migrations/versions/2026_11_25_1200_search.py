"""The words of letters, to be searched; those that are here become searchable.

Revision ID: 0023_search
Revises: 0022_vouched_networks
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from db.migrations.vocabulary import column, is_postgresql, tenant_table
from db.search import index_copies

revision = "0023_search"
down_revision = "0022_vouched_networks"
branch_labels = None
depends_on = None

AT_ONCE: Final = 500
WORDS: Final = sa.String().with_variant(TSVECTOR(), "postgresql")
# Our words are UTF-8 between spaces: `ascii` parts them there alone.
INDEX: Final = """
    CREATE VIRTUAL TABLE search_index USING fts5(
        sight, words, content='search_document', content_rowid='id', tokenize='ascii', prefix='3'
    )
"""
PUT: Final = "INSERT INTO search_index (rowid, sight, words) VALUES (new.id, new.sight, new.words);"
TAKE: Final = """
    INSERT INTO search_index (search_index, rowid, sight, words) VALUES ('delete', old.id, old.sight, old.words);
"""
ACTS: Final = {"INSERT": PUT, "DELETE": TAKE, "UPDATE": TAKE + PUT}


def upgrade() -> None:
    tenant_table(
        "search_document",
        column("sight", WORDS),
        column("words", WORDS),
        sa.ForeignKeyConstraint(
            ["company_id", "id"],
            ["message_copy.company_id", "message_copy.id"],
            name="fk_search_document_company_id_id_message_copy",
            ondelete="CASCADE",
        ),
    )
    if not is_postgresql():
        op.execute(INDEX)
        for act, done in ACTS.items():
            op.execute(f"CREATE TRIGGER search_index_{act.lower()} AFTER {act} ON search_document BEGIN {done} END")
    _index_what_is_here()
    if is_postgresql():
        op.create_index("ix_search_document_words", "search_document", ["sight", "words"], postgresql_using="gin")


def downgrade() -> None:
    if not is_postgresql():
        op.execute("DROP TABLE search_index")
    op.drop_table("search_document")


def _index_what_is_here() -> None:
    session = Session(op.get_bind())
    company_id = copy_id = 0
    while found := _after(session, company_id, copy_id):
        company_id, copy_id = found[-1]
        for company in {one for one, _ in found}:
            index_copies(session, company, [copy for one, copy in found if one == company])


def _after(session: Session, company_id: int, copy_id: int) -> Sequence[tuple[int, int]]:
    query = sa.text(
        "SELECT company_id, id FROM message_copy WHERE (company_id, id) > (:company_id, :copy_id)"
        " ORDER BY company_id, id LIMIT :most"
    )
    given = {"company_id": company_id, "copy_id": copy_id, "most": AT_ONCE}
    return [(row[0], row[1]) for row in session.execute(query, given)]
