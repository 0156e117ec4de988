"""Second factors of signing in, and their recovery codes.

Revision ID: 0012_second_factors
Revises: 0011_merges
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, refers, tenant_table, text, time, unique

revision = "0012_second_factors"
down_revision = "0011_merges"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "second_factor",
        big("user_id"),
        text("secret_sealed"),
        time("created_at"),
        time("confirmed_at", null=True),
        big("last_step", null=True),
        refers("second_factor", "user_id", "user_account"),
        unique("second_factor", "company_id", "user_id"),
    )
    tenant_table(
        "recovery_code",
        big("user_id"),
        text("code_hash"),
        time("created_at"),
        time("used_at", null=True),
        refers("recovery_code", "user_id", "user_account"),
    )
    index("ix_recovery_code_company_id_user_id", "recovery_code", "company_id", "user_id")


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
