"""Passwords of programs that hand mail over.

Revision ID: 0019_app_passwords
Revises: 0018_sender_tokens
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import big, index, refers, tenant_table, text, time

revision = "0019_app_passwords"
down_revision = "0018_sender_tokens"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "app_password",
        big("user_id"),
        text("token_hash"),
        text("name"),
        time("created_at"),
        time("last_used_at", null=True),
        time("revoked_at", null=True),
        refers("app_password", "user_id", "user_account"),
    )
    index("ix_app_password_company_id_user_id", "app_password", "company_id", "user_id")


def downgrade() -> None:
    op.execute("DELETE FROM directory_token WHERE kind = 'app'")
    op.drop_table("app_password")
