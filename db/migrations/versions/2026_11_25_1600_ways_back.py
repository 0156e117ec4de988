"""What acts on many letters changed, so that they can be undone.

Revision ID: 0038_ways_back
Revises: 0037_heavy_use
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, json, refers, tenant_table, time

revision = "0038_ways_back"
down_revision = "0037_heavy_use"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "way_back",
        big("user_id"),
        json("told"),
        time("done_at"),
        time("used_at", null=True),
        refers("way_back", "user_id", "user_account"),
    )
    index("ix_way_back_company_id_done_at", "way_back", "company_id", "done_at")


def downgrade() -> None:
    op.drop_table("way_back")
