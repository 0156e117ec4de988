"""Confirmations of forwarding services, and how often an address was proved.

Revision ID: 0020_forwarding
Revises: 0019_app_passwords
"""

from __future__ import annotations

revision = "0020_forwarding"
down_revision = "0019_app_passwords"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
