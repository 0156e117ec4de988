"""Views that a user has saved.

Revision ID: 0032_saved_views
Revises: 0031_replays
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, refers, tenant_table, text, time

revision = "0032_saved_views"
down_revision = "0031_replays"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "saved_view",
        big("user_id"),
        text("name"),
        text("search"),
        column("position", sa.Integer()),
        time("created_at"),
        refers("saved_view", "user_id", "user_account"),
    )
    index("ix_saved_view_company_id_user_id", "saved_view", "company_id", "user_id", "position")


def downgrade() -> None:
    op.drop_table("saved_view")
