"""Addresses and domains whose mail nobody wants to see.

Revision ID: 0009_blocked_addresses
Revises: 0008_leavers
"""

from __future__ import annotations

revision = "0009_blocked_addresses"
down_revision = "0008_leavers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
