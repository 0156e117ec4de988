"""Letters that somebody split out of a conversation, and conversations that somebody merged.

Revision ID: 0024_thread_choices
Revises: 0023_search
"""

from __future__ import annotations

revision = "0024_thread_choices"
down_revision = "0023_search"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
