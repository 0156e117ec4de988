"""Until when a replaced Bcc address still takes mail.

Revision ID: 0013_address_grace
Revises: 0012_second_factors
"""

from __future__ import annotations

from alembic import op

from db.migrations.vocabulary import time

revision = "0013_address_grace"
down_revision = "0012_second_factors"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("bcc_address", time("grace_until", null=True))


def downgrade() -> None:
    op.drop_column("bcc_address", "grace_until")
