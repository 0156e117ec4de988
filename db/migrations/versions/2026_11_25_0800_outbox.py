"""What we send: mails, what became of each try, and the keys that sign them.

Revision ID: 0016_outbox
Revises: 0015_day_counts
"""

from __future__ import annotations

revision = "0016_outbox"
down_revision = "0015_day_counts"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
