"""Contacts that were merged, and how to take it back.

Revision ID: 0011_merges
Revises: 0010_standing_answers
"""

from __future__ import annotations

revision = "0011_merges"
down_revision = "0010_standing_answers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
