"""Letters that somebody split out of a conversation, and conversations that somebody merged.

And the index by which a mail finds the deals of an organisation: without it all records are read.

Revision ID: 0024_thread_choices
Revises: 0023_search
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    index,
    one_of,
    primary,
    refers,
    tenant_table,
    text,
    time,
)

revision = "0024_thread_choices"
down_revision = "0023_search"
branch_labels = None
depends_on = None

CHOICE = "thread_choice"
LETTER = "thread_choice_letter"
OF_ORGANIZATION = "ix_record_company_id_organization_id"


def upgrade() -> None:
    tenant_table(
        CHOICE,
        text("kind"),
        big("made_by"),
        time("made_at"),
        time("undone_at", null=True),
        big("undone_by", null=True),
        one_of(CHOICE, "kind", ("split", "merge")),
        refers(CHOICE, "made_by", "user_account"),
    )
    op.create_table(
        LETTER,
        big("company_id"),
        big("choice_id"),
        big("message_id"),
        big("copy_id"),
        column("is_shared", sa.Boolean()),
        column("is_first", sa.Boolean()),
        primary(LETTER, "company_id", "choice_id", "message_id"),
        refers(LETTER, "choice_id", CHOICE, cascade=True),
        refers(LETTER, "message_id", "message", cascade=True),
        refers(LETTER, "copy_id", "message_copy", cascade=True),
    )
    for name in ("message_id", "copy_id"):
        index(f"ix_{LETTER}_company_id_{name}", LETTER, "company_id", name)
    index(OF_ORGANIZATION, "record", "company_id", "organization_id")


def downgrade() -> None:
    op.drop_index(OF_ORGANIZATION, "record")
    op.drop_table(LETTER)
    op.drop_table(CHOICE)
