"""The words of letters, to be searched.

Revision ID: 0023_search
Revises: 0022_vouched_networks
"""

from __future__ import annotations

revision = "0023_search"
down_revision = "0022_vouched_networks"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
