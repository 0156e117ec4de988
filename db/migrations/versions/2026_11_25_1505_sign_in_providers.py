"""Where a company's users may sign in instead, who is who there; and what a webhook answered in its fields.

Revision ID: 0035_sign_in_providers
Revises: 0034_passkeys
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    index,
    json,
    of_company,
    primary,
    refers,
    tenant_table,
    text,
    time,
    unique,
)

revision = "0035_sign_in_providers"
down_revision = "0034_passkeys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _providers()
    tenant_table(
        "sign_in_subject",
        big("user_id"),
        text("issuer"),
        text("subject"),
        time("bound_at"),
        time("last_used_at", null=True),
        refers("sign_in_subject", "user_id", "user_account"),
        sa.UniqueConstraint("company_id", "issuer", "subject", name="uq_sign_in_subject_company_id_issuer_subject"),
        sa.UniqueConstraint("company_id", "user_id", "issuer", name="uq_sign_in_subject_company_id_user_id_issuer"),
    )
    index("ix_sign_in_subject_company_id_user_id", "sign_in_subject", "company_id", "user_id")
    op.create_table(
        "directory_sign_in",
        text("domain"),
        big("company_id"),
        big("provider_id"),
        primary("directory_sign_in", "domain", "company_id"),
        of_company("directory_sign_in"),
    )
    op.add_column("webhook_delivery", text("answer_fields", null=True))


def downgrade() -> None:
    op.drop_column("webhook_delivery", "answer_fields")
    op.drop_table("directory_sign_in")
    op.drop_table("sign_in_subject")
    op.drop_table("sign_in_provider")


def _providers() -> None:
    tenant_table(
        "sign_in_provider",
        text("label"),
        text("issuer"),
        text("client_id"),
        text("client_secret", null=True),
        json("domains"),
        column("active", sa.Boolean()),
        column("only_way", sa.Boolean()),
        column("makes_users", sa.Boolean()),
        column("asks_second_step", sa.Boolean()),
        time("created_at"),
        time("changed_at"),
        of_company("sign_in_provider"),
        unique("sign_in_provider", "company_id"),
    )
