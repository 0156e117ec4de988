"""Teams, and who is in them.

Revision ID: 0007_teams
Revises: 0006_copies
"""

from __future__ import annotations

revision = "0007_teams"
down_revision = "0006_copies"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
