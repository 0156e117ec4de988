"""Until when a replaced Bcc address still takes mail.

Revision ID: 0013_address_grace
Revises: 0012_second_factors
"""

from __future__ import annotations

revision = "0013_address_grace"
down_revision = "0012_second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    pass
