"""Who follows a user that left, and until when his addresses still take mail.

Revision ID: 0008_leavers
Revises: 0007_teams
"""

from __future__ import annotations

revision = "0008_leavers"
down_revision = "0007_teams"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
