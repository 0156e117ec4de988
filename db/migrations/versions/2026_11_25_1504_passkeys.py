"""Passkeys of users.

Revision ID: 0034_passkeys
Revises: 0033_measurements
"""

from __future__ import annotations

revision = "0034_passkeys"
down_revision = "0033_measurements"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
