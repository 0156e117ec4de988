"""Contacts that were merged, and how to take it back.

Revision ID: 0011_merges
Revises: 0010_standing_answers
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, json, refers, tenant_table, time

revision = "0011_merges"
down_revision = "0010_standing_answers"
branch_labels = None
depends_on = None

TABLE = "contact_merge"


def upgrade() -> None:
    tenant_table(
        TABLE,
        big("kept_id"),
        big("merged_id"),
        big("holder_id"),
        big("merged_by"),
        time("merged_at"),
        json("moved"),
        time("undone_at", null=True),
        big("undone_by", null=True),
        refers(TABLE, "kept_id", "record"),
        refers(TABLE, "merged_id", "record"),
        refers(TABLE, "holder_id", "record"),
        refers(TABLE, "merged_by", "user_account"),
    )
    index("ix_contact_merge_company_id_holder_id", TABLE, "company_id", "holder_id")
    index("uq_contact_merge_standing", TABLE, "company_id", "merged_id", is_unique=True, where="undone_at IS NULL")


def downgrade() -> None:
    op.drop_table(TABLE)
