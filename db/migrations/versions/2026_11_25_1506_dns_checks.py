"""What DNS said about our own names when it was last asked.

Revision ID: 0036_dns_checks
Revises: 0035_sign_in_providers
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import json, primary, text, time

revision = "0036_dns_checks"
down_revision = "0035_sign_in_providers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "dns_check",
        text("name"),
        text("kind"),
        json("said"),
        json("facts"),
        text("failed", null=True),
        time("checked_at"),
        primary("dns_check", "name", "kind"),
    )


def downgrade() -> None:
    op.drop_table("dns_check")
