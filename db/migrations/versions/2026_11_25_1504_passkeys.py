"""Passkeys of users.

Revision ID: 0034_passkeys
Revises: 0033_measurements
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import big, column, index, json, of_company, primary, refers, tenant_table, text, time

revision = "0034_passkeys"
down_revision = "0033_measurements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "passkey",
        big("user_id"),
        text("name"),
        text("credential_id"),
        text("public_key"),
        big("sign_count"),
        json("transports"),
        column("backed_up", sa.Boolean()),
        time("created_at"),
        time("last_used_at", null=True),
        time("refused_at", null=True),
        refers("passkey", "user_id", "user_account"),
    )
    index("ix_passkey_company_id_user_id", "passkey", "company_id", "user_id")
    op.create_table(
        "directory_passkey",
        text("credential_id"),
        big("company_id"),
        big("passkey_id"),
        primary("directory_passkey", "credential_id"),
        of_company("directory_passkey"),
    )
    op.create_table("used_once", text("key_hash"), time("expires_at"), primary("used_once", "key_hash"))


def downgrade() -> None:
    op.drop_table("used_once")
    op.drop_table("directory_passkey")
    op.drop_table("passkey")
