"""Events, webhooks and their deliveries.

Revision ID: 0028_webhooks
Revises: 0027_retention
"""

from __future__ import annotations

revision = "0028_webhooks"
down_revision = "0027_retention"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
