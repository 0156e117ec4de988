"""Offers to compute mails anew.

Revision ID: 0031_replays
Revises: 0030_scans
"""

from __future__ import annotations

revision = "0031_replays"
down_revision = "0030_scans"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
