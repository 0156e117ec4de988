"""Answers that a user wants to be taken for every later mail.

Revision ID: 0010_standing_answers
Revises: 0009_blocked_addresses
"""

from __future__ import annotations

revision = "0010_standing_answers"
down_revision = "0009_blocked_addresses"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
