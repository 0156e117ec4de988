"""The one-time link that sets up an empty installation.

Revision ID: 0014_setup_links
Revises: 0013_address_grace
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import one_of, primary, text, time

revision = "0014_setup_links"
down_revision = "0013_address_grace"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "setup_link",
        text("slot"),
        text("token_hash"),
        time("created_at"),
        time("expires_at"),
        time("used_at", null=True),
        primary("setup_link", "slot"),
        one_of("setup_link", "slot", ("first",)),
    )


def downgrade() -> None:
    op.drop_table("setup_link")
