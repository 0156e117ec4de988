"""Legal holds, and how long mail was kept before a shorter time was chosen.

Revision ID: 0027_retention
Revises: 0026_imports
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from db.migrations.vocabulary import (
    big,
    column,
    of_company,
    one_of,
    primary,
    refers,
    tenant_table,
    text,
    time,
)

revision = "0027_retention"
down_revision = "0026_imports"
branch_labels = None
depends_on = None


def upgrade() -> None:
    tenant_table(
        "legal_hold",
        text("kind"),
        big("user_id", null=True),
        text("address_key", null=True),
        text("reason"),
        big("created_by"),
        time("created_at"),
        time("ended_at", null=True),
        big("ended_by", null=True),
        refers("legal_hold", "user_id", "user_account"),
        refers("legal_hold", "created_by", "user_account"),
        refers("legal_hold", "ended_by", "user_account"),
        one_of("legal_hold", "kind", ("company", "user", "person")),
    )
    op.create_table(
        "retention_before",
        big("company_id"),
        column("days", sa.Integer(), null=True),
        time("until"),
        primary("retention_before", "company_id"),
        of_company("retention_before"),
    )


def downgrade() -> None:
    op.drop_table("retention_before")
    op.drop_table("legal_hold")
