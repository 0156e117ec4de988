"""Which networks brought proved mail lately.

Revision ID: 0022_vouched_networks
Revises: 0021_gateway
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import primary, text, time

revision = "0022_vouched_networks"
down_revision = "0021_gateway"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table("vouched_network", text("network"), time("proved_at"), primary("vouched_network", "network"))


def downgrade() -> None:
    op.drop_table("vouched_network")
