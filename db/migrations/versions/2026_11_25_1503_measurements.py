"""How the machine was, time by time.

Revision ID: 0033_measurements
Revises: 0032_saved_views
"""

from __future__ import annotations

revision = "0033_measurements"
down_revision = "0032_saved_views"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
