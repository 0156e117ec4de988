"""Views that a user has saved.

Revision ID: 0032_saved_views
Revises: 0031_replays
"""

from __future__ import annotations

revision = "0032_saved_views"
down_revision = "0031_replays"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change nothing yet."""


def downgrade() -> None:
    """Change nothing yet."""
