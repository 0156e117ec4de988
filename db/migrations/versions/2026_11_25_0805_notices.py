"""Which notices were sent lately, and what was paused because there were too many.

Revision ID: 0017_notices
Revises: 0016_outbox
"""

from __future__ import annotations

revision = "0017_notices"
down_revision = "0016_outbox"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
