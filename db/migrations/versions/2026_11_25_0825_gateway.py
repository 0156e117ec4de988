"""Who takes part in the company's gateway.

Revision ID: 0021_gateway
Revises: 0020_forwarding
"""

from __future__ import annotations

revision = "0021_gateway"
down_revision = "0020_forwarding"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
