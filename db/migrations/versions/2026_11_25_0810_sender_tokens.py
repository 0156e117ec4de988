"""Links and codes that confirm an approved sender; senders of teams; domains proved by DNS.

Revision ID: 0018_sender_tokens
Revises: 0017_notices
"""

from __future__ import annotations

revision = "0018_sender_tokens"
down_revision = "0017_notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
