"""Addresses and domains whose mail nobody wants to see.

Revision ID: 0009_blocked_addresses
Revises: 0008_leavers
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, refers, tenant_table, text, time

revision = "0009_blocked_addresses"
down_revision = "0008_leavers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "blocked_address",
        big("user_id", null=True),
        text("name"),
        big("created_by"),
        time("created_at"),
        refers("blocked_address", "user_id", "user_account"),
        refers("blocked_address", "created_by", "user_account"),
    )
    of_company, own = "user_id IS NULL", "user_id IS NOT NULL"
    index("uq_blocked_address_company", "blocked_address", "company_id", "name", is_unique=True, where=of_company)
    index("uq_blocked_address_own", "blocked_address", "company_id", "user_id", "name", is_unique=True, where=own)


def downgrade() -> None:
    op.drop_table("blocked_address")
